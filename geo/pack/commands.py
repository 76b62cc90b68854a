"""The commands that a pack asks its readers to run, in one place."""

VERIFY = "python -m geo verify FILE.zip"
