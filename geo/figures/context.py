"""What publishers count by authority alone: coverage over time, claimants, active businesses, beside any place."""

from collections.abc import Mapping

import pandas as pd

from geo.core.cache import cached
from geo.core.choices import ENGLAND
from geo.core.series import AREA_SERIES
from geo.edition.places import Place
from geo.edition.store import Edition

ENGLAND_RESIDENTS = 56_490_284
"""Usual residents of England: Census 2021 TS001, summed over its 33,755 LSOAs. An edition has those of its own area."""

_WITH_OWN = ("authority", "region")


@cached(512)
def series_of(edition: Edition, code: str, series: str) -> pd.Series:
    """Look up a series of one area.

    Parameters
    ----------
    edition
        The edition served.
    code
        Code of an authority of the edition, of the region or of England.
    series
        A key of `geo.core.series.AREA_SERIES`.

    Returns
    -------
    pandas.Series
        Index date: a month ("2025-07") or a year ("2025") as text, sorted; float64, shares of 0 to 1 or counts. Empty
        where the edition has none. Do not change it: it is shared.

    Raises
    ------
    KeyError
        When there is no series of that name.
    """
    AREA_SERIES[series]
    table = edition.context
    rows = table[(table["code"] == code) & (table["series"] == series)]
    return rows.set_index("date")["value"].sort_index().rename(series)


@cached(16)
def newest(edition: Edition, series: str) -> tuple[str, pd.Series]:
    """Look up a series of all areas at its last date.

    Parameters
    ----------
    edition
        The edition served.
    series
        A key of `geo.core.series.AREA_SERIES`.

    Returns
    -------
    date : str
        The last that any area has; "" where the edition has none.
    values : pandas.Series
        Index code, sorted; float64. Do not change it: it is shared.
    """
    rows = edition.context[edition.context["series"] == series]
    date = str(rows["date"].max()) if len(rows) else ""
    return date, rows[rows["date"] == date].set_index("code")["value"].sort_index().rename(series)


@cached(4)
def businesses_per_1000(edition: Edition) -> pd.Series:
    """Divide active businesses by residents of the Census 2021.

    Parameters
    ----------
    edition
        The edition served.

    Returns
    -------
    pandas.Series
        Index code of every area that has them, sorted; float64, active businesses for every 1,000 residents. Do not
        change it: it is shared.
    """
    inside = edition.areas[~edition.areas["neighbour"]]
    residents = pd.concat([edition.areas.groupby("authority")["residents"].sum(),
                           inside.groupby("region")["residents"].sum(), pd.Series({ENGLAND: ENGLAND_RESIDENTS})])
    count = newest(edition, "businesses")[1]
    return (1000 * count / residents.reindex(count.index)).rename("businesses_per_1000")


def coverage_over_time(edition: Edition, areas: Mapping[str, str]) -> pd.DataFrame:
    """Lay out coverage of areas for a chart.

    Parameters
    ----------
    edition
        The edition served.
    areas
        Code → name.

    Returns
    -------
    pandas.DataFrame
        RangeIndex; area (name), series ("gigabit" or "below_30"), date (datetime, first of the month), share (0 to 1).
    """
    columns = ["area", "series", "date", "share"]
    rows = [(name, series, pd.Timestamp(f"{date}-01"), share) for series in ("gigabit", "below_30")
            for code, name in areas.items() for date, share in series_of(edition, code, series).items()]
    return pd.DataFrame(rows, columns=columns)


def authority_context(edition: Edition, place: Place) -> pd.DataFrame:
    """Give the newest figures of the areas that are published and hold a place, beside the region and England.

    Parameters
    ----------
    edition
        The edition served.
    place
        Any place. Of an authority or the region its own row comes first; of every other place those of the authorities
        that it lies in, by name: nothing is spread inside them.

    Returns
    -------
    pandas.DataFrame
        Index code; columns name, each series of `geo.core.series.AREA_SERIES` at its last date, businesses_per_1000.
        Missing where nothing is published; empty where the edition has no series at all.
    """
    names = edition.names("authority")
    own = place.kind in _WITH_OWN and not place.parts
    inside = edition.areas.loc[place.lsoas, "authority"].unique()
    codes = [place.code] if own else [*names.loc[inside].sort_values().index]
    codes += [code for code in dict.fromkeys([edition.region.code, ENGLAND]) if code not in codes]
    if edition.context.empty:
        return pd.DataFrame(columns=["name", *AREA_SERIES, "businesses_per_1000"])
    named = {**names, **edition.names("region"), ENGLAND: "England"}
    columns = {series: newest(edition, series)[1].reindex(codes) for series in AREA_SERIES}
    return pd.DataFrame({"name": pd.Series(named).reindex(codes), **columns,
                         "businesses_per_1000": businesses_per_1000(edition).reindex(codes)})
