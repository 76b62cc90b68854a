"""Indices and series: what they are by definition, and their parts beside their whole."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from geo.core.choices import ENGLAND
from geo.edition.agreement.facts import REFUSE, WARN, Facts, Finding, counted, refuse_outside, title

STANDARDISED = {"mean": (-0.7, 0.7), "spread": (0.65, 1.5)}
"""Of the digital indicator, 0 and 1 in England by definition: 0.14 and 1.03 in clean files of one region."""

SPREAD = (0.3, 1.6)
"""The same in an authority of 20 areas or more: 0.42 to 1.22 in clean files."""

SCORE = {"urban": (38.0, 90.0), "rural": (17.0, 65.0)}
"""Mean connectivity score of an authority's urban and of its rural areas, out of 100: 50 to 77 and 23 to 49 in clean
files."""

MIDDLE_SCORE = (13.0, 27.0)
"""Mean deprivation score of the fifth tenth of areas: 19.4 in clean files."""

OF_REGION = (0.99, 1.01)
YEAR_ON_YEAR = (0.75, 1.35)
"""Businesses of an authority over those of the year before: 0.90 to 1.10 in clean files."""

TO_A_RESIDENT = {"authority": (0.017, 0.12), "all": (0.032, 0.068)}
"""Businesses of the newest year: 0.025 to 0.083 in clean files, 0.047 in all."""

CLAIMANTS_OF_ENGLAND = (0.0125, 0.075)
"""Share of residents aged 16 to 64, by year: 0.018 to 0.055 in clean files."""

OF_ENGLAND, MEAN_OF_REGION = (0.4, 1.1), (0.55, 1.3)
"""Claimants of a region over England's share; and the mean of its authorities over it. By region, as clean files have
them; of England nothing is to be compared."""

LATE = 0.1
"""Greatest share of authorities whose series may begin after the others': new ones do, 1 in 41 in clean files."""

CLAIMANTS = (0.1, 5.0)
"""Claimants of an authority over its region's share: 0.14 to 2.1 in clean files."""

SERIES = ("coverage-by-area", "claimants", "businesses")
AGAIN = "download it again"


def deprivation_in_order(facts: Facts) -> Iterator[Finding]:
    """Check that deprivation scores fall as ranks rise: ranks are made of scores."""
    if "imd" not in facts.tables:
        return
    ordered = facts.tables["imd"].sort_values("imd_rank")
    rises = ordered.index[ordered["imd_score"].diff() > 0]
    if len(rises):
        yield Finding(REFUSE, f"{title('imd')}: scores and ranks contradict each other in "
                              f"{counted(rises, 'LSOAs')}: {AGAIN}")
    middle = facts.areas.loc[facts.areas["imd_decile"] == 5, "imd_score"]
    if len(middle):
        yield from refuse_outside(pd.Series({"the mapped area": middle.mean()}), MIDDLE_SCORE,
                                  f"{title('imd')}, mean score of the fifth tenth", AGAIN)
    twice = ordered.index[ordered["imd_rank"].duplicated()]
    if len(twice):
        yield Finding(REFUSE, f"{title('imd')}: {counted(twice, 'LSOAs')} share a rank with another: {AGAIN}")


def connectivity_as_defined(facts: Facts) -> Iterator[Finding]:
    """Check that the connectivity indicators are on the scale that they are published on."""
    digital, score = facts.areas["digital_connectivity"], facts.areas["connectivity_score"]
    where = f"{title('connectivity')}, "
    for what, value in (("mean", digital.mean()), ("spread", digital.std())):
        yield from refuse_outside(pd.Series({"the mapped area": value}),
                                  facts.limits(f"digital-{what}", STANDARDISED[what]),
                                  f"{where}{what} of the digital indicator", AGAIN)
    spread = facts.limits("digital-spread-in-authorities", SPREAD)
    yield from refuse_outside(_of_many(digital, facts.areas["authority"]).std(), spread, f"{where}spread", AGAIN)
    for name, chosen in (("urban", facts.areas["urban"]), ("rural", ~facts.areas["urban"])):
        means = _of_many(score[chosen], facts.areas.loc[chosen, "authority"]).mean()
        yield from refuse_outside(means, facts.limits(f"connectivity-{name}", SCORE[name]),
                                  f"{where}mean score of {name} areas", AGAIN)


def _of_many(values: pd.Series, authority: pd.Series) -> Any:
    """Group values by authority, without the authorities that have fewer than twenty."""
    return values[authority.groupby(authority).transform("size") >= 20].groupby(authority)


def region_is_whole(facts: Facts) -> Iterator[Finding]:
    """Check that the authorities of the region add up to it, in the newest count of businesses."""
    if "businesses" not in facts.tables:
        return
    table = facts.tables["businesses"]
    by_year = table.pivot_table(index="code", columns="date", values="value")
    ours = by_year.reindex(facts.nested["authority"].unique())
    newest = ours.columns[ours.notna().all()].max() if ours.notna().all().any() else None
    region = facts.region
    if newest and region.code in by_year.index:
        share = ours[newest].sum() / by_year.loc[region.code, newest]
        if not OF_REGION[0] <= share <= OF_REGION[1]:
            yield Finding(WARN, f"{title('businesses')}: the authorities mapped as {region.spoken} have {share:.1%} of "
                                f"its businesses of {newest}, expected all: {title('lookup-ward')} may lack some")
    mapped = by_year.reindex(facts.areas["authority"].unique())
    residents = facts.areas["residents"].groupby(facts.areas["authority"]).sum().reindex(mapped.index)
    ratios = mapped.iloc[:, -1] / residents
    yield from refuse_outside(ratios, facts.limits("businesses-to-a-resident", TO_A_RESIDENT["authority"]),
                              f"{title('businesses')}, to a resident", AGAIN)
    whole = pd.Series({"the mapped area": mapped.iloc[:, -1].sum() / residents.sum()})
    yield from refuse_outside(whole, facts.limits("businesses-to-all-residents", TO_A_RESIDENT["all"]),
                              f"{title('businesses')}, to a resident", AGAIN)
    change = (mapped / mapped.shift(axis=1)).stack().dropna()  # noqa: PD013
    change.index = [f"{code} in {year}" for code, year in change.index]
    yield from refuse_outside(change, facts.limits("businesses-year-on-year", YEAR_ON_YEAR),
                              f"{title('businesses')} over those of the year before", AGAIN)


def claimants_like_the_region(facts: Facts) -> Iterator[Finding]:
    """Check that England's claimants are a share as it has had, and no authority's far from its region's."""
    if "claimants" not in facts.tables:
        return
    by_year = facts.tables["claimants"].pivot_table(index="code", columns="date", values="value")
    if ENGLAND in by_year.index:
        yield from refuse_outside(by_year.loc[ENGLAND].dropna(), CLAIMANTS_OF_ENGLAND, f"{title('claimants')}, England",
                                  AGAIN)
    region, spoken = facts.region.code, facts.region.spoken
    if {region, ENGLAND} <= set(by_year.index):
        sides = {f"{spoken} over England": (by_year.loc[region] / by_year.loc[ENGLAND],
                                           facts.limits("claimants-over-england", OF_ENGLAND)),
                 f"the mean authority over {spoken}": (
                     by_year.reindex(facts.nested["authority"].unique()).mean() / by_year.loc[region],
                     facts.limits("claimants-mean", MEAN_OF_REGION))}
        for what, (ratio, limits) in sides.items():
            yield from refuse_outside(ratio.dropna(), limits, f"{title('claimants')}, {what}", AGAIN)
    if region in by_year.index:
        ratio = (by_year.reindex(facts.areas["authority"].unique()) / by_year.loc[region]).stack().dropna()  # noqa: PD013
        ratio.index = [f"{code} in {year}" for code, year in ratio.index]
        yield from refuse_outside(ratio, CLAIMANTS, f"{title('claimants')} over {spoken}'s", AGAIN)


def series_without_gaps(facts: Facts) -> Iterator[Finding]:
    """Check that a series of the mapped area has every date since its first, and begins together."""
    larger = [*dict.fromkeys([facts.region.code, ENGLAND])]
    places = [*facts.areas["authority"].unique(), *larger]
    for key in SERIES:
        table = facts.tables.get(key, pd.DataFrame(columns=["code", "series"]))
        ours = table[table["code"].isin(places)]
        for name, rows in ours.groupby("series"):
            # Series of one file go on together: a date that another has is expected of each that has begun.
            dates = sorted(ours.loc[ours["date"] >= rows["date"].min(), "date"].unique())
            there = rows.pivot_table(index="code", columns="date", values="value").reindex(columns=dates).notna()
            begun = there.cummax(axis=1)
            gaps = there.index[(begun & ~there).any(axis=1)]
            late = there.index[~begun.iloc[:, 0]].difference(larger)
            # The region and England may begin after the authorities, but then together.
            wholes = begun.reindex(larger)
            apart = wholes.index[wholes.sum(axis=1) < wholes.sum(axis=1).max()]
            if len(gaps) or len(apart) or len(late) > LATE * len(there):
                yield Finding(WARN, f"{title(key)}: the series {name} lacks dates of "
                                    f"{counted(dict.fromkeys([*gaps, *apart, *late]), 'places')}: {AGAIN}")


def series_cover(facts: Facts) -> Iterator[Finding]:
    """Check that a series of authorities has every mapped one."""
    mapped = pd.Index(facts.areas["authority"].unique())
    for key in SERIES:
        if key in facts.tables and len(lacking := mapped.difference(facts.tables[key]["code"])):
            yield Finding(REFUSE, f"{title(key)} lacks {counted(lacking, 'authorities')} of the mapped area: {AGAIN}")
