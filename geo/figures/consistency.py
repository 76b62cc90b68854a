"""What must hold in every edition beyond its schema: sums, conserved totals, ranges, its own identity."""

from itertools import product

import numpy as np
import pandas as pd

from geo.core.choices import ACCESS, CLOCKS, HUBS, KINDS, REGION, SPEEDS
from geo.core.view import View
from geo.edition.identity import content_hash
from geo.edition.schema import OFCOM_COLUMNS, SCHEMAS
from geo.edition.store import Edition
from geo.figures.areas import area_figures

ENDS = ("limit_low", "low", "estimate", "high", "limit_high")
"""Ends of a range, each at most the next."""


def figure_tables(edition: Edition) -> dict[str, pd.DataFrame]:
    """Return the tables that make an edition's identity, without geometry, as `content_hash` takes them."""
    tables = {key: pd.DataFrame(getattr(edition, key).drop(columns="geometry", errors="ignore")) for key in SCHEMAS}
    return {**tables, "reach": edition.reach_table.to_pandas()}


def problems_of(edition: Edition) -> list[str]:
    """Say in words everything that should hold in a loaded edition and does not; nothing when all is well."""
    return [problem for check in (_identity, _hierarchy, _published, _reach, _ranges) for problem in check(edition)]


def _identity(edition: Edition) -> list[str]:
    found = f"{edition.manifest['name']}-{content_hash(figure_tables(edition), edition.manifest)}"
    return [] if found == edition.id else [f"its figures make it {found}, its manifest says {edition.id}"]


def _hierarchy(edition: Edition) -> list[str]:
    """Check that every code of a place is listed, with as many LSOAs as say they are in it."""
    areas, problems = edition.areas, []
    for kind in KINDS:
        listed = edition.places_of(kind)["lsoas"].sort_index()
        counted = edition.membership(kind).value_counts().sort_index()
        if list(listed.index) != list(counted.index) or (listed.to_numpy() != counted.to_numpy()).any():
            problems.append(f"places of kind {kind} are not those that areas name")
    if not (areas["neighbour"] == (areas["region"] != REGION)).all():
        problems.append("an area is neither in the South West nor a neighbour, or both")
    return problems


def _published(edition: Edition) -> list[str]:
    """Check sums of LSOAs against Ofcom's published counts, where there are any."""
    problems = []
    published = edition.places.dropna(subset=["ofcom_premises"])
    for kind, group in published.groupby("kind"):
        ours = edition.areas.groupby(kind)[["premises", *(f"below_{speed}" for speed in SPEEDS)]].sum()
        theirs = group.set_index("code")[list(OFCOM_COLUMNS)]
        worst = float(np.nanmax(np.abs(ours.loc[theirs.index].to_numpy() - theirs.to_numpy())))
        if worst >= 0.5:
            problems.append(f"premises by {kind} differ from Ofcom's by up to {worst:.1f}")
    return problems


def _reach(edition: Edition) -> list[str]:
    """Check that every LSOA's postcodes are counted once for every hub, clock and access."""
    problems = []
    expected = edition.areas["postcodes"]
    for hub, clock, access in product(HUBS, CLOCKS, ACCESS):
        counted = edition.reach(hub, clock, access).groupby("area", observed=False)["postcodes"].sum()
        if not np.array_equal(counted.reindex(expected.index).to_numpy(), expected.to_numpy()):
            problems.append(f"postcodes of {hub}, {clock}, {access} do not add up to the areas'")
    return problems


def _ranges(edition: Edition) -> list[str]:
    """Check that ranges hold for every LSOA, at every speed, with both capability tables."""
    problems = []
    for work in edition.manifest["capability"]:
        table = area_figures(edition, View(work=work))
        for speed in SPEEDS:
            ends = table[[f"people_in_gap_{speed}_{end}" for end in ENDS]]
            if (np.diff(ends, axis=1) < 0).any():
                problems.append(f"ranges of people in the gap at {speed} with {work} do not hold")
        if (table["remote_capable"] > table["workers"]).any():
            problems.append(f"more people than workers could work from home with {work}")
    return problems
