"""What Ofcom says of the lines of single postcodes, where an edition holds it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from geo.core.choices import SPEEDS
from geo.edition.store import Edition
from geo.sources.catalogue import POSTCODE_LINES


@dataclass(frozen=True)
class PostcodeLines:
    """Lines of one postcode.

    Attributes
    ----------
    postcode
        As it is written.
    without
        Key of each speed that Ofcom's file has → share of premises that cannot get it, 0 to 1.
    premises
        How many there are; None where the file does not count them.
    vintage
        The month that it is of, such as 2025-07.
    """

    postcode: str
    without: Mapping[str, float]
    premises: int | None
    vintage: str


@dataclass(frozen=True)
class ListedLines:
    """Lines of a list of postcodes: percentages of postcodes without counts cannot be added up.

    Attributes
    ----------
    known
        Postcodes of the list that Ofcom's file has.
    some, all
        Key of each speed → how many of them have a premises that cannot get it, and how many have no other.
    vintage
        The month that it is of.
    """

    known: int
    some: Mapping[str, int]
    all: Mapping[str, int]
    vintage: str


def postcode_lines(edition: Edition, postcode: str) -> PostcodeLines | None:
    """Look up what Ofcom says of one postcode.

    Parameters
    ----------
    edition
        The edition served.
    postcode
        As it is written, such as EX39 6BG; "" for none.

    Returns
    -------
    PostcodeLines or None
        None where the edition, or Ofcom's file, does not have it.
    """
    if not postcode or postcode not in edition.postcode_lines.index:
        return None
    row = edition.postcode_lines.loc[postcode]
    without = {speed: float(row[f"below_{speed}"]) for speed in SPEEDS if pd.notna(row[f"below_{speed}"])}
    premises = None if pd.isna(row["premises"]) else int(row["premises"])
    return PostcodeLines(postcode, without, premises, _vintage(edition))


def listed_lines(edition: Edition, postcodes: Iterable[str]) -> ListedLines | None:
    """Count what Ofcom says of the postcodes of a list.

    Parameters
    ----------
    edition
        The edition served.
    postcodes
        Without a space.

    Returns
    -------
    ListedLines or None
        None where the edition has none of them.
    """
    table = edition.postcode_lines
    ours = table[table.index.str.replace(" ", "", regex=False).isin(list(postcodes))] if len(table) else table
    if not len(ours):
        return None
    speeds = [speed for speed in SPEEDS if ours[f"below_{speed}"].notna().any()]
    return ListedLines(len(ours), {speed: int((ours[f"below_{speed}"] > 0).sum()) for speed in speeds},
                       {speed: int((ours[f"below_{speed}"] >= 1).sum()) for speed in speeds}, _vintage(edition))


def _vintage(edition: Edition) -> str:
    return str(edition.manifest["vintages"].get(POSTCODE_LINES, ""))
