"""Homes, not offices: people in work live in homes, and Ofcom's counts by place are of all premises."""

from collections.abc import Mapping

import pandas as pd

from geo.core.choices import SPEEDS
from geo.sources.ofcom import NO_DECENT_LINE

WITHOUT = {speed: NO_DECENT_LINE if speed == "uso" else f"below_{speed}" for speed in SPEEDS}
"""Column of the nations' file that counts premises without each speed."""

NO_FACTOR: Mapping[str, float] = {"rural": 1.0, "urban": 1.0}
"""Where the nations' file is not at hand: homes lack a speed as often as all premises do."""


def homes_factor(national: pd.DataFrame) -> pd.DataFrame:
    """Work out how much less often homes lack a speed than premises of all sorts do, in England.

    Parameters
    ----------
    national
        As `geo.sources.ofcom.read_national_coverage` returns it.

    Returns
    -------
    pandas.DataFrame
        Index `speed`, every key of `SPEEDS`; rural and urban: k, the share of residential premises without the speed
        over that of all premises, 0 to 1 (float64). Unmatched premises stay in both denominators and in
        no count. 1 where nothing lacks the speed. "uso" goes by lines with less than 10 Mbit/s down or 1 up: Ofcom
        publishes no count of homes that takes in fixed wireless.

    Examples
    --------
    >>> rows = pd.MultiIndex.from_product([["England"], ["All", "Residential"], ["Rural", "Urban"]])
    >>> counts = {"premises": [100, 1000, 80, 800], **dict.fromkeys(WITHOUT.values(), [10, 20, 6, 16])}
    >>> homes_factor(pd.DataFrame(counts, index=rows)).round(3).loc["30"].to_dict()
    {'rural': 0.75, 'urban': 1.0}
    """
    england = national.loc["England"]
    shares = england[[*WITHOUT.values()]].div(england["premises"], axis=0)
    homes, premises = (shares.loc[kind].loc[["Rural", "Urban"]] for kind in ("Residential", "All"))
    factor = (homes / premises.where(premises > 0)).fillna(1.0).clip(upper=1.0)
    return factor.T.set_axis(pd.Index([*WITHOUT], name="speed")).set_axis([*NO_FACTOR], axis=1)


def share_of_homes(share_of_premises: pd.Series, urban: pd.Series, factor: Mapping[str, float]) -> pd.Series:
    """Turn the share of premises without a speed into that of homes.

    Parameters
    ----------
    share_of_premises
        b, 0 to 1, one row an LSOA.
    urban
        Whether it is urban (bool), same index; else rural.
    factor
        k of the speed, "rural" and "urban", as `homes_factor` gives it.

    Returns
    -------
    pandas.Series
        h = b·k, 0 to 1, same index.

    Examples
    --------
    >>> share_of_homes(pd.Series([0.5, 0.5]), pd.Series([True, False]), {"rural": 0.9, "urban": 0.8}).tolist()
    [0.4, 0.45]
    """
    return share_of_premises * urban.map({True: factor["urban"], False: factor["rural"]})
