"""The page Method and data."""
