"""The evidence pack: from a view to a file that anyone can check."""
