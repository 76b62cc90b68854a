"""A short digest of an answer: texts to the letter, numbers to 1e-9, whatever order they were added up in."""

import hashlib
import json
import math
from collections.abc import Iterator
from typing import Any

__all__ = ["digests", "leaves"]

SMALLEST = 1e-9
"""A number nearer to 0 counts as 0."""


def leaves(answer: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every text, number, truth value and None of an answer, with the path to it."""
    if isinstance(answer, dict):
        for name in sorted(answer):
            yield from leaves(answer[name], f"{path}.{name}")
        yield path, f"{len(answer)} names"
    elif isinstance(answer, list | tuple):
        for number, part in enumerate(answer):
            yield from leaves(part, f"{path}.{number}")
        yield path, f"{len(answer)} parts"
    else:
        yield path, answer


def _rounded(number: float, shift: float) -> str:
    if not math.isfinite(number) or abs(number) < SMALLEST:
        return "0" if math.isfinite(number) else str(number)
    exponent = math.floor(math.log10(abs(number)))
    return f"{math.floor(number / 10.0 ** (exponent - 9) + shift)}e{exponent}"


def digests(answer: Any) -> list[str]:
    """Two digests that round on grids half a step apart: an answer is the same when either is.

    A last digit that differs may carry a number over a step of one grid, never over a step of both.
    """
    found = []
    for shift in (0.0, 0.5):
        lines = [(path, _rounded(leaf, shift) if isinstance(leaf, float) else leaf) for path, leaf in leaves(answer)]
        found.append(hashlib.sha256(json.dumps(lines).encode()).hexdigest()[:16])
    return found
