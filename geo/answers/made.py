"""The mark of made-up figures in what a program gets."""

from typing import Any


def marked(plain: Any, said: str) -> Any:
    """Put the sentence of `geo.words.made.made_up` first into plain JSON: of a list into each of its rows.

    Examples
    --------
    >>> marked([{"rank": 1}], "Made figures"), marked({"rank": 1}, "")
    ([{'made': 'Made figures', 'rank': 1}], {'rank': 1})
    """
    if said and isinstance(plain, dict):
        return {"made": said, **plain}
    return [marked(row, said) for row in plain] if said and isinstance(plain, list) else plain
