"""Ofcom's files of postcodes: one a postcode area, percentages alone, read together."""

import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geo.core.errors import SourceError
from geo.sources.downloads import find_files
from geo.sources.ofcom_postcodes import read_postcodes
from tests.fixtures.output_areas import Rows, as_csv, by_postcode

EXETER, TRURO = ([f"{area}{number} {number % 9}AB" for number in range(1, 40)] for area in ("EX", "TR"))
NAME = "202601_fixed_pc_coverage_r2_{}.csv"


@pytest.fixture
def files(tmp_path: Path) -> Callable[..., list[Path]]:
    """Write a file for Exeter and one for Truro, after a change of Exeter's bytes."""
    def make(change: Callable[[bytes], bytes] = bytes) -> list[Path]:
        paths = [tmp_path / NAME.format(area) for area in ("EX", "TR")]
        for path, postcodes, how in zip(paths, (EXETER, TRURO), (change, bytes), strict=True):
            path.write_bytes(how(as_csv(by_postcode(postcodes))))
        return paths
    return make


def by_hand(rows: Rows) -> pd.DataFrame:
    """Shares of all premises; unmatched are those neither with superfast nor unable to get it."""
    able = "{} availability (% premises)".format
    matched = rows[able("SFBB")] + rows["% of premises unable to receive 30Mbit/s"]
    table = pd.DataFrame({
        "premises": np.nan, "below_uso": rows["% of premises unable to receive decent broadband from fixed or FWA"],
        "below_10": rows["% of premises unable to receive 10Mbit/s"],
        "below_30": rows["% of premises unable to receive 30Mbit/s"],
        "below_100": matched - rows[able("UFBB (100Mbit/s)")], "below_300": matched - rows[able("UFBB")],
        "below_gigabit": matched - rows[able("Gigabit")]}) / 100
    return table.round(4).set_axis(pd.Index(rows["postcode_space"], name="postcode")).sort_index()


@pytest.mark.parametrize("change", [
    bytes,
    lambda data: b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n"),
    lambda data: data.replace(b"unable to receive decent broadband from fixed or FWA", b"below the USO"),
    lambda data: data.replace(b"\nEX1", b"\nex1"),
    lambda data: data.replace(b"postcode area", b"Extra"),
])
def test_all_files_of_a_release_are_read_together(
    files: Callable[..., list[Path]], change: Callable[[bytes], bytes],
) -> None:
    found = read_postcodes(files(change))
    expected = pd.concat([by_hand(by_postcode(EXETER)), by_hand(by_postcode(TRURO))]).sort_index()
    pd.testing.assert_frame_equal(found, expected)
    assert found.attrs == {"vintage": "2026-01"}


def test_counts_and_columns_that_a_release_lacks(files: Callable[..., list[Path]]) -> None:
    first, _ = files(lambda data: as_csv(by_postcode(EXETER).assign(**{"All Premises": 7}).drop(
        columns=["Gigabit availability (% premises)"])))
    found = read_postcodes([first])
    assert (found["premises"] == 7).all()
    assert found["below_gigabit"].isna().all()


@pytest.mark.parametrize(("change", "words"), [
    (lambda data: data.replace(b"EX11AB", b"Exeter"), "row 2 has 'Exeter', expected a postcode such as"),
    (lambda data: data.replace(b"12.5", b"120"), "expected a percentage, 0 to 100"),
    (lambda data: data.replace(b"12.5", b""), "expected a number"),
    (lambda data: data.replace(b"EX22AB", b"EX11AB"), "expected each code once"),
    (lambda data: data.replace(b"unable to receive 30", b"able to receive 30"), "receive 30Mbit/s' is missing"),
    (lambda data: data.replace(b"EX22AB", b"TR22AB"), "1 postcodes (TR2 2AB) stand in another of Ofcom's files"),
])
def test_faults_are_told_in_one_line(
    files: Callable[..., list[Path]], change: Callable[[bytes], bytes], words: str,
) -> None:
    with pytest.raises(SourceError) as caught:
        read_postcodes(files(change))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_of_two_archives_deep_the_newest_of_each_area_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("geo.sources.downloads._refuse_missing", lambda *_: None)
    data = {area: as_csv(by_postcode(postcodes)) for area, postcodes in (("EX", EXETER), ("TR", TRURO))}
    inner, outer = BytesIO(), tmp_path / "202601_fixed_broadband_coverage_r01.zip"
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, area in (("fixed_pc_coverage_r1", "EX"), ("fixed_pc_coverage_r2", "EX"),
                           ("fixed_pc_coverage_r1", "TR"), ("fixed_pc_coverage_res_r1", "TR")):
            changed = data[area].replace(b"12.5", b"12.4") if name.endswith("r1") and area == "EX" else data[area]
            archive.writestr(f"postcode_files/202601_{name}_{area}.csv", changed)
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr("202601_fixed_coverage_r01/202601_fixed_pc_coverage_r01.zip", inner.getvalue())
    (tmp_path / "202507_fixed_pc_coverage_r01_PL.csv").write_bytes(data["EX"].replace(b"12.5", b"12.6"))
    downloads = find_files(tmp_path)
    assert sorted(path.name for path in downloads.files["ofcom-postcodes"]) == [
        "202601_fixed_pc_coverage_r1_TR.csv", "202601_fixed_pc_coverage_r2_EX.csv"]
    assert len(read_postcodes(downloads.files["ofcom-postcodes"])) == len(EXETER) + len(TRURO)
    assert len([text for text in downloads.not_used if "an older release than" in text]) == 2
