"""Partnerships that can be opened by name, as data/partnerships.csv lists them."""

import csv
from collections.abc import Collection, Iterator
from typing import NamedTuple

import pandas as pd

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


def offers(places: pd.DataFrame) -> Iterator[tuple[str, tuple[str, str, str, str, bool, str]]]:
    """List by each of their names the partnerships that an edition has all members of.

    Parameters
    ----------
    places
        As `geo.edition.places.place_table` makes it.

    Yields
    ------
    tuple
        The name searched for; code, name, kind, the members' names, whether any is a neighbour, and why it is found
        where its name does not say so.
    """
    facts = places.drop_duplicates("code").set_index("code")
    for row in within_reach(facts.index):
        members = facts.loc[list(row.members)]
        names, neighbour = ", ".join(sorted(members["name"])), bool(members["neighbour"].any())
        yield row.name, (row.code, row.name, "partnership", names, neighbour, "")
        if row.also:
            yield row.also, (row.code, row.name, "partnership", names, neighbour, f"also called {row.also}")
