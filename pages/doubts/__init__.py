"""The page Doubts and answers."""
