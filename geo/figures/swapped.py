"""Editions between two editions: the one with some of the other's columns, to tell causes of a change apart."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import pandas as pd
import pyarrow as pa

from geo.core.choices import OCCUPATIONS, SPEEDS
from geo.edition.store import Edition

PARTS = ("counts", "membership", "people", "minutes")
"""What is swapped, in this order: premises with and without each speed, and Ofcom's ratio of homes to premises; which
neighbourhoods a place is made of; residents, households and jobs; ways to stations and journeys."""

_COLUMNS = {
    "counts": ("premises", "matched", *(f"below_{speed}" for speed in SPEEDS)),
    "people": ("residents", "households", "workers", "works_from_home",
               *(f"workers_occ_{group}" for group in OCCUPATIONS)),
    "minutes": ("postcodes", "walk_share"),
}
_HOMES = "homes_factor"


class Pair(NamedTuple):
    """Two editions on the same neighbourhoods: of one that an edition lacks, it has the other's columns.

    Attributes
    ----------
    before, after
        Their areas have one index.
    """

    before: Edition
    after: Edition


def paired(before: Edition, after: Edition) -> Pair:
    """Put two editions on the neighbourhoods of both.

    Parameters
    ----------
    before, after
        Any two; their areas may differ.

    Returns
    -------
    Pair
        The editions themselves where their areas are the same.
    """
    if before.areas.index.equals(after.areas.index):
        return Pair(before, after)
    return Pair(_with_areas_of(before, after), _with_areas_of(after, before))


def _with_areas_of(edition: Edition, other: Edition) -> Edition:
    more = other.areas.index.difference(edition.areas.index)
    own, others = (pd.DataFrame(each.areas.drop(columns="geometry", errors="ignore")) for each in (edition, other))
    areas = pd.concat([own, others.loc[more, [name for name in others if name in own]]]).sort_index()
    reach = [_numbered(edition, edition.areas.index, areas.index), _numbered(other, more, areas.index)]
    return replace(edition, areas=areas, reach_table=pa.Table.from_pandas(
        pd.concat(reach, ignore_index=True).astype(dict.fromkeys(("hub", "clock", "access"), "category")),
        preserve_index=False))


def _numbered(edition: Edition, kept: pd.Index, areas: pd.Index) -> pd.DataFrame:
    """Take the rows of some areas, numbered by their place among others."""
    table = edition.reach_table.to_pandas()
    codes = edition.areas.index[table["area"].to_numpy()]
    wanted = codes.isin(kept)
    rows = table[wanted].assign(area=areas.get_indexer(codes[wanted]))
    return rows.astype(dict.fromkeys(("hub", "clock", "access"), "str"))


def differing(pair: Pair) -> tuple[str, ...]:
    """Name the parts besides membership that are not the same in both editions.

    Parameters
    ----------
    pair
        As `paired` gives it.

    Returns
    -------
    tuple of str
        Some of `PARTS`, in their order.
    """
    found = [part for part in _COLUMNS if not all(
        pair.before.areas[name].equals(pair.after.areas[name]) for name in _shared(pair, part))]
    if _factors(pair.before) != _factors(pair.after) and None not in map(_factors, pair):
        found.append("counts")
    if not pair.before.reach_table.equals(pair.after.reach_table):
        found.append("minutes")
    return tuple(part for part in PARTS if part in found)


def _shared(pair: Pair, part: str) -> list[str]:
    """List the columns of a part that both editions have."""
    return [name for name in _COLUMNS[part] if all(
        name in each.areas and each.areas[name].notna().any() for each in pair)]


def _factors(edition: Edition) -> object:
    return edition.manifest.get(_HOMES)


def swapped(pair: Pair, parts: Sequence[str], *, back: bool = False) -> Edition:
    """Give one edition some parts of the other.

    Parameters
    ----------
    pair
        As `paired` gives it.
    parts
        Some of `PARTS`; membership is no column of an edition, and is left to the caller.
    back
        Whether the later edition is given the earlier one's, and not the other way round.

    Returns
    -------
    Edition
        With the identity of the one that was given to. What is kept of it is to be forgotten
        (`geo.core.cache.forget_of`) once it has answered.
    """
    edition, other = (pair.after, pair.before) if back else (pair.before, pair.after)
    names = [name for part in parts if part in _COLUMNS for name in _shared(pair, part)]
    areas = edition.areas.assign(**{name: other.areas[name] for name in names})
    manifest = dict(edition.manifest)
    if "counts" in parts and None not in map(_factors, pair):
        manifest[_HOMES] = _factors(other)
    reach = other.reach_table if "minutes" in parts else edition.reach_table
    return replace(edition, areas=areas, manifest=manifest, reach_table=reach)
