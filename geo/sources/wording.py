"""How a problem with a file is worded: values shortened, and the cures that more than one reader names."""

from collections.abc import Iterable, Sequence

from geo.core.untrusted import printable

AGAIN = "download it again"
"""The cure for what a download can break, a file cut short or damaged or a page in its place, and for nothing else."""

UNEDITED = "use the publisher's file as it was downloaded"
"""The cure for what somebody changed, or for another table under the name."""

MAX_EXAMPLES = 3
LONGEST = 60
"""Letters of a value that a message shows."""


def value_shown(value: object) -> str:
    """Write a value as Python does, on one line and not too long."""
    return printable(repr(value), LONGEST)


def shortened(names: Sequence[str]) -> str:
    """List the first few names in quotes, and say how many there are."""
    shown = ", ".join(map(value_shown, names[:4]))
    return f"{shown}, … {len(names)} in all" if len(names) > 4 else shown or "no columns"


def some(values: Iterable[object]) -> str:
    """List the first three values, and say how many more there are."""
    shown = [printable(value, LONGEST) for value in values]
    more = f" and {len(shown) - MAX_EXAMPLES:,} more" if len(shown) > MAX_EXAMPLES else ""
    return ", ".join(shown[:MAX_EXAMPLES]) + more
