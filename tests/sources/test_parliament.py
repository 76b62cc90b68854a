"""Members of Parliament: the publisher's own list, and lists made wrong one way each."""

from pathlib import Path

import pandas as pd
import pytest

from geo.core.errors import SourceError
from geo.sources.boundary_files import read_constituency_boundaries
from geo.sources.parliament import read_members

HEAD = "pcon_name,pcon_code,member_id,display_as,party_text\n"


def test_members_are_parliaments(open_data: Path) -> None:
    path = open_data / "parliament" / "mp_lookup.csv"
    found = read_members(path)
    raw = pd.read_csv(path, dtype=str).set_index("pcon_code").sort_index()
    assert len(found) == 79
    assert found.index.tolist() == raw.index.tolist()
    assert found["mp"].tolist() == raw["display_as"].tolist()
    assert found["mp_party"].tolist() == raw["party_text"].tolist()
    seats = read_constituency_boundaries(open_data / "boundaries" / "PCON_JULY_2024_UK_BGC.geojson")
    assert set(seats.index) <= set(found.index)


def test_a_seat_may_be_vacant(tmp_path: Path) -> None:
    path = tmp_path / "mps.csv"
    path.write_text(f"{HEAD}Bland,E14000002,,,\nAland,E14000001,7,Ann Example,Independent\n", encoding="utf-8")
    assert read_members(path).to_dict("index") == {
        "E14000001": {"constituency_name": "Aland", "mp": "Ann Example", "mp_party": "Independent"},
        "E14000002": {"constituency_name": "Bland", "mp": "", "mp_party": ""}}


@pytest.mark.parametrize(("rows", "words"), [
    ("A,E07000001,1,Ann,Lab\n", "row 2 has 'E07000001', expected a constituency code such as"),
    ("A,E14000001,1,Ann,Lab\nA,E14000001,2,Ben,Con\n", "row 3 has 'E14000001', expected each code once"),
])
def test_wrong_lists_are_told(tmp_path: Path, rows: str, words: str) -> None:
    path = tmp_path / "mps.csv"
    path.write_text(HEAD + rows, encoding="utf-8")
    with pytest.raises(SourceError, match=words):
        read_members(path)
