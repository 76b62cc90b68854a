"""People: what census tables say of the same residents, households and workers."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from geo.core.choices import OCCUPATIONS
from geo.edition.agreement.facts import REFUSE, Facts, Finding, counted, refuse_outside, title
from geo.layers.occupations import CAPABILITY_TABLES, read_capability, read_england_workers, remote_capable

PERTURBATION = 20
"""Most by which two tables may differ about one LSOA: the census office alters small counts, table by table. 20 in
clean files of the South West, 24 in those of all England."""

SAME_TOTALS = (
    ("census-residents", "residents", "census-age", "aged_all"),
    ("census-households", "households", "census-cars", "car_households"),
    ("census-occupations", "workers", "census-travel", "workers_travel"),
)
PERSONS = {"authority": (1.5, 7.5), "lsoa": (1.0, 10.0)}
"""Residents to a household: clean files have 2.17 to 2.54 by authority, 1.54 to 7.52 by LSOA (barracks,
colleges)."""

EMPLOYED = (0.2, 0.75)
"""Workers to a resident, by authority: 0.38 to 0.56 in clean files."""

UNLIKE_NEIGHBOURS = 0.6
"""Share of an LSOA's workers who would have to change occupation for it to be like the areas beside it: at most 0.44 in
clean files (barracks)."""

FEW_WORKERS = 50
OF_ENGLAND = (0.35, 2.5)
"""Share of an occupation in an authority over that in England: 0.48 to 1.85 in clean files."""

AT_HOME = 0.7
"""Least correlation between the share who could work from home and the share who did: 0.90 in clean files."""

CURE = "download both census tables again"


def same_totals(facts: Facts) -> Iterator[Finding]:
    """Check that two census tables count the same people in every LSOA."""
    for key, column, other, theirs in SAME_TOTALS:
        if other in facts.tables:
            mine = facts.tables[key].loc[facts.areas.index, column]
            miss = (mine - facts.tables[other].loc[facts.areas.index, theirs]).abs()
            _, most = facts.limits("census-tables-apart", (0, PERTURBATION))
            bad = miss.index[miss > most]
            if len(bad):
                yield Finding(REFUSE, f"{title(key)} and {title(other)} differ by up to {miss.max():,.0f} in "
                                      f"{counted(bad, 'LSOAs')}, expected {most:g} at most: {CURE}")


def persons_to_a_household(facts: Facts) -> Iterator[Finding]:
    """Check that residents and households go together."""
    both = facts.areas[["residents", "households"]]
    sums = both.groupby(facts.areas["authority"]).sum()
    what = "residents to a household ({} and {})".format(title("census-residents"), title("census-households"))
    for kind, table in (("authority", sums), ("lsoa", both)):
        ratio = (table["residents"] / table["households"].where(table["households"] > 0)).fillna(np.inf)
        limits = facts.limits(f"residents-to-a-household-of-an-{kind}", PERSONS[kind])
        yield from refuse_outside(ratio, limits, what, CURE)


def workers_to_a_resident(facts: Facts) -> Iterator[Finding]:
    """Check that workers and residents go together."""
    sums = facts.areas[["workers", "residents"]].groupby(facts.areas["authority"]).sum()
    what = "workers to a resident ({} and {})".format(title("census-occupations"), title("census-residents"))
    yield from refuse_outside(sums["workers"] / sums["residents"], EMPLOYED, what, CURE)
    more = facts.areas.index[facts.areas["workers"] > facts.areas["residents"] + PERTURBATION]
    if len(more):
        yield Finding(REFUSE, f"{title('census-occupations')} has more workers than residents in "
                              f"{counted(more, 'LSOAs')}: {CURE}")


def occupations_like_neighbours(facts: Facts) -> Iterator[Finding]:
    """Check that an LSOA's mix of occupations is not unlike that of all areas beside it."""
    first, second = facts.next_to
    counts = facts.areas[[f"workers_occ_{group}" for group in OCCUPATIONS]].to_numpy(dtype="float64")
    beside = np.zeros_like(counts)
    np.add.at(beside, first, counts[second])
    mine, theirs = counts.sum(axis=1), beside.sum(axis=1)
    judged = (mine >= FEW_WORKERS) & (theirs >= FEW_WORKERS)
    shares = counts[judged] / mine[judged, None] - beside[judged] / theirs[judged, None]
    unlike = pd.Series(np.abs(shares).sum(axis=1) / 2, facts.areas.index[judged])
    what = f"{title('census-occupations')}, share of workers who would have to change for it to be like those beside it"
    yield from refuse_outside(unlike, (0, UNLIKE_NEIGHBOURS), what, "download it again")


def occupations_of_england(facts: Facts) -> Iterator[Finding]:
    """Check that no occupation is far more or less common in an authority than in England."""
    england = read_england_workers()
    columns = [f"workers_occ_{group}" for group in OCCUPATIONS]
    sums = facts.areas[columns].groupby(facts.areas["authority"]).sum()
    shares = sums.div(sums.sum(axis=1), axis=0) / (england / england.sum()).to_numpy()
    named = shares.stack()  # noqa: PD013
    named.index = [f"{authority} {column}" for authority, column in named.index]
    what = f"{title('census-occupations')}, share of an occupation over England's"
    yield from refuse_outside(named, facts.limits("occupation-over-england", OF_ENGLAND), what, "download it again")


def those_at_home(facts: Facts) -> Iterator[Finding]:
    """Check that where more people could work from home, more did."""
    areas = facts.areas[facts.areas["workers"] >= FEW_WORKERS]
    if areas["works_from_home"].isna().all():
        return
    could = remote_capable(areas, read_capability()[CAPABILITY_TABLES[0]]) / areas["workers"]
    found = float(np.corrcoef(could, areas["works_from_home"] / areas["workers"])[0, 1])
    if not found >= AT_HOME:
        yield Finding(REFUSE, f"{title('census-occupations')} and {title('census-travel')}: the shares of workers who "
                              f"could and who did work from home hardly go together (correlation {found:.2f}, expected "
                              f"{AT_HOME} or more): {CURE}")
