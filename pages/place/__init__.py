"""The page Place."""
