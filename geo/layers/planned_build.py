"""What is built, contracted and planned by itself, from BDUK's premises: their status, and where they are."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

STATUSES = ("gigabit_now", "contracted", "commercial", "under_review", "not_planned")
"""Of a premises, by the first of these that fits (docs/method.md)."""

SUBSIDY, VOUCHERS = "subsidy", "vouchers"
"""What a contract is of: Project Gigabit, or a voucher project."""

CONTRACT_COLUMNS = ("area", "scheme", "contract", "supplier", "date")


def status_of(premises: pd.DataFrame) -> pd.Series:
    """Give premises their status: has a gigabit; else under contract; else planned by an operator; else under review.

    Parameters
    ----------
    premises
        Bool current_gigabit, bduk_gis, bduk_vouchers, future_gigabit and under_review.

    Returns
    -------
    pandas.Series
        Same index; category, of `STATUSES`.

    Examples
    --------
    >>> flags = {"current_gigabit": [False], "bduk_gis": [False], "bduk_vouchers": [True], "future_gigabit": [True]}
    >>> status_of(pd.DataFrame({**flags, "under_review": [True]})).tolist()
    ['contracted']
    """
    fits = [premises["current_gigabit"], premises["bduk_gis"] | premises["bduk_vouchers"], premises["future_gigabit"],
            premises["under_review"]]
    codes = np.select(fits, range(len(fits)), len(fits))
    return pd.Series(pd.Categorical.from_codes(codes, STATUSES), premises.index)


def placed(premises: pd.DataFrame, positions: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    """Place premises by their postcodes, each inside the authority that BDUK names.

    Parameters
    ----------
    premises
        As `geo.sources.bduk.read_planned_build` gives them.
    positions
        postcode and area (LSOA code; missing beyond the mapped area).
    areas
        Index LSOA code; authority and district (former one, "" for none), codes.

    Returns
    -------
    pandas.DataFrame
        Those in the mapped area, with category status, authority (code) and area: "" where the postcode is not known,
        or lies in another authority than the premises. A district that was abolished is part of the authority that took
        its place; where no district is named, the postcode alone decides.
    """
    authorities = pd.Index(areas["authority"].unique())
    former = areas.loc[areas["district"] != ""].drop_duplicates("district").set_index("district")["authority"]
    districts = {**former.to_dict(), **dict(zip(authorities, authorities, strict=True))}
    of_postcode = positions.dropna(subset=["area"]).set_index("postcode")["area"]
    # Numbers of areas and authorities, -1 for none: there may be millions of rows.
    area = _looked_up(premises["postcode"], of_postcode.to_dict(), areas.index)
    beside = np.append(authorities.get_indexer(areas["authority"]), -1)[area]
    named = _looked_up(premises["district"], districts, authorities)
    authority = np.where(premises["district"] == "", beside, named)
    inside = authority >= 0
    area = np.where(beside == authority, area, -1)[inside]
    found = premises[inside]
    return found.assign(
        status=status_of(found), authority=pd.Categorical.from_codes(authority[inside], authorities),
        area=pd.Categorical.from_codes(area + 1, pd.Index(["", *areas.index])))


def _looked_up(texts: pd.Series, values: Mapping[str, str], numbered: pd.Index) -> npt.NDArray[np.intp]:
    """Look up the number of what each text of a category stands for; -1 where it stands for nothing."""
    of_categories = numbered.get_indexer([values.get(text, "") for text in texts.cat.categories])
    found: npt.NDArray[np.intp] = of_categories[texts.cat.codes.to_numpy()]
    return found


def by_area(found: pd.DataFrame, authority: pd.Series) -> pd.DataFrame:
    """Count premises by LSOA and status.

    Parameters
    ----------
    found
        As `placed` gives them.
    authority
        Of each LSOA: index its code.

    Returns
    -------
    pandas.DataFrame
        Index as `authority`, a float64 column for each of `STATUSES`; missing in authorities of which there are no
        premises at all: what is planned there is not known.
    """
    there = found[found["area"] != ""]
    counts = pd.DataFrame({
        status: rows.groupby("area", observed=True)["premises"].sum().reindex(authority.index).fillna(0.0)
        for status, rows in there.groupby("status", observed=False)}).astype("float64")
    return counts.where(authority.isin(found["authority"].unique()))


def unplaced_by_authority(found: pd.DataFrame) -> Mapping[str, int]:
    """Count by authority the premises that are in none of its LSOAs; 0 where all are."""
    lost = found["premises"].where(found["area"] == "", 0).groupby(found["authority"], observed=True).sum()
    return {str(code): int(premises) for code, premises in lost.sort_index().items()}


def contracts(found: pd.DataFrame) -> pd.DataFrame:
    """List the contracts that premises are under, by LSOA.

    Parameters
    ----------
    found
        As `placed` gives them.

    Returns
    -------
    pandas.DataFrame
        RangeIndex, sorted; area (LSOA code), scheme (`SUBSIDY`, or `VOUCHERS` where that is all there is), contract,
        supplier and date of final coverage (ISO; "" where none is given), premises (int64) that are under it and have
        no gigabit yet.
    """
    under = found[(found["status"] == "contracted") & (found["area"] != "")]
    subsidy = under["bduk_gis"]
    said = {"contract": ("bduk_gis_contract_name", "bduk_vouchers_contract_name"),
            "supplier": ("bduk_gis_supplier", "bduk_vouchers_supplier")}
    table = pd.DataFrame({
        "area": under["area"], "scheme": np.where(subsidy, SUBSIDY, VOUCHERS),
        **{name: under[gis].astype("str").where(subsidy, under[voucher].astype("str"))
           for name, (gis, voucher) in said.items()},
        "date": under["bduk_gis_final_coverage_date"].astype("str").where(subsidy, ""), "premises": under["premises"]})
    table = table.astype(dict.fromkeys(CONTRACT_COLUMNS, "str"))
    return table.groupby([*CONTRACT_COLUMNS], as_index=False)["premises"].sum()


def share_not_planned(counts: pd.DataFrame, authority: pd.Series) -> pd.Series:
    """Share of each LSOA's placed premises for which nothing is built, contracted, planned or under review.

    Parameters
    ----------
    counts
        As `by_area` gives them.
    authority
        Of each LSOA, same index.

    Returns
    -------
    pandas.Series
        0 to 1; where no premises could be placed that of the authority, missing where nothing is known.

    Examples
    --------
    >>> counts = pd.DataFrame(dict.fromkeys(STATUSES, [1.0, 0.0])).assign(gigabit_now=[4.0, 0.0])
    >>> share_not_planned(counts, pd.Series(["E07000047", "E07000047"])).tolist()
    [0.125, 0.125]
    """
    sums = counts.groupby(authority).transform("sum").where(counts.notna())
    shares = [each["not_planned"] / (total := each.sum(axis=1)).where(total > 0) for each in (counts, sums)]
    return shares[0].fillna(shares[1])
