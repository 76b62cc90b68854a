"""The commands that a pack tells its readers to run, in one place."""

__all__ = ["VERIFY", "show_command"]

VERIFY = "python -m geo verify FILE.zip"


def show_command(code: str) -> str:
    """Give the command that prints the figures of a place."""
    return f"python -m geo show {code}"
