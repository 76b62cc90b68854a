"""Areas and their codes: the same in every file, each beside its own name, each place in one piece."""

from collections.abc import Iterator
from itertools import chain

import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from geo.edition.agreement.facts import REFUSE, WARN, Facts, Finding, counted, plain_name, title
from geo.edition.authorities import read_authorities
from geo.sources.catalogue import MSOA_NAMES

SAME_RELEASE = "use the release for the same areas, not edited"
MISDRAWN = {"warn": 2e-6, "refuse": 1e-3}
"""Share of the mapped area that overlaps, or is a hole: nothing in clean files."""

APART = {"msoa": 2_000.0, "constituency": 2_000.0, "authority": 2_000.0, "county": 2_000.0, "lep": 2_000.0,
         "ward": 15_000.0}
"""Metres of other places between two parts of one place. Clean files have up to 500, wards (fitted as they best can
be) up to 5,200; islands are not counted."""


def whole_authorities(facts: Facts) -> Iterator[Finding]:
    """Check that the lookup of wards has every LSOA of a mapped authority that another file has."""
    names = {key: table["lsoa_name"] for key, table in facts.tables.items() if "lsoa_name" in table}
    names = {"boundaries-lsoa": facts.tables["boundaries-lsoa"]["name"], **names}
    names["lookup-lsoa-msoa"] = facts.tables["lookup-lsoa-msoa"]["msoa_ons_name"] + "?"
    ours = facts.areas["authority"].groupby(_district(facts.areas["name"])).first()
    for key, theirs in names.items():
        beyond = theirs.loc[theirs.index.difference(facts.areas.index)]
        home = _district(beyond).map(ours).dropna()
        for authority, lacking in home.groupby(home):
            yield Finding(REFUSE, f"{title('lookup-ward')} lacks {counted(lacking.index, 'LSOAs')} of {authority} that "
                                  f"{title(key)} has: {SAME_RELEASE}")


def _district(names: pd.Series) -> pd.Series:
    """Return what stands in an LSOA's (or MSOA's) name before its number: the district that it was named after."""
    return names.str.rsplit(" ", n=1).str[0]


def names_beside_codes(facts: Facts) -> Iterator[Finding]:
    """Check that files which have both name and code of a place mean the same place."""
    tables = facts.tables
    lsoas = tables["boundaries-lsoa"]["name"]
    msoas = tables["lookup-lsoa-msoa"].loc[facts.areas.index]
    msoa_names = tables[MSOA_NAMES]["msoa_name"] if MSOA_NAMES in tables else pd.Series(dtype="str")
    seat_names = tables["boundaries-constituency"]["name"].loc[facts.areas["constituency"].unique()]
    wards = tables["lookup-ward"].drop_duplicates("authority").set_index("authority")["authority_name"]
    authorities = read_authorities(facts.region.code)["name"]
    pairs = [
        *((key, table["lsoa_name"], lsoas) for key, table in tables.items() if "lsoa_name" in table),
        ("lookup-lsoa-msoa", msoas["msoa_ons_name"], lsoas.str[:-1]),
        *((key, tables[key][column], known) for key, column, known in (
            ("commons-library", "msoa_name", msoa_names), ("ofcom-constituency", "name", seat_names),
            ("members", "constituency_name", seat_names), ("ofcom-authority", "name", authorities),
            ("ofcom-mobile", "name", authorities)) if key in tables and column in tables[key]),
        ("lookup-ward", wards, authorities),
    ]
    return chain.from_iterable(_same_names(*pair) for pair in pairs)


def _same_names(key: str, theirs: pd.Series, ours: pd.Series) -> Iterator[Finding]:
    """Compare names by code: one that belongs to another code is wrong, another spelling is only odd."""
    both = theirs.index.intersection(ours.index)
    pairs = pd.DataFrame({"theirs": theirs.loc[both], "ours": ours.loc[both]})
    pairs = pairs[(pairs["theirs"] != pairs["ours"]) & (pairs["theirs"] != "")]
    plain = pairs.map(plain_name)
    pairs = pairs[plain["theirs"] != plain["ours"]]
    moved = pairs[pairs["theirs"].map(set(ours).__contains__)]
    for severity, rows in ((REFUSE, moved), (WARN, pairs.drop(moved.index))):
        if len(rows):
            code, names = rows.index[0], rows.iloc[0]
            more = f" ({len(rows):,} codes in all)" if len(rows) > 1 else ""
            yield Finding(severity, f"{title(key)} calls {code} {names['theirs'][:60]!r}, other files "
                                    f"{names['ours'][:60]!r}{more}: {SAME_RELEASE}")


def msoas_in_one_authority(facts: Facts) -> Iterator[Finding]:
    """Check that no MSOA is in two authorities: they are made to nest."""
    homes = facts.areas["authority"].groupby(facts.areas["msoa"]).nunique()
    torn = homes.index[homes > 1]
    if len(torn):
        yield Finding(REFUSE, f"{title('lookup-ward')} and {title('lookup-lsoa-msoa')} put {counted(torn, 'MSOAs')} "
                              f"into more than one authority: {SAME_RELEASE}")


def in_one_piece(facts: Facts) -> Iterator[Finding]:
    """Check that the areas of a place lie together, islands apart."""
    first, second = facts.next_to
    for kind, most in APART.items():
        codes = facts.areas[kind].to_numpy()
        same = (codes[first] == codes[second]) & (codes[first] != "")
        links = coo_matrix((np.ones(same.sum()), (first[same], second[same])), shape=(len(codes),) * 2)
        part = pd.Series(connected_components(links)[1])
        parts = part.groupby(codes).nunique()
        # A part with no other place beside it is an island.
        bordered = set(part.to_numpy()[first[~same]])
        apart = [facts.areas.index[rows[0]] for code in parts.index[parts > 1] if code
                 for rows in _far_parts(facts, part[codes == code], bordered, most)]
        if apart:
            yield Finding(WARN, f"{counted(apart, 'areas')} lie more than {most / 1000:g} km from the rest of their "
                                f"{kind}: codes or boundaries may be mixed up; {SAME_RELEASE}")


def _far_parts(facts: Facts, part: pd.Series, bordered: set[int], most: float) -> Iterator[pd.Index]:
    """Yield the row numbers of each part of a place that is too far from its largest."""
    shapes, sizes = facts.boundaries.geometry.to_numpy(), part.value_counts()
    main = shapely.STRtree(shapes[part.index[part == sizes.index[0]]])
    for number in sizes.index[1:]:
        rows = part.index[part == number]
        if number in bordered and not len(main.query(shapes[rows], predicate="dwithin", distance=most)[0]):
            yield rows


def drawn_once(facts: Facts) -> Iterator[Finding]:
    """Check that the areas neither overlap nor leave holes between them: both come from a corner in the wrong place."""
    once, all_of_it = facts.land.area.sum(), facts.boundaries.geometry.area.sum()
    parts = shapely.get_parts(facts.land.to_numpy())
    holes = sum(shapely.Polygon(ring).area for part in parts for ring in part.interiors)
    for what, area in (("is drawn twice", all_of_it - once), ("is a hole between areas", holes)):
        if area > MISDRAWN["warn"] * once:
            yield Finding(REFUSE if area > MISDRAWN["refuse"] * once else WARN,
                          f"{title('boundaries-lsoa')}: {area / 1e6:,.2f} km² of the mapped area {what}, expected "
                          f"none: {SAME_RELEASE}")
