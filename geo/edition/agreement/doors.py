"""Doors and stations: postcodes beside boundaries, stops of the timetable beside the list of stations."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from geo.edition.agreement.facts import REFUSE, WARN, Facts, Finding, counted, refuse_outside, title
from geo.sources.national_grid import to_grid
from geo.sources.wording import some

AGREE = {"all": 0.99, "authority": 0.95, "lsoa": 0.5}
"""Least share of postcodes that Code-Point puts into the authority in which they lie: 0.99993 in clean files, by
authority 0.99 or more (the Isles of Scilly; else 0.999), by LSOA 0.967."""

STAND_INS = {"all": 0.01, "authority": 0.25}
"""Greatest share of LSOAs without a postcode, measured from a point inside them: 0.0006 in clean files, 0.06 of one
authority."""

HOUSEHOLDS_TO_A_POSTCODE = (4.0, 30.0)
"""By authority: 9.5 to 19.6 in clean files."""

CROWDED, MOST_CROWDED = 60.0, 0.001
"""More households to a postcode than an LSOA has, and the greatest share of LSOAs that have them all the same: one of
4,635 in clean files, the next 56."""

NEAR, FAR = 1_000.0, 5_000.0
"""Metres between a stop of the timetable and the station of that code: 0 in clean files; 1,202 at most in a slice of
the national timetable."""

UNKNOWN_CALLS = 0.05
"""Greatest share of calls at stops that are no station of the list (bus replacement, ferries): 0.03 in that slice."""

CURE = "use releases of one time, not edited"


def postcodes_in_their_authority(facts: Facts) -> Iterator[Finding]:
    """Check that a postcode lies in the authority that Code-Point names."""
    found = facts.positions.assign(lies=facts.positions["area"].map(facts.areas["authority"]))
    found = found[found["lies"].notna() | found["authority"].isin(facts.areas["authority"].unique())]
    # A code that no other file has is a newer (or older) one of the same authority, and decides nothing.
    known = found["authority"].isin(facts.tables["lookup-ward"]["authority"])
    recoded, judged = found[~known], found[known]
    if len(recoded) > (1 - AGREE["all"]) * len(found):
        yield Finding(WARN, f"{title('postcodes')} names authorities that {title('lookup-ward')} lacks "
                            f"({some(sorted(recoded['authority'].unique()))}) for {len(recoded):,} postcodes of "
                            f"the mapped area: {CURE}")
    agree = judged["authority"] == judged["lies"].fillna("")
    where = f"{title('postcodes')}, share of postcodes in the authority that the boundaries put them in"
    for kind, by in (("authority", judged["lies"].fillna(judged["authority"])), ("authority", judged["authority"]),
                     ("lsoa", judged["area"])):
        yield from refuse_outside(agree.groupby(by).mean(), (AGREE[kind], 1), where, CURE)
    if len(agree) and agree.mean() < AGREE["all"]:
        yield Finding(REFUSE, f"{where}: {agree.mean():.2%}, expected {AGREE['all']:.0%} or more: {CURE}")


def few_stand_ins(facts: Facts) -> Iterator[Finding]:
    """Check that nearly every LSOA has a postcode to measure from."""
    without = facts.areas.index.difference(facts.positions["area"].dropna().unique())
    lacking = pd.Series(0.0, facts.areas.index)
    lacking[without] = 1.0
    by = lacking.groupby(facts.areas["authority"]).mean()
    bad = by.index[by > STAND_INS["authority"]]
    if lacking.mean() > STAND_INS["all"] or len(bad):
        yield Finding(REFUSE, f"{title('postcodes')} has no postcode in {counted(without, 'LSOAs')} of the "
                              f"mapped area, expected 1 in 100 at most: download the areas of all its postcodes")


def households_to_a_postcode(facts: Facts) -> Iterator[Finding]:
    """Check that an authority has about as many postcodes as its households need."""
    households = facts.areas["households"].groupby(facts.areas["authority"]).sum()
    postcodes = facts.positions["area"].map(facts.areas["authority"]).value_counts().reindex(households.index)
    yield from refuse_outside((households / postcodes).fillna(np.inf), HOUSEHOLDS_TO_A_POSTCODE,
                              f"{title('postcodes')}, households to a postcode", "download it again")
    each = facts.areas["households"] / facts.positions["area"].value_counts().reindex(facts.areas.index)
    crowded = each.index[each > CROWDED]
    if len(crowded) > MOST_CROWDED * len(each):
        yield Finding(WARN, f"{title('postcodes')} has a postcode for more than {CROWDED:g} households in "
                            f"{counted(crowded, 'LSOAs')}: some may be lost; download it again")


def whole_postcode_areas(facts: Facts) -> Iterator[Finding]:
    """Check that a postcode area has as many rows as its publisher says."""
    short = facts.tables["postcodes"].attrs.get("short", {})
    if short:
        listed = some(f"{name} has {rows:,} of {said:,}" for name, (rows, said) in short.items())
        yield Finding(WARN, f"{title('postcodes')}: files have not the rows that the publisher says ({listed}): "
                            "download it again")


def stops_are_stations(facts: Facts) -> Iterator[Finding]:
    """Check that where trains stop is a station of the list, where there is one, and lies where it says.

    Where buses, ships and metros stop need not be one.
    """
    if "stations" not in facts.tables:
        return
    stations, trips, calls = facts.tables["stations"], facts.feed.trips, facts.feed.stop_times
    calls = calls.loc[calls["trip_id"].isin(trips.index[trips["by_rail"]]), "crs"].astype("str")
    times = calls.value_counts()
    unknown = times[~times.index.isin(stations.index)]
    if len(unknown):
        share = unknown.sum() / len(calls)
        text = (f"the timetable calls at {counted(sorted(unknown.index), 'stops')} that {title('stations')} lacks "
                f"({share:.1%} of all calls): those are left out of every journey from a door; use the newest list")
        yield Finding(REFUSE if share > UNKNOWN_CALLS else WARN, text)
    stops = facts.feed.stops[["crs", "latitude", "longitude"]].dropna()
    stops = stops[stops["crs"].isin(times.index.difference(unknown.index))]
    grid = to_grid(stops["longitude"], stops["latitude"])
    places = stations.geometry.loc[stops["crs"]]
    metres = np.hypot(grid[:, 0] - places.x.to_numpy(), grid[:, 1] - places.y.to_numpy())
    away = pd.Series(metres, stops["crs"].to_numpy()).groupby(level=0).min()
    for severity, bad in ((REFUSE, away[away > FAR]), (WARN, away[(away > NEAR) & (away <= FAR)])):
        if len(bad):
            shown = some(f"{crs} by {metres / 1000:.1f} km" for crs, metres in bad.items())
            yield Finding(severity, f"the timetable and {title('stations')} put stations in different places ({shown}),"
                                    f" expected within {NEAR / 1000:g} km: {CURE}")
