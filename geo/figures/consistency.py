"""What must hold in every edition beyond its schema: sums, conserved totals, ranges, its own identity."""

from collections.abc import Iterator
from itertools import product

import numpy as np
import pandas as pd

from geo.core.choices import ACCESS, CLOCKS, KINDS, SPEEDS
from geo.core.view import View
from geo.edition.agreement.doors import STAND_INS
from geo.edition.schema import OFCOM_COLUMNS
from geo.edition.store import Edition, another_identity, identity_of
from geo.figures.areas import area_figures
from geo.layers.homes import NO_FACTOR
from geo.sources.catalogue import read_credited

ENDS = ("limit_low", "low", "estimate", "high", "limit_high")
"""Ends of a range, each at most the next."""
_TIERS = tuple(f"below_{speed}" for speed in SPEEDS)


def problems_of(edition: Edition) -> list[str]:
    """Say in words everything that should hold in a loaded edition and does not; nothing when all is well."""
    checks = (_identity, _credits, _hierarchy, _doors, _published, _nested, _reach, _homes, _ranges)
    return [problem for check in checks for problem in check(edition)]


def _identity(edition: Edition) -> Iterator[str]:
    if identity_of(edition) != edition.id:
        yield another_identity(edition)


def _credits(edition: Edition) -> Iterator[str]:
    """Check that every source's publisher can be named as it asks."""
    catalogue = read_credited()
    for row in edition.manifest["sources"]:
        if row["id"] not in catalogue:
            yield f"its source ‘{row['id']}’ is not in data/sources.toml: whom to name for it is not known"


def _hierarchy(edition: Edition) -> Iterator[str]:
    """Check that every code of a place is listed, with as many LSOAs as say they are in it."""
    areas = edition.areas
    for kind in KINDS:
        listed = edition.places_of(kind)["lsoas"].sort_index()
        counted = edition.membership(kind).value_counts().sort_index()
        if list(listed.index) != list(counted.index) or (listed.to_numpy() != counted.to_numpy()).any():
            yield f"places of kind {kind} are not those that areas name"
    if not (areas["neighbour"] == (areas["region"] == "")).all():
        yield f"an area is neither in {edition.region.spoken} nor a neighbour, or both"
    if not edition.localities["area"].isin(areas.index).all():
        yield "a town or village is in no area"


def _doors(edition: Edition) -> Iterator[str]:
    """Check that nearly every area has postcodes, as the build does."""
    nameless = edition.postcodes.loc[edition.postcodes["postcode"] == "", "area"].nunique()
    if nameless > STAND_INS["all"] * len(edition.areas):
        yield (f"{nameless:,} of {len(edition.areas):,} LSOAs have no postcode, expected 1 in 100 at most: their "
               "journeys start at a point inside")


def _published(edition: Edition) -> Iterator[str]:
    """Check sums of LSOAs against Ofcom's published counts, where there are any.

    Where output areas were counted, both may differ, by as much as the manifest says.
    """
    published, counts = edition.places.dropna(subset=["ofcom_premises"]), ["premises", *_TIERS]
    said = edition.manifest.get("output_areas", {}).get("residual", {})
    for kind, group in published.groupby("kind"):
        ours = edition.areas.groupby(kind)[counts].sum()
        theirs = group.set_index("code")[list(OFCOM_COLUMNS)].set_axis(counts, axis=1)
        missed = theirs - ours.loc[theirs.index]
        if edition.broadband_basis == "measured":
            told = pd.DataFrame.from_dict(said.get(kind, {}), orient="index")
            missed -= told.reindex(index=theirs.index, columns=counts).fillna(0.0)
        else:
            missed = missed[~missed.index.isin(edition.counts_apart)]
        worst = float(np.nanmax(np.abs(missed.to_numpy()), initial=0.0))
        if worst >= 0.5:
            yield f"premises by {kind} differ from Ofcom's by up to {worst:.1f}"


def _nested(edition: Edition) -> Iterator[str]:
    """Check that an estimate's tiers nest as far as it makes them; counts of output areas are as published."""
    areas = edition.areas
    if edition.broadband_basis == "estimated":
        for less, more in (("below_uso", "below_30"), ("below_100", "below_gigabit")):
            if (areas[less] > areas[more]).any():
                yield f"{less} <= {more} does not hold in {int((areas[less] > areas[more]).sum()):,} LSOAs"


def _reach(edition: Edition) -> Iterator[str]:
    """Check that every LSOA's postcodes are counted once for every hub, clock and access."""
    expected = edition.areas["postcodes"]
    for hub, clock, access in product(edition.region.hubs, CLOCKS, ACCESS):
        counted = edition.reach(hub, clock, access).groupby("area", observed=False)["postcodes"].sum()
        if not np.array_equal(counted.reindex(expected.index).to_numpy(), expected.to_numpy()):
            yield f"postcodes of {hub}, {clock}, {access} do not add up to the areas'"


def _homes(edition: Edition) -> Iterator[str]:
    """Check that there is a homes factor for every speed and setting, where the edition has any."""
    if edition.counts_homes:
        factor = pd.DataFrame.from_dict(edition.manifest["homes_factor"], orient="index")
        factor = factor.reindex(index=[*SPEEDS], columns=[*NO_FACTOR])
        if not ((factor >= 0) & (factor <= 1)).all(axis=None):
            yield "the homes factor is not from 0 to 1 for every speed, rural and urban"


def _ranges(edition: Edition) -> Iterator[str]:
    """Check that ranges hold for every LSOA, at every speed, with both capability tables."""
    for work in edition.manifest["capability"]:
        table = area_figures(edition, View(work=work, region=edition.region.code))
        for speed in SPEEDS:
            ends = table[[f"people_in_gap_{speed}_{end}" for end in ENDS]]
            if (np.diff(ends, axis=1) < 0).any():
                yield f"ranges of people in the gap at {speed} with {work} do not hold"
        if (table["remote_capable"] > table["workers"]).any():
            yield f"more people than workers could work from home with {work}"
