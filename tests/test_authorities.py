"""The project's table of authorities: sound in itself, and what the publishers' files say."""

from pathlib import Path

import pandas as pd

from geo.core.choices import REGION
from geo.edition.authorities import read_authorities, read_group_names
from geo.edition.store import STARTER, load_edition
from geo.sources.downloads import find_files


def test_every_authority_is_in_its_groups() -> None:
    table, names = read_authorities(), read_group_names()
    assert table.index.is_unique
    assert table.index.is_monotonic_increasing
    unitary = table.index.str.startswith("E06")
    assert (unitary == (table["county"] == table.index)).all()
    assert (table.loc[unitary, "county_name"] == table.loc[unitary, "name"]).all()
    assert table.loc[~unitary, "county"].str.fullmatch(r"E10\d{6}").all()
    assert table["region"].str.fullmatch(r"E12\d{6}").all()
    assert table["lep"].str.fullmatch(r"(E37\d{6})?").all()
    assert (table["neighbour"] == (table["region"] != REGION)).all()
    assert ((table["lep"] == "") == (table["lep_name"] == "")).all()
    used = {*table.loc[~unitary, "county"], *table["region"], *table["lep"]} - {""}
    assert used == {*names.index}
    assert names.index.is_unique
    assert table.groupby("county")["region"].nunique().max() == 1


def test_it_is_what_the_shared_lookup_says(open_data: Path) -> None:
    raw = pd.read_csv(open_data / "lookups/LAD24_CTYUA23_RGN24_LEP21.csv", keep_default_na=False).set_index("LAD24CD")
    table = read_authorities()
    assert table.index.tolist() == sorted(raw.index)
    for ours, theirs in {"name": "LAD24NM", "county": "CTYUA23CD", "county_name": "CTYUA23NM", "region": "RGN24CD",
                         "lep": "LEP21CD", "lep_name": "LEP21NM"}.items():
        assert table[ours].to_dict() == raw[theirs].to_dict()
    assert table["neighbour"].to_dict() == (raw["area_set"] != "SW").to_dict()
    told = [line for line in find_files(open_data).not_used if "LAD24_CTYUA23" in line]
    reason = "counties, regions and former LEP areas of authorities come from the project's own table of facts"
    assert told == [f"lookups/LAD24_CTYUA23_RGN24_LEP21.csv ({reason})"]


def test_the_starter_has_them_as_places() -> None:
    places, table = load_edition(STARTER).places.set_index("code"), read_authorities()
    for kind in ("county", "lep"):
        for code, name in table.groupby(kind)[f"{kind}_name"].first().drop("", errors="ignore").items():
            assert name in set(places.loc[[code], "name"])
    assert places.loc[REGION, "name"] == read_group_names()[REGION]
