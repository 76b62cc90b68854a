"""Former districts made of today's LSOAs: the districts of 2018 that have been abolished since."""

import pandas as pd


def former_districts(changes: pd.DataFrame, districts: pd.DataFrame, authorities: pd.DataFrame) -> pd.DataFrame:
    """Find the abolished district that each LSOA lay in.

    Parameters
    ----------
    changes
        Index LSOA 2021, once for each LSOA of 2011 in it; column lsoa_2011.
    districts
        Index LSOA 2011; columns district and district_name, of 2018.
    authorities
        Index code of each authority of today; column name.

    Returns
    -------
    pandas.DataFrame
        Index LSOA 2021, sorted; district and district_name of those that lay in a district that no authority of today
        has the code or the name of. An LSOA made of parts of several districts is in the one with most of its parts
        (of equals the first by code).

    Examples
    --------
    >>> changes = pd.DataFrame({"lsoa_2011": ["a", "b", "c"]}, index=pd.Index(["A", "A", "C"], name="code"))
    >>> districts = pd.DataFrame({"district": ["1", "1", "2"], "district_name": ["Old", "Old", "New"]}, index=[*"abc"])
    >>> former_districts(changes, districts, pd.DataFrame({"name": ["New"]}, index=["2"]))["district_name"].to_dict()
    {'A': 'Old'}
    """
    parts = changes.join(districts, on="lsoa_2011", how="inner")
    counts = parts.value_counts(["code", "district", "district_name"]).rename("parts").reset_index()
    ordered = counts.sort_values(["code", "parts", "district"], ascending=[True, False, True])
    found = ordered.drop_duplicates("code").set_index("code")[["district", "district_name"]]
    there_today = found["district"].isin(authorities.index) | found["district_name"].isin(authorities["name"])
    return found[~there_today]
