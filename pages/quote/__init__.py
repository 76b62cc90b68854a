"""The page Check a quote."""
