"""What is measured of two things the count takes for granted: that job and line are independent, and who could."""

import math
from typing import Any

import pandas as pd

SLOW_BANDS: tuple[tuple[float, float | None], ...] = (
    (0, 0.01), (0.01, 0.05), (0.05, 0.15), (0.15, None), (0.25, None))
"""Bands of a locality's share of premises without 30 Mbit/s, from and below; the last is part of the one before."""

# Decimals that are kept: the manifest is hashed, and further ones may differ between machines.
_KEPT = 4
_MEASURED = {"30": "superfast", "gigabit": "gigabit"}      # speed → column of what is measured by locality


def evidence(areas: pd.DataFrame, capable: pd.Series, localities: pd.DataFrame | None) -> dict[str, Any]:
    """Set what is counted beside what is measured.

    Parameters
    ----------
    areas
        Index LSOA code; columns msoa, authority (codes), neighbour, urban (bool), workers, works_from_home (people,
        missing where the census table was not at hand) and digital_connectivity (IoD 2025, higher is slower).
    capable
        T, residents in jobs that can be done from home, same index.
    localities
        Index MSOA code; superfast and gigabit, measured shares 0 to 1 of premises that can have them; None without.

    Returns
    -------
    dict
        As far as it can be worked out: "job_and_line" (`job_and_line` by speed, "30" and "gigabit"),
        "inside_localities" (`correlation_inside` of T/W and digital_connectivity), "census_day" (`census_day`) and
        "did_by_slow_share" (`did_by_slow_share`); the last two over the region alone.
    """
    found: dict[str, Any] = {}
    inside = ~areas["neighbour"]
    known = areas.loc[inside, "works_from_home"].notna().all()
    if known:
        found["census_day"] = census_day(areas[inside], capable[inside])
    if localities is not None:
        without = {speed: 1 - localities[column] for speed, column in _MEASURED.items()}
        found["job_and_line"] = {speed: job_and_line(areas, capable, share) for speed, share in without.items()}
        share = (capable / areas["workers"]).where(areas["workers"] > 0)
        found["inside_localities"] = correlation_inside(share, areas["digital_connectivity"], areas["msoa"])
        if known:
            found["did_by_slow_share"] = did_by_slow_share(areas[inside], capable[inside], without["30"])
    return found


def odds_ratios(capable: pd.Series, workers: pd.Series, share_without: pd.Series, places: pd.Series) -> pd.Series:
    """Odds ratio between having a job that can be done from home and living without a speed, in each place.

    Parameters
    ----------
    capable, workers
        T and W of each locality, people.
    share_without
        b, measured share of the locality's premises without the speed, 0 to 1.
    places
        What each locality is counted in, for example its authority.

    Returns
    -------
    pandas.Series
        Indexed by place, sorted; 1 is independence. Missing where a place has nobody in one of the four cells.

    Notes
    -----
    Each place's two-by-two table is summed over its localities, inside which job and line are taken as independent:
    with ΣT·b, ΣT·(1 − b), Σ(W − T)·b and Σ(W − T)·(1 − b) the ratio tells what goes together BETWEEN localities.

    Examples
    --------
    >>> t, w, b = pd.Series([50.0, 50.0]), pd.Series([100.0, 100.0]), pd.Series([0.1, 0.3])
    >>> odds_ratios(t, w, b, pd.Series(["a", "a"])).to_dict()
    {'a': 1.0}
    """
    cells = pd.DataFrame({
        "job, without": capable * share_without, "job, with": capable * (1 - share_without),
        "other, without": (workers - capable) * share_without, "other, with": (workers - capable) * (1 - share_without),
    })
    tables = cells.groupby(places).sum()
    tables = tables[(tables > 0).all(axis=1)]
    return tables["job, without"] * tables["other, with"] / (tables["job, with"] * tables["other, without"])


def job_and_line(areas: pd.DataFrame, capable: pd.Series, share_without: pd.Series) -> dict[str, Any]:
    """Odds ratio between job and line: between the localities of each authority, and between all of one setting.

    Parameters
    ----------
    areas, capable
        As for `evidence`.
    share_without
        Measured share of premises without the speed, by MSOA code; localities that are not in it are left out.

    Returns
    -------
    dict
        authorities (how many have a ratio), median, p10 and p90 (over their `odds_ratios`); rural and urban: one
        table over all localities of the setting, whatever their authority. A locality is rural where more than half
        of its workers live in rural neighbourhoods. None where there is no ratio.
    """
    workers = areas["workers"].astype("float64")
    people = pd.DataFrame({"workers": workers, "capable": capable, "rural": workers.where(~areas["urban"], 0.0)})
    table = people.groupby(areas["msoa"]).sum().assign(
        authority=areas.groupby("msoa")["authority"].first(), without=share_without).dropna()
    setting = (table["rural"] > table["workers"] / 2).map({True: "rural", False: "urban"})
    ratios, by_setting = (odds_ratios(table["capable"], table["workers"], table["without"], places)
                          for places in (table["authority"], setting))
    return {
        "authorities": len(ratios),
        **{name: _kept(ratios.quantile(share)) for name, share in (("median", 0.5), ("p10", 0.1), ("p90", 0.9))},
        **{name: _kept(by_setting.get(name, math.nan)) for name in ("rural", "urban")},
    }


def correlation_inside(one: pd.Series, other: pd.Series, places: pd.Series) -> float | None:
    """Pearson's correlation of two columns once each place's own mean is taken off; rows that lack one are left out."""
    pairs = pd.DataFrame({"one": one, "other": other, "place": places}).dropna()
    inside = pairs[["one", "other"]] - pairs.groupby("place")[["one", "other"]].transform("mean")
    return _kept(inside["one"].corr(inside["other"]))


def census_day(areas: pd.DataFrame, capable: pd.Series) -> dict[str, Any]:
    """Set the share who could work from home beside that who did on census day, neighbourhood by neighbourhood.

    Parameters
    ----------
    areas, capable
        As for `evidence`, of the neighbourhoods to be counted.

    Returns
    -------
    dict
        neighbourhoods (how many have workers); correlation, rural, urban (Pearson's, of T/W and F/W, unweighted);
        could, did (sum over sum, 0 to 1); rural_more_did (share of rural neighbourhoods where F exceeds T). None where
        there is nothing to work one out from.
    """
    at_work = areas["workers"] > 0
    areas, capable = areas[at_work], capable[at_work]
    did, workers, rural = areas["works_from_home"], areas["workers"], ~areas["urban"]
    found = {
        name: (capable / workers)[chosen].corr((did / workers)[chosen])
        for name, chosen in (("correlation", rural | ~rural), ("rural", rural), ("urban", ~rural))
    } | {
        "could": capable.sum() / workers.sum(), "did": did.sum() / workers.sum(),
        "rural_more_did": (did > capable)[rural].mean(),
    }
    return {"neighbourhoods": len(areas), **{name: _kept(value) for name, value in found.items()}}


def did_by_slow_share(areas: pd.DataFrame, capable: pd.Series, slow: pd.Series) -> list[dict[str, Any]]:
    """Count who could and who did work from home by how slow the lines of their locality are.

    Parameters
    ----------
    areas, capable
        As for `evidence`, of the neighbourhoods to be counted.
    slow
        Measured share of premises without 30 Mbit/s, by MSOA code.

    Returns
    -------
    list of dict
        One row for each of `SLOW_BANDS`: from, below (0 to 1; None for no end), workers, could, did (people, whole) and
        ratio (did over could; None where nobody could).
    """
    table = pd.DataFrame({
        "slow": areas["msoa"].map(slow), "workers": areas["workers"], "could": capable,
        "did": areas["works_from_home"],
    })
    rows = []
    for start, end in SLOW_BANDS:
        band = table[(table["slow"] >= start) & (table["slow"] < (end or float("inf")))]
        workers, could, did = (float(band[name].sum()) for name in ("workers", "could", "did"))
        rows.append({"from": start, "below": end, "workers": round(workers), "could": round(could), "did": round(did),
                     "ratio": _kept(did / could if could else math.nan)})
    return rows


def _kept(value: float) -> float | None:
    """Round what goes into the manifest; None stands for what is not known."""
    return None if math.isnan(value) else round(float(value), _KEPT)
