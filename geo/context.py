"""What publishers say of an area besides broadband and rail: deprivation, connectivity, mobile coverage, rurality."""

import pandas as pd

from geo.edition import Edition
from geo.vocabulary import MEASURES

__all__ = ["context_of", "context_values"]


def context_values(edition: Edition, measure: str, keys: pd.Series) -> pd.Series:
    """Give places the value of a context measure.

    Parameters
    ----------
    edition
        The edition served.
    measure
        A key of `geo.vocabulary.MEASURES` that is context.
    keys
        Code of the place that each LSOA counts in, indexed by LSOA.

    Returns
    -------
    pandas.Series
        float64, indexed by place, sorted; missing where nothing is published. `imd_decile`: the decile of the median
        resident's LSOA; `connectivity_score`: mean over residents; `mobile_4g`: share of premises, from the shares
        published by authority (so all places inside one authority have that authority's share); `rural`: share of
        residents.
    """
    areas = edition.areas.loc[keys.index]
    place = keys.to_numpy()
    if measure == "imd_decile":
        return _median_decile(areas, place)
    weights = areas["premises" if measure == "mobile_4g" else "residents"].astype("float64")
    if measure == "mobile_4g":
        values = areas["authority"].map(_mobile_by_authority(edition))
    elif measure == "rural":
        values = (~areas["urban"]).astype("float64")
    else:
        values = areas[measure].astype("float64")
    known = weights.where(values.notna())
    sums = (values * known).groupby(place).sum(min_count=1)
    return (sums / known.groupby(place).sum(min_count=1)).rename(measure)


def _mobile_by_authority(edition: Edition) -> pd.Series:
    """Share of an authority's premises with 4G indoors from all four operators."""
    places = edition.places
    return places[places["kind"] == "authority"].set_index("code")["indoor_4g_4"]


def _median_decile(areas: pd.DataFrame, place: pd.Index) -> pd.Series:
    """Decile of the LSOA of the median resident: at least half of a place's residents live in it or a worse one."""
    everywhere = pd.Index(place).unique().sort_values()
    rows = pd.DataFrame({"place": place, "decile": areas["imd_decile"].to_numpy(dtype="float64"),
                         "residents": areas["residents"].to_numpy(dtype="float64")}).dropna()
    rows = rows.sort_values(["place", "decile"])
    by_place = rows.groupby("place")["residents"]
    half = by_place.cumsum() >= by_place.transform("sum") / 2
    first = rows[half].drop_duplicates("place").set_index("place")["decile"]
    return first.reindex(everywhere).rename("imd_decile")


def context_of(edition: Edition, lsoas: pd.Index) -> dict[str, float | None]:
    """Give one place the value of every context measure.

    Parameters
    ----------
    edition
        The edition served.
    lsoas
        Codes of the place's LSOAs.

    Returns
    -------
    dict of str to float or None
        Key of the measure → value as `context_values` defines it; None where nothing is published.
    """
    keys = pd.Series("place", index=lsoas)
    found = {key: context_values(edition, key, keys) for key, measure in MEASURES.items() if measure.context}
    return {key: None if values.isna().all() else float(values.iloc[0]) for key, values in found.items()}
