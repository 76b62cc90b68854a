"""Timetables in CIF among the downloads: zips and loose files, in any case, with what else lies beside them."""

import shutil
from pathlib import Path

import pytest

from geo.core.errors import FetchError
from geo.sources import archives
from geo.sources.catalogue import TIMETABLE, sha256_of
from geo.sources.downloads import find_files, sources_answered
from geo.sources.fetch.contents import refuse_other
from geo.sources.fetch.plan import plan
from geo.sources.timetable_formats import read_timetable
from tests.fixtures.archives import packed
from tests.fixtures.cif import call, end_of, origin, schedule, stations, trains
from tests.fixtures.rail import gtfs_files, write_gtfs

ALONG = [origin("AAATPLC", "0700"), call("BBBTPLC", "0730", "0732"), end_of("CCCTPLC", "0800")]
MCA = trains(schedule("C00001", ALONG))
FILES = {"RJTTF918.MCA": MCA, "RJTTF918.MSN": stations(), "RJTTF918.TSI": "AFK,SE,SN,6,", "RJTTF918.DAT": "HEAD2026",
         "RJTTF918.SET": "UCFCATE", "RJTTF918.ALF": "", "RJTTF918.FLF": "END\n"}


def loose(folder: Path, files: dict[str, str]) -> Path:
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="latin-1")
    return folder


@pytest.mark.usefixtures("optional")
@pytest.mark.parametrize("lower", [False, True])
def test_a_zip_and_a_folder_of_loose_files_are_found(tmp_path: Path, lower: bool) -> None:
    files = {name.lower() if lower else name: text for name, text in FILES.items()}
    loose(tmp_path / "loose", files | {"notes.txt": "a note"})
    (tmp_path / "feed.bin").write_bytes(packed({f"in/{name}": text.replace("0730", "0729") for name, text in
                                                files.items()}))
    write_gtfs(tmp_path / "gtfs", gtfs_files())
    found = find_files(tmp_path)
    paths = sorted(found.files[TIMETABLE])
    assert paths == [tmp_path / "feed.bin" / "in", tmp_path / "gtfs", tmp_path / "loose"]
    assert found.not_used == ["loose/notes.txt (no table of the build)"]
    read = [read_timetable(path) for path in paths]
    assert [feed.publisher for feed in read] == ["Rail Delivery Group", "", "Rail Delivery Group"]


@pytest.mark.usefixtures("optional")
def test_of_two_copies_one_is_kept_and_what_differs_is_none(tmp_path: Path) -> None:
    loose(tmp_path / "a", FILES)
    (tmp_path / "b.zip").write_bytes(packed(FILES))
    loose(tmp_path / "c", FILES | {"RJTTF918.MCA": MCA.replace("0800", "0801")})
    found = find_files(tmp_path)
    assert found.files[TIMETABLE] == [tmp_path / "a", tmp_path / "c"]
    assert found.not_used == ["b.zip (a copy of a)"]


@pytest.mark.usefixtures("optional")
def test_loose_files_may_lie_in_the_downloads_themselves(tmp_path: Path) -> None:
    shutil.copytree(loose(tmp_path / "made", FILES), tmp_path / "downloads")
    (tmp_path / "downloads" / "other.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    found = find_files(tmp_path / "downloads")
    assert found.files == {TIMETABLE: [tmp_path / "downloads"]}
    assert [reason.partition(" ")[0] for reason in found.not_used] == ["other.csv"]
    assert len(read_timetable(found.files[TIMETABLE][0]).trips) == 1


def test_what_is_fetched_is_known_and_may_be_larger_than_is_read_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    wanted = next(each for each in plan().wanted if each.id == "timetable-cif")
    path = tmp_path / wanted.name
    # As large as the service sends at least, and of what does not pack.
    noise = "".join(f"{number * 2_654_435_761 % 10_000_019:08}" for number in range(9_000))
    path.write_bytes(packed(FILES | {"RJTTF918.ZTR": noise}))
    assert sources_answered(path)[0] == {TIMETABLE}
    monkeypatch.setattr(archives, "MAX_BYTES", 60_000)
    assert refuse_other(path, wanted) == sha256_of(path)
    path.write_bytes(packed({"RJTTF918.TXT": noise}))
    monkeypatch.undo()
    with pytest.raises(FetchError, match="what came is not ‘Timetable"):
        refuse_other(path, wanted)
