"""Broadband and mobile: Ofcom's files among themselves, and beside households and localities."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from geo.core.choices import ENGLAND
from geo.edition.agreement.facts import REFUSE, WARN, Facts, Finding, counted, refuse_outside, title
from geo.layers.occupations import read_england_workers
from geo.layers.output_areas import measured, residuals, unplaced
from geo.sources.catalogue import LOCALITIES, OUTPUT_AREA_LOOKUP, OUTPUT_AREAS, POSTCODE_LINES
from geo.sources.wording import some

COUNTS = ("premises", "matched", "below_uso", "below_10", "below_30", "below_100", "below_300", "below_gigabit")
FILES = ("ofcom-authority", "ofcom-constituency", OUTPUT_AREAS, "ofcom-national", "ofcom-mobile", POSTCODE_LINES)
COUNTED = FILES[:3]
"""Those of counts of fixed lines by place."""
TO_A_HOUSEHOLD = {"authority": (0.95, 2.5), "constituency": (0.95, 2.0)}
"""Premises to a household: 1.08 to 1.30 in clean files, 1.82 on the Isles of Scilly; by constituency 1.07 to 1.33."""

MOBILE = (0.97, 1.03)
"""Premises in the file of mobile coverage over those in that of fixed lines: 0.998 to 1.003 in clean files."""

SUMS = 0.001
"""Share by which constituencies may miss authorities in sum, and rural and urban the nation, before the files are
refused: they do not in clean files."""

ROUNDED = 0.0006
"""What rounding to a tenth of a per cent takes or adds (0.0005)."""

LOCALITY = {"superfast": (-0.03, 0.12), "gigabit": (-0.05, 0.6)}
"""How much larger an authority's share of premises may be than that of its localities some time before: -0.003 to 0.039
and -0.017 to 0.453 in clean files, where lines have been built since."""

WITH_SUPERFAST = {"gigabit": 0.25, "below_uso": -0.35, "receiving_under_10": -0.35, "receiving_over_30": 0.35}
"""Least correlation (or most, where negative) with the share of superfast, over localities: 0.62, -0.77, -0.75 and 0.78
in clean files."""

RECEIVED = (-0.75, 0.2)
"""Share of lines that receive over 30 Mbit/s less that of premises that can: -0.59 to 0.07 in clean files."""

RESIDUAL = 0.02
"""Share of its premises by which an authority's output areas may come to more than its count of the same month before
the files are refused; how much less they come to depends on how many are missing."""

PREMISES_TO_A_WORKER = (0.8, 1.25)
"""England's over the mapped area's: 0.98 in clean files."""

CURE = "use one release of Ofcom's files, not edited"


def one_vintage(facts: Facts) -> Iterator[Finding]:
    """Check that Ofcom's files are of one release, as far as their names say."""
    months = {key: facts.tables[key].attrs.get("vintage") for key in FILES if key in facts.tables}
    known = {key: month for key, month in months.items() if month}
    if len(set(known.values())) > 1:
        listed = ", ".join(f"{title(key)} of {month}" for key, month in known.items())
        yield Finding(WARN, f"Ofcom's files are of several releases ({listed}): {CURE}")


def _one_month(facts: Facts, *keys: str) -> bool:
    """Tell whether files are of one month, as far as their names say."""
    return len({facts.tables[key].attrs.get("vintage") for key in keys} - {None}) < 2


def premises_to_a_household(facts: Facts) -> Iterator[Finding]:
    """Check that premises and households go together."""
    for kind, table, areas in (("authority", "ofcom-authority", facts.areas),
                               ("constituency", "ofcom-constituency", facts.nested)):
        households = areas["households"].groupby(areas[kind]).sum()
        ratio = facts.tables[table]["premises"].reindex(households.index) / households
        yield from refuse_outside(ratio, TO_A_HOUSEHOLD[kind], f"{title(table)}, premises to a household of the census",
                                  CURE)


def constituencies_add_up(facts: Facts) -> Iterator[Finding]:
    """Check that constituencies and authorities of the region, which nest, have the same counts in sum.

    Of several months they do not, and the estimate leaves the constituencies' out.
    """
    if not _one_month(facts, "ofcom-authority", "ofcom-constituency"):
        return
    ours = facts.tables["ofcom-authority"].loc[facts.nested["authority"].unique(), [*COUNTS]].sum()
    theirs = facts.tables["ofcom-constituency"].loc[facts.nested["constituency"].unique(), [*COUNTS]].sum()
    bad = ours.index[ours != theirs]
    if len(bad):
        shown = ", ".join(f"{column} {ours[column]:,.0f} and {theirs[column]:,.0f}" for column in bad[:3])
        far = ((theirs - ours).abs() > SUMS * ours).any()
        yield Finding(REFUSE if far else WARN, f"{title('ofcom-authority')} and {title('ofcom-constituency')} differ "
                                               f"in sum over {facts.region.spoken} ({shown}), expected the same: "
                                               f"{CURE}")


def counts_as_percentages(facts: Facts) -> Iterator[Finding]:
    """Check that Ofcom's counts are the percentages beside them."""
    for key in [key for key in COUNTED if key in facts.tables]:
        unlike = facts.tables[key].attrs["unlike"]
        if unlike:
            yield Finding(WARN, f"{title(key)}: counts of {counted(unlike, 'places')} are not the percentages beside "
                                f"them: {CURE}")


def output_areas_placed(facts: Facts) -> Iterator[Finding]:
    """Check that every output area is counted and placed, and that they come to the authorities' counts."""
    if OUTPUT_AREAS not in facts.tables:
        return
    counts, lookup = facts.tables[OUTPUT_AREAS], facts.tables[OUTPUT_AREA_LOOKUP]
    unknown = unplaced(counts, lookup)
    if len(unknown):
        yield Finding(WARN, f"{title(OUTPUT_AREAS)}: {counted(unknown, 'output areas')} are not in "
                            f"{title(OUTPUT_AREA_LOOKUP)} and are left out")
    found = measured(counts, lookup["lsoa"], facts.areas.index)
    if len(found.absent):
        yield Finding(WARN, f"{title(OUTPUT_AREAS)} lacks {counted(found.absent.index, 'output areas')} of the mapped "
                            "area: what premises they have is not known, and their neighbourhoods are counted without")
    if not _one_month(facts, "ofcom-authority", OUTPUT_AREAS):
        return
    published = facts.tables["ofcom-authority"]
    missed = residuals(found.premises, facts.areas["authority"], published)
    over = (-missed).div(published.loc[missed.index, "premises"], axis=0).max(axis=1)
    bad = over[over > RESIDUAL]
    if len(bad):
        worst = some(f"{code} by {share:.1%}" for code, share in bad.items())
        yield Finding(REFUSE, f"{title(OUTPUT_AREAS)} has more premises than {title('ofcom-authority')} ({worst} of "
                              f"them), expected the same: {CURE}")
    elif missed.ne(0).any(axis=None):
        places = missed.index[missed.ne(0).any(axis=1)]
        yield Finding(WARN, f"{title(OUTPUT_AREAS)} and {title('ofcom-authority')} differ in sum in "
                            f"{counted(places, 'authorities')}, by {missed['premises'].abs().sum():,.0f} premises in "
                            "all: the sums are shown, and beside them what Ofcom counts")


def same_as_published_shares(facts: Facts) -> Iterator[Finding]:
    """Check Ofcom's counts against the shares that the Office for National Statistics publishes from them."""
    if "coverage-by-area" not in facts.tables:
        return
    published, authority = facts.tables["coverage-by-area"], facts.tables["ofcom-authority"]
    counts = {"ofcom-authority": authority.loc[facts.areas["authority"].unique()]}
    if "ofcom-national" in facts.tables:
        national = facts.tables["ofcom-national"].xs(("All", "Total"), level=(1, 2)).rename(index={"England": ENGLAND})
        counts["ofcom-national"] = national.assign(matched=national["premises"] - national["unclassified"])
    for key, table in counts.items():
        month = published[published["date"] == facts.tables[key].attrs.get("vintage")]
        shares = {"gigabit": (table["matched"] - table["below_gigabit"]) / table["premises"],
                  "below_30": table["below_30"] / table["premises"]}
        for series, share in shares.items():
            theirs = month[month["series"] == series].set_index("code")["value"]
            miss = (share - theirs).dropna().abs()
            bad = miss.index[miss > ROUNDED]
            if len(bad):
                yield Finding(REFUSE, f"{title(key)} and {title('coverage-by-area')} differ about "
                                      f"{series.replace('_', ' ')} in {counted(bad, 'places')}, by up to "
                                      f"{miss.max():.1%}: {CURE}")


def mobile_covers(facts: Facts) -> Iterator[Finding]:
    """Check that the file of mobile coverage has every authority, with as many premises."""
    if "ofcom-mobile" not in facts.tables:
        return
    mapped = facts.areas["authority"].unique()
    there = facts.tables["ofcom-mobile"]["premises"].reindex(mapped)
    lacking = there.index[there.isna()]
    if len(lacking):
        yield Finding(REFUSE, f"{title('ofcom-mobile')} lacks {counted(lacking, 'authorities')} of the mapped area: "
                              f"{CURE}")
    ratio = there.dropna() / facts.tables["ofcom-authority"]["premises"].reindex(there.dropna().index)
    yield from refuse_outside(ratio, MOBILE, f"{title('ofcom-mobile')}, premises over those of "
                                             f"{title('ofcom-authority')}", CURE)


def nation_and_authorities(facts: Facts) -> Iterator[Finding]:
    """Check that England has premises, and about as many to a worker as the mapped area."""
    if "ofcom-national" not in facts.tables:
        return
    national = facts.tables["ofcom-national"]
    if "England" not in national.index.get_level_values(0):
        yield Finding(REFUSE, f"{title('ofcom-national')} has no rows for England: {CURE}")
        return
    england = national.loc["England"]
    empty = [" ".join(row) for row in england.index[england["premises"] <= 0]]
    if empty:
        yield Finding(REFUSE, f"{title('ofcom-national')}: England has no premises in {counted(empty, 'rows')}: {CURE}")
    for kind in ("All", "Residential"):
        parts = england.loc[kind].drop("Total").sum()
        miss = (parts - england.loc[kind, "Total"]).abs() / england.loc[kind, "Total"].clip(lower=1)
        bad = miss[miss > SUMS].index
        if len(bad):
            yield Finding(REFUSE, f"{title('ofcom-national')}: rural and urban do not add up to England's total of "
                                  f"{kind.lower()} premises ({', '.join(bad[:3])}): {CURE}")
    here = facts.tables["ofcom-authority"].loc[facts.areas["authority"].unique(), "premises"].sum()
    ratio = (england.loc[("All", "Total"), "premises"] / read_england_workers().sum()) / (
        here / facts.areas["workers"].sum())
    yield from refuse_outside(pd.Series({"England": ratio}), PREMISES_TO_A_WORKER,
                              f"{title('ofcom-national')}, premises to a worker over the mapped area's", CURE)


def localities_and_authorities(facts: Facts) -> Iterator[Finding]:
    """Check that what was measured by locality is not far from what Ofcom counts by authority since."""
    if LOCALITIES not in facts.tables:
        return
    areas, authority = facts.areas, facts.tables["ofcom-authority"].loc[facts.areas["authority"].unique()]
    lacking = pd.Index(areas["msoa"].unique()).difference(facts.tables[LOCALITIES].index)
    if len(lacking):
        yield Finding(WARN, f"{title(LOCALITIES)} lacks {counted(lacking, 'localities')} of the mapped area: broadband "
                            "is estimated less surely there, and who does not take it is not known")
    measured = facts.tables[LOCALITIES].reindex(areas["msoa"]).set_axis(areas.index)
    today = {"superfast": 1 - authority["below_30"] / authority["premises"],
             "gigabit": (authority["matched"] - authority["below_gigabit"]) / authority["premises"]}
    for column, share in today.items():
        households = areas["households"].where(measured[column].notna(), 0)
        sums = (measured[column].fillna(0) * households).groupby(areas["authority"]).sum()
        before = sums / households.groupby(areas["authority"]).sum()
        yield from refuse_outside((share - before).dropna(), LOCALITY[column],
                                  f"{title(LOCALITIES)}, {column} share of an authority less that of its localities",
                                  "use the Library's newest workbook, not edited")


def shares_of_localities(facts: Facts) -> Iterator[Finding]:
    """Check that a locality with fast lines has few slow ones: else a column was sorted apart from the others."""
    if LOCALITIES not in facts.tables:
        return
    table = facts.tables[LOCALITIES]
    table = table[table.index.isin(facts.areas["msoa"])]
    for column, least in WITH_SUPERFAST.items():
        found = table["superfast"].corr(table[column])
        if not found * np.sign(least) >= abs(least):
            yield Finding(REFUSE, f"{title(LOCALITIES)}: superfast and {column.replace('_', ' ')} hardly go together "
                                  f"over the localities (correlation {found:.2f}, expected {least:g} or beyond): was "
                                  "a column sorted apart from the others? Download it again")
    over, under = table["receiving_over_30"], table["receiving_under_10"]
    least, most = facts.limits("received-over-availability", RECEIVED)
    odd = ((table["gigabit"] > table["superfast"]) | (table["below_uso"] + table["superfast"] > 1 + ROUNDED)
           | (over + under > 1 + ROUNDED) | (over - table["superfast"] > most) | (over - table["superfast"] < least)
           | (over.isna() != under.isna()))
    if odd.any():
        yield Finding(REFUSE, f"{title(LOCALITIES)}: the shares of {counted(table.index[odd], 'localities')} cannot "
                              "all be true (gigabit above superfast, lines above availability): download it again")
