"""The mark of a folder whose files are made up: for measurements and tests, never for what anybody is told."""

from pathlib import Path

from geo.core.errors import SourceError
from geo.core.untrusted import printable
from geo.sources.archives import read_bytes

MARK = "MADE.txt"
"""The file, beside those that are made or in a folder or archive among them."""

LONGEST = 300
"""Letters that it may have."""


def read_mark(path: Path) -> str:
    """Read what a folder of made files says is made.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    str
        Its one line, each letter that cannot be printed replaced by a question mark.

    Raises
    ------
    SourceError
        When it has not one line of at most `LONGEST` letters: what is made is then not known.
    """
    lines = read_bytes(path, 8 * LONGEST).decode("utf-8-sig", errors="replace").strip().splitlines()
    if len(lines) != 1 or len(lines[0]) > LONGEST:
        raise SourceError(path, [f"should say in one line of at most {LONGEST} letters which files are made up"])
    return printable(lines[0], LONGEST)
