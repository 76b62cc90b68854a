"""The page Rail."""
