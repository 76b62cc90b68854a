"""The commands that a pack asks its readers to run, in one place."""

__all__ = ["VERIFY"]

VERIFY = "python -m geo verify FILE.zip"
