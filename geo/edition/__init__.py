"""Where the joined dataset is kept: built, written, checked, identified, and searched for places."""
