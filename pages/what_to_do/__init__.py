"""The page What to do."""
