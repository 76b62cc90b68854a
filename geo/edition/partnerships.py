"""Partnerships that can be opened by name, as data/partnerships.csv lists them."""

import csv
from collections.abc import Collection
from typing import NamedTuple

from geo.core.choices import DATA
from geo.edition.spelling import fold


class Partnership(NamedTuple):
    """One partnership: its name, its members' codes sorted, another name or "", and what it rests on."""

    name: str
    members: tuple[str, ...]
    also: str
    source: str

    @property
    def code(self) -> str:
        """The code of the place that its members make."""
        return "+".join(self.members)


def _read() -> tuple[Partnership, ...]:
    with (DATA / "partnerships.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return tuple(Partnership(row["name"], tuple(sorted(row["members"].split("+"))), row["also"], row["source"])
                     for row in rows)


PARTNERSHIPS = _read()
"""All of them, whether or not an edition has every member."""

_NAMES = {row.code: row.name for row in PARTNERSHIPS}
_BY_NAME = {fold(name): row for row in PARTNERSHIPS for name in (row.name, row.also) if name}


def known_name(code: str) -> str | None:
    """Name the partnership that codes joined by `+` make.

    Parameters
    ----------
    code
        Sorted codes.

    Returns
    -------
    str or None
        None where no partnership has just these members.
    """
    return _NAMES.get(code)


def called(text: str) -> Partnership | None:
    """Find the partnership of a name.

    Parameters
    ----------
    text
        A whole name, in any case.

    Returns
    -------
    Partnership or None
        None where there is none.
    """
    return _BY_NAME.get(fold(text))


def within_reach(codes: Collection[str]) -> list[Partnership]:
    """List the partnerships all of whose members are among some codes.

    Parameters
    ----------
    codes
        Of an edition's places.

    Returns
    -------
    list of Partnership
        In the order of the file.
    """
    return [row for row in PARTNERSHIPS if set(row.members) <= set(codes)]
