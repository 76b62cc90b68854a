"""Text that somebody else wrote, made short and printable, so that it can stand in a message or on a terminal."""


def printable(text: object, longest: int = 80) -> str:
    """Return at most so many letters of a text, each that cannot be printed replaced by a question mark."""
    letters = "".join(letter if letter.isprintable() else "?" for letter in str(text))
    return letters if len(letters) <= longest else f"{letters[:longest - 1]}…"


def quoted(text: object, longest: int = 80) -> str:
    """Return a text as `printable`, in quotation marks."""
    return f"‘{printable(text, longest)}’"
