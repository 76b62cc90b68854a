"""From neighbourhoods to places: one figure for every place of a kind, as its record says."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from geo.core.cache import cached
from geo.core.choices import NO_RAIL
from geo.core.measures import MEASURES, Measure
from geo.core.view import View
from geo.edition.store import Edition
from geo.figures.areas import area_figures, reach_inside, residents_per_row
from geo.layers.gap import weighted_medians


def place_values(edition: Edition, view: View, measure: Measure, keys: pd.Series) -> pd.DataFrame:
    """Work out one figure for places.

    Parameters
    ----------
    edition
        The edition served.
    view
        Speed, hub, minutes, clock, work and access.
    measure
        What is worked out.
    keys
        Code of the place that each LSOA counts in, indexed by LSOA code.

    Returns
    -------
    pandas.DataFrame
        Index code of the place, sorted; float64 value (the count, or the figure itself where there is none), low and
        high (where the figure has a range, else missing), rate (sums over sums). Missing where a figure cannot be.
    """
    if measure.summary == "sum":
        return _sums(area_figures(edition, view), view, measure, keys)
    if measure.summary == "minutes":
        values = _median_minutes(edition, view, measure.key.partition("_")[0], keys)
    else:
        table = area_figures(edition, view).loc[keys.index]
        column = table[measure.numerator.format(speed=view.speed)]
        values = _ONE_VALUE[measure.summary](column, table[measure.denominator], keys)
    return pd.DataFrame({"value": values, "low": np.nan, "high": np.nan, "rate": values})


def place_sums(table: pd.DataFrame, columns: Sequence[str], keys: pd.Series) -> pd.DataFrame:
    """Add counts of LSOAs up.

    Parameters
    ----------
    table
        As `geo.figures.areas.area_figures` gives it.
    columns
        Some of its columns, in any order; one may be named twice.
    keys
        As for `place_values`.

    Returns
    -------
    pandas.DataFrame
        Index code of the place, sorted; each column once, missing where one of its LSOAs has none.
    """
    return table.loc[keys.index, list(dict.fromkeys(columns))].groupby(keys.to_numpy()).sum(skipna=False)


def _sums(table: pd.DataFrame, view: View, measure: Measure, keys: pd.Series) -> pd.DataFrame:
    ends = ("estimate", "low", "high") if measure.has_range else ("estimate",)
    columns = {end: measure.column(view.speed, end) for end in ends}
    total = measure.denominator if measure.denominator != "*" else ""
    sums = place_sums(table, [*columns.values(), *[total] * bool(total)], keys)
    count = sums[columns["estimate"]]
    whole = count.sum() if measure.denominator == "*" else sums[total] if total else np.nan
    return pd.DataFrame({
        "value": count, "low": sums[columns["low"]] if "low" in columns else np.nan,
        "high": sums[columns["high"]] if "high" in columns else np.nan, "rate": measure.per * count / whole})


def _share(column: pd.Series, base: pd.Series, keys: pd.Series) -> pd.Series:
    sums = pd.DataFrame({"part": column, "base": base}).groupby(keys.to_numpy()).sum(skipna=False)
    return sums["part"] / sums["base"]


def _mean(column: pd.Series, weights: pd.Series, keys: pd.Series) -> pd.Series:
    """Mean over those for whom it is known."""
    known, place = weights.where(column.notna()), keys.to_numpy()
    means = (column * known).groupby(place).sum(min_count=1) / known.groupby(place).sum(min_count=1)
    return means.round(12)      # the mean of one value is that value, and on a map of its class


def _median(column: pd.Series, weights: pd.Series, keys: pd.Series) -> pd.Series:
    """Value of the LSOA of the median resident: at least half of those for whom it is known have it or a lower one."""
    known = column.notna()
    found = weighted_medians(keys[known], column[known], weights[known])
    return found.reindex(keys.drop_duplicates().sort_values()).astype("float64")


_ONE_VALUE = {"share": _share, "mean": _mean, "median": _median}


def _median_minutes(edition: Edition, view: View, clock: str, keys: pd.Series) -> pd.Series:
    """Median over residents for each place; missing where that resident has no rail."""
    reach = reach_inside(edition, edition.reach(view.hub, clock, view.access), keys.index)
    place = pd.Series(keys.loc[reach["area"].astype(keys.index.dtype)].to_numpy(), reach.index)
    medians = weighted_medians(place, reach["minutes"], residents_per_row(edition, reach))
    return medians.astype("float64").replace(float(NO_RAIL), np.nan)


def context_values(edition: Edition, keys: pd.Series) -> pd.DataFrame:
    """Give places what publishers say of them besides broadband and rail.

    Parameters
    ----------
    edition
        The edition served.
    keys
        As for `place_values`.

    Returns
    -------
    pandas.DataFrame
        Index code of the place, sorted; a float64 column for each context figure, by its key. Missing where nothing is
        published.
    """
    return pd.DataFrame({key: place_values(edition, View(region=edition.region.code), measure, keys)["value"]
                         for key, measure in MEASURES.items() if measure.context})


@cached(256)
def place_context(edition: Edition, code: str) -> dict[str, float]:
    """Work out what publishers say of one place besides.

    Parameters
    ----------
    edition
        The edition served.
    code
        Of the place.

    Returns
    -------
    dict of str to float
        Key of each context measure → its value; missing where there is none. Do not change it: it is shared.
    """
    table = context_values(edition, pd.Series("place", edition.place(code).lsoas))
    return {str(key): float(value) for key, value in table.iloc[0].items()}
