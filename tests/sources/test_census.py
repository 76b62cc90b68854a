"""Nomis bulk zips: every table that is read, and archives made wrong one way each."""

import io
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from geo.core.errors import SourceError
from geo.sources.census import TABLES, read_census


def raw(path: Path) -> pd.DataFrame:
    with zipfile.ZipFile(path) as archive:
        return pd.read_csv(archive.open(archive.namelist()[0])).set_index("geography code").sort_index()


# Columns by position, as an independent hand read them off the files: Nomis's code book has the same order.
POSITIONS = {
    "ts001": {"residents": 2}, "ts041": {"households": 2}, "ts045": {"car_households": 2, "no_car_households": 3},
    "ts061": {"workers_travel": 2, "works_from_home": 3},
    "ts063": {"workers": 2, **{f"workers_occ_{group}": group + 2 for group in range(1, 10)}},
}


@pytest.mark.parametrize("table", POSITIONS)
def test_every_table_is_the_publishers(open_data: Path, table: str) -> None:
    path = open_data / "census" / f"census2021-{table}.zip"
    found = read_census(path, table)
    there = raw(path)
    expected = pd.DataFrame({name: there.iloc[:, position] for name, position in POSITIONS[table].items()})
    names, counts = found["lsoa_name"], found.drop(columns="lsoa_name")
    pd.testing.assert_frame_equal(counts, expected.rename_axis("code"), check_index_type=False)
    assert len(found) == 4638
    assert (counts.dtypes == "int64").all()
    assert names.str.fullmatch(r".+ \d{3}[A-Z]").all()


def test_parts_add_up_without_any_perturbation(open_data: Path) -> None:
    workers = read_census(open_data / "census/census2021-ts063.zip", "ts063")
    assert (workers.filter(like="occ_").sum(axis=1) == workers["workers"]).all()
    assert read_census(open_data / "census/census2021-ts001.zip", "ts001")["residents"].sum() == 7_699_552


HEADERS = ["date", "geography", "geography code", TABLES["ts063"].total, *TABLES["ts063"].parts]


def table(**changes: object) -> pd.DataFrame:
    rows = [[2021, "Place A", "E01000001", 90, *[10] * 9], [2021, "Place B", "W01000002", 45, *[5] * 9]]
    frame = pd.DataFrame(rows, columns=HEADERS).astype(object)
    for column, value in changes.items():
        frame.loc[0, HEADERS[int(column[1:])]] = value
    return frame


def archive(folder: Path, frame: pd.DataFrame, name: str = "census2021-ts063-lsoa.csv", **more: bytes) -> Path:
    path = folder / "census2021-ts063.zip"
    text = io.StringIO()
    frame.to_csv(text, index=False)
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(name, text.getvalue())
        for other, content in more.items():
            file.writestr(f"census2021-ts063-{other}.csv", content)
    return path


def test_other_geographies_in_the_archive_are_left_alone(tmp_path: Path) -> None:
    found = read_census(archive(tmp_path, table(), msoa=b"x", oa=b"y", ltla=b"z"), "ts063")
    assert found.index.to_list() == ["E01000001", "W01000002"]
    assert found["workers_occ_9"].to_list() == [10, 5]


def test_order_of_columns_and_rows_does_not_matter(tmp_path: Path) -> None:
    plain = read_census(archive(tmp_path, table()), "ts063")
    turned = read_census(archive(tmp_path, table().iloc[::-1, ::-1]), "ts063")
    pd.testing.assert_frame_equal(plain, turned)


@pytest.mark.parametrize("total", [89, 91])
def test_a_total_is_the_sum_of_its_parts(tmp_path: Path, total: int) -> None:
    assert read_census(archive(tmp_path, table(_3=90)), "ts063").loc["E01000001", "workers"] == 90
    with pytest.raises(SourceError, match=rf"row 2 has {total}, expected the sum of its 9 parts"):
        read_census(archive(tmp_path, table(_3=total)), "ts063")


@pytest.mark.parametrize(("changes", "words"), [
    ({"_0": 2011}, "'date': row 2 has '2011', expected 2021"),
    ({"_2": "E02000001"}, "row 2 has 'E02000001', expected an LSOA code"),
    ({"_2": "W01000002"}, "row 3 has 'W01000002', expected each code once"),
    ({"_5": -1}, "row 2 has '-1', expected a whole number"),
    ({"_5": "c"}, "row 2 has 'c', expected a whole number"),
])
def test_each_wrong_row_is_told(tmp_path: Path, changes: dict[str, object], words: str) -> None:
    with pytest.raises(SourceError, match=words) as caught:
        read_census(archive(tmp_path, table(**changes)), "ts063")
    assert str(caught.value).startswith("census2021-ts063.zip: ")


def test_an_empty_census_is_told(tmp_path: Path) -> None:
    frame = table()
    frame[HEADERS[3:]] = 0
    with pytest.raises(SourceError, match="adds up to nothing"):
        read_census(archive(tmp_path, frame), "ts063")


def test_another_table_or_a_damaged_archive_is_told(tmp_path: Path, open_data: Path) -> None:
    with pytest.raises(SourceError, match="'Residence type: Total; measures: Value' is missing"):
        read_census(open_data / "census/census2021-ts041.zip", "ts001")
    with pytest.raises(SourceError, match=r"holds 0 files ending in '-lsoa\.csv'"):
        read_census(archive(tmp_path, table(), name="census2021-ts063-msoa.csv"), "ts063")
    path = tmp_path / "short.zip"
    path.write_bytes((open_data / "census/census2021-ts001.zip").read_bytes()[:5000])
    with pytest.raises(SourceError, match=r"short\.zip: is cut short or not a zip"):
        read_census(path, "ts001")
