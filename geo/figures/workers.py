"""Occupations: the share of each whose job can be done from home, and a place's workers by them."""

import pandas as pd

from geo.core.choices import WORK
from geo.edition.store import Edition
from geo.layers.occupations import read_capability


def capability_table(edition: Edition) -> pd.DataFrame:
    """Show the shares of each occupation whose job can be done from home, as the edition has them.

    Parameters
    ----------
    edition
        The edition served.

    Returns
    -------
    pandas.DataFrame
        Index occupation group (SOC 2020, 1 to 9); name, and float64 shares 0 to 1 by table of `WORK`.
    """
    names = read_capability()["name"]
    return pd.DataFrame({"name": names, **{work: edition.capability(work) for work in WORK}}).rename_axis("occupation")


def occupations(edition: Edition, work: str, lsoas: pd.Index) -> pd.DataFrame:
    """Count a place's workers by occupation, and how many of them could work from home.

    Parameters
    ----------
    edition
        The edition served.
    work
        Capability table, a key of `WORK`.
    lsoas
        Codes of the place's LSOAs.

    Returns
    -------
    pandas.DataFrame
        Index SOC major group 1 to 9; name, workers, share (whose job can be done from home), remote_capable.
    """
    table = capability_table(edition)
    workers = edition.areas.loc[lsoas, [f"workers_occ_{group}" for group in table.index]].sum()
    counts, share = pd.Series(workers.to_numpy(dtype="float64"), table.index), table[work]
    return pd.DataFrame({"name": table["name"], "workers": counts, "share": share, "remote_capable": counts * share})
