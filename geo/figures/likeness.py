"""Statistical neighbours: the places of the same kind that are most like a place, and their people in the gap.

The distance between two places is Euclidean, on standardised values of six subjects. A subject of several values (nine
occupations, six bands of age) weighs as much as one of a single value.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from geo.core.cache import cached
from geo.core.choices import KINDS, NO_RAIL, OCCUPATIONS
from geo.core.measures import FIGURES
from geo.core.view import BESIDE_AT_MOST, View
from geo.edition.places import Place
from geo.edition.schema import OPTIONAL_COLUMNS
from geo.edition.store import Edition
from geo.figures.areas import area_figures
from geo.figures.intervals import INTERVALS, sum_intervals
from geo.figures.place import show
from geo.figures.ranking import ranked_values
from geo.rail.access_legs import ACCESS, Floats

SUBJECTS: Mapping[str, tuple[str, ...]] = {
    "rurality": ("rural",), "density": ("density",),
    "occupations": tuple(f"workers_occ_{group}" for group in OCCUPATIONS),
    "age": tuple(name for name in OPTIONAL_COLUMNS["census-age"] if name != "aged_all"),
    "deprivation": ("imd_score",), "station": ("station_minutes",),
}
"""What places are compared by: subject → its values, columns of `likeness_values`."""

LEAST = 10
"""Places of a kind below which none of them is called like another."""

_NOTHING = 1e-12     # what rounding leaves of no difference


class Alike(NamedTuple):
    """Those most like a place.

    Attributes
    ----------
    kind
        Of all of them: a key of `KINDS`, or "partnership", which is like none.
    of
        How many places of the kind are compared, itself included where everything is known of it.
    lacking
        Subjects that are not known of the place, "whole" where some of it lies beyond the map.
    typical
        Median of its distances from all others; None where it has none.
    rate
        The place's own people in the gap of every 1,000 workers; None where nobody works.
    table
        Index code, most alike first; name, neighbour (whether it lies outside the region), distance, and of its
        people in the gap value and rate as in `geo.figures.ranking.rank`, and p05, p95, rate_p05, rate_p95. Empty
        where there are too few, or not everything is known.
    """

    kind: str
    of: int
    lacking: tuple[str, ...]
    typical: float | None
    rate: float | None
    table: pd.DataFrame


@cached(2)
def _minutes_to_station(edition: Edition) -> pd.Series:
    """Mean minutes from the doors of each LSOA to a station, on foot or by car; missing where there is no rail.

    Of the stations used for each of the hubs the one that is nearest: door to hub less the train and boarding.
    """
    reach = edition.reach_table
    hub, clock, access = (reach[name].combine_chunks() for name in ("hub", "clock", "access"))
    minutes, postcodes, area = (reach[name].to_numpy() for name in ("minutes", "postcodes", "area"))
    by_car = (access.indices.to_numpy() == access.dictionary.index("car").as_py()) & (minutes < NO_RAIL)
    hubs, areas = len(hub.dictionary), len(edition.areas)

    def means(of: str) -> Floats:
        """Mean minutes by hub and LSOA, on one clock."""
        rows = by_car & (clock.indices.to_numpy() == clock.dictionary.index(of).as_py())
        number = hub.indices.to_numpy()[rows].astype("int64") * areas + area[rows]
        weight = postcodes[rows].astype("float64")
        total, count = (np.bincount(number, values, hubs * areas) for values in (weight * minutes[rows], weight))
        mean: Floats = np.divide(total, count, out=np.full(len(total), np.nan), where=count > 0)
        return mean.reshape(hubs, areas)

    nearest = np.fmin.reduce(means("door") - means("train"))
    return pd.Series(nearest - ACCESS.boarding, edition.areas.index)


@cached(len(KINDS))
def likeness_values(edition: Edition, kind: str) -> pd.DataFrame:
    """Work out what places of one kind are compared by.

    Parameters
    ----------
    edition
        The edition served.
    kind
        A key of `KINDS`.

    Returns
    -------
    pandas.DataFrame
        Index code, sorted; a float64 column for each value of `SUBJECTS`: shares of residents (rural, ages) and of
        workers (occupations), residents per hectare as a logarithm (density), the mean IMD score and the mean minutes
        to a station of those residents for whom it is known. Do not change it: it is shared.
    """
    areas, keys = edition.areas, edition.membership(kind)
    residents = areas["residents"].astype("float64")
    means = {"imd_score": areas["imd_score"], "station_minutes": _minutes_to_station(edition)}
    columns = [*SUBJECTS["occupations"], "workers", *SUBJECTS["age"], "aged_all"]
    counted = areas[columns].astype("float64").assign(
        residents=residents, hectares=100 * areas["area_km2"],
        rural=area_figures(edition, View(region=edition.region.code))["rural"],
        **{name: residents * values for name, values in means.items()},
        **{f"{name}_of": residents.where(values.notna()) for name, values in means.items()})
    sums = counted.loc[keys.index].groupby(keys.to_numpy()).sum(min_count=1)
    whole = dict.fromkeys(SUBJECTS["occupations"], "workers") | dict.fromkeys(SUBJECTS["age"], "aged_all") | {
        "rural": "residents"} | {name: f"{name}_of" for name in means}
    shares = {name: sums[name] / sums[of] for name, of in whole.items()}
    return pd.DataFrame(shares).assign(density=np.log(sums["residents"] / sums["hectares"])).rename_axis("code")


def standardised(values: pd.DataFrame, subjects: Sequence[Sequence[str]]) -> pd.DataFrame:
    """Put values on one scale, so that every subject weighs alike.

    Parameters
    ----------
    values
        One row a place, none missing.
    subjects
        Columns of each subject.

    Returns
    -------
    pandas.DataFrame
        Same index; a value's distance from the mean in standard deviations, over the square root of how many values
        its subject has. A value that is the same everywhere is 0.

    Examples
    --------
    >>> values = pd.DataFrame({"minutes": [10.0, 20.0], "young": [0.2, 0.4], "old": [0.3, 0.3]})
    >>> standardised(values, [["minutes"], ["young", "old"]]).round(3).to_numpy().tolist()
    [[-1.0, -0.707, 0.0], [1.0, 0.707, 0.0]]
    """
    scaled = {}
    for names in subjects:
        for name in names:
            off = values[name] - values[name].mean()
            spread = np.sqrt((off**2).mean())
            alike_everywhere = spread <= _NOTHING * values[name].abs().max()
            scaled[name] = 0 * off if alike_everywhere else off / (spread * np.sqrt(len(names)))
    return pd.DataFrame(scaled, values.index)


def distances(table: pd.DataFrame, code: str) -> pd.Series:
    """Tell how far one place is from all others of its kind.

    Parameters
    ----------
    table
        As `standardised` gives it.
    code
        Of one of its places.

    Returns
    -------
    pandas.Series
        Index code, the nearest first (ties by code), without the place itself; 0 where two are alike in everything.
    """
    off = table.to_numpy() - table.loc[code].to_numpy()
    found = pd.Series(np.sqrt((off**2).sum(axis=1)), table.index, name="distance").drop(code)
    return found.sort_index().sort_values(kind="stable")


@cached(len(KINDS))
def _compared(edition: Edition, kind: str) -> pd.DataFrame:
    """Put all whole places of a kind of which everything is known on one scale."""
    values = likeness_values(edition, kind).dropna()
    return standardised(values[_whole(edition, kind).loc[values.index]], [*SUBJECTS.values()])


def _whole(edition: Edition, kind: str) -> pd.Series:
    """Tell which places of a kind lie on the map as a whole: constituencies go on beyond its edge."""
    return ~edition.places_of(kind)["neighbour"] | (kind != "constituency")


@cached(256, key=lambda edition, view, place, nearest=BESIDE_AT_MOST: (
    edition, place.code, view.speed, view.work, nearest))
def alike(edition: Edition, view: View, place: Place, nearest: int = BESIDE_AT_MOST) -> Alike:
    """Find the places most like a place, and set their people in the gap beside it.

    Parameters
    ----------
    edition
        The edition served.
    view
        Its speed and table of jobs count for people in the gap; likeness depends on neither.
    place
        Any place.
    nearest
        How many to name at most; by default as many as Compare sets beside it.

    Returns
    -------
    Alike
        Its table is empty for partnerships and for England, for kinds of fewer than `LEAST` places, and where not
        everything is known of the place. Do not change it: it is shared.
    """
    columns, measure = ["name", "neighbour", "distance", "value", "rate", *INTERVALS], FIGURES["people_in_gap"]
    rate = show(edition, view.replace(place=place.code))[measure.key].rate
    if place.kind not in KINDS or place.code not in likeness_values(edition, place.kind).index:
        return Alike(place.kind, 0, (), None, rate, pd.DataFrame(columns=columns))
    table, values = _compared(edition, place.kind), likeness_values(edition, place.kind).loc[place.code]
    lacking = tuple(subject for subject, names in SUBJECTS.items() if values[[*names]].isna().any())
    lacking += ("whole",) * (not _whole(edition, place.kind)[place.code])
    if lacking or len(table) < LEAST:
        return Alike(place.kind, len(table), lacking, None, rate, pd.DataFrame(columns=columns))
    found = distances(table, place.code)
    first = found.head(nearest)
    listed = ranked_values(edition, view, measure, edition.places_of(place.kind).loc[first.index])
    keys = edition.membership(place.kind)
    listed = listed.join(sum_intervals(edition, view, measure, keys[keys.isin(first.index)]))
    return Alike(place.kind, len(table), (), float(found.median()), rate, listed.assign(distance=first)[columns])


def alike_rows(found: Alike, edition: Edition) -> list[dict[str, Any]]:
    """Spell the places most like one as plain rows, for JSON.

    Parameters
    ----------
    found
        As `alike` gives it.
    edition
        Names its id and basis in every row.

    Returns
    -------
    list of dict
        Code, name, neighbour, distance, and of people in the gap value, rate, p05, p95, rate_p05, rate_p95 and
        rate_unit; None where a figure cannot be.
    """
    plain = found.table.astype(object).where(found.table.notna(), None)
    said = {"rate_unit": FIGURES["people_in_gap"].rate_unit, "broadband_basis": edition.broadband_basis,
            "edition": edition.id}
    return [{"code": code, **row, **said} for code, row in plain.to_dict("index").items()]
