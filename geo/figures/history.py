"""A place in every edition at hand: what each counted there, kept small enough for many editions."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from geo.core.choices import KINDS, SPEEDS
from geo.core.view import View
from geo.edition.facts import EditionFacts
from geo.edition.store import Edition
from geo.figures.areas import area_figures

_COUNTS = ("premises", "workers", "residents", "cut_off_by_rail")
_ESTIMATES = ("nowhere_to_turn", *(f"people_in_gap_{speed}" for speed in SPEEDS))


@dataclass(frozen=True, eq=False)
class Remembered:
    """What is kept of one edition.

    Attributes
    ----------
    facts
        Its identity, bases and vintages.
    built_at
        When it was built, ISO.
    areas
        Index LSOA code; the code of the place of each kind (categorical), neighbour, and float64 premises, workers,
        residents, premises_below_{speed}, people_in_gap_{speed}, and at the usual view nowhere_to_turn and
        cut_off_by_rail.
    """

    facts: EditionFacts
    built_at: str
    areas: pd.DataFrame


def remembered(edition: Edition) -> Remembered:
    """Keep what a history needs of an edition.

    Parameters
    ----------
    edition
        Any; its boundaries are not needed.

    Returns
    -------
    Remembered
        Under a megabyte for 5,000 neighbourhoods.
    """
    figures = area_figures(edition, View(region=edition.region.code))
    columns = [*_COUNTS, *(f"premises_below_{speed}" for speed in SPEEDS)]
    kinds = {kind: edition.areas[kind].astype("category") for kind in KINDS if kind != "lsoa"}
    estimates = {name: figures[f"{name}_estimate"] for name in _ESTIMATES}
    return Remembered(edition.facts(), str(edition.manifest["built_at"]),
                      figures[columns].assign(**estimates, **kinds))


def history(editions: Sequence[Remembered], code: str) -> pd.DataFrame:
    """Lay out what editions counted in one place.

    Parameters
    ----------
    editions
        In any order.
    code
        Of the place, or several joined by `+`.

    Returns
    -------
    pandas.DataFrame
        RangeIndex, by the month of Ofcom's counts, then by the day of the build; edition (id), lines (month of Ofcom's
        counts such as "2025-07"; "" where that is not known), built_at, broadband_basis, rail_basis, rail_day, and the
        float64 counts of `Remembered`. Editions that do not have the place are left out.
    """
    rows = []
    for each in editions:
        here = pd.Series(False, each.areas.index)
        for part in code.split("+"):
            inside = (each.areas[list(set(KINDS) - {"lsoa"})] == part).any(axis=1) | (each.areas.index == part)
            if not inside.any():
                break
            here |= inside
        else:
            counts = each.areas.loc[here].select_dtypes("float64").sum()
            rows.append({
                "edition": each.facts.id, "lines": each.facts.lines_vintage, "built_at": each.built_at,
                "broadband_basis": each.facts.broadband_basis, "rail_basis": each.facts.rail_basis,
                "rail_day": each.facts.rail_source.day, **counts.to_dict()})
    table = pd.DataFrame(rows)
    return table if table.empty else table.sort_values(["lines", "built_at", "edition"], ignore_index=True)
