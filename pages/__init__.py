"""The pages of the app: layout only. What is asked of `geo` is shown; nothing is worked out here."""
