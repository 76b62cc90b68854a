"""One reader per publisher: each turns a publisher's own file into one tidy table and knows nothing of the others."""
