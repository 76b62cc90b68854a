"""Which file of a folder is which source's: by content, whatever the name; and why the others are not used."""

import re
import zipfile
from pathlib import Path

import pytest

from geo.core.errors import MissingSourceError, SourceError, SwatheError
from geo.sources import archives
from geo.sources.archives import list_files, read_bytes, read_packed
from geo.sources.catalogue import read_catalogue
from geo.sources.downloads import find_files
from geo.sources.gtfs import read_gtfs
from tests.fixtures.archives import packed

FEED = {
    "agency.txt": "agency_id,agency_name\nT,Test\n",
    "stops.txt": "stop_id,stop_name\nPNZ,Penzance\nPAD,Paddington\n",
    "trips.txt": "route_id,service_id,trip_id\nR,WK,T1\n",
    "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
                      "T1,06:00:00,06:00:00,PNZ,1\nT1,11:10:00,11:10:00,PAD,2\n",
    "calendar.txt": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
                    "WK,1,1,1,1,1,0,0,20260518,20261212\n",
}
MEMBERS = "pcon_code,display_as,party_text\nE14001394,Ann Example,Independent\n"
CARS = "date,geography,geography code,Number of cars or vans: No cars or vans in household\n2021,x,{},7\n"


def put(folder: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def found(folder: Path) -> dict[str, list[str]]:
    return {key: [path.relative_to(folder).as_posix() for path in paths]
            for key, paths in find_files(folder).files.items()}


@pytest.mark.usefixtures("optional")
@pytest.mark.parametrize("name", [
    "mp_lookup.csv", "MP_LOOKUP.CSV", "mp_lookup (1).csv", "Members of Parliament, by seat.csv", "download",
    "a/b/c/d.txt", "data.CSV.txt",
])
def test_a_table_is_known_under_any_name(tmp_path: Path, name: str) -> None:
    assert found(put(tmp_path, {name: MEMBERS})) == {"members": [name]}


@pytest.mark.usefixtures("optional")
@pytest.mark.parametrize("change", [
    lambda text: "\ufeff" + text, lambda text: text.upper(), lambda text: text.replace("\n", "\r"),
    lambda text: text.replace(",", ";"), lambda text: text.encode("utf-16"), lambda text: "\n\n" + text,
    lambda text: "\ufeff\ufeff" + text, lambda text: "sep=,\r\n" + text,
])
def test_a_table_is_known_however_it_is_saved(tmp_path: Path, change) -> None:
    assert found(put(tmp_path, {"x.csv": change(MEMBERS)})) == {"members": ["x.csv"]}


@pytest.mark.usefixtures("optional")
def test_what_systems_leave_behind_is_passed_over(tmp_path: Path) -> None:
    put(tmp_path, {"mp.csv": MEMBERS, "__MACOSX/._mp.csv": MEMBERS + "x", "._mp.csv": MEMBERS + "x", ".old/mp.csv": "x",
                   "Thumbs.db": "x", "desktop.ini": "x", "~$mp.csv": MEMBERS + "x", "notes.md": "# notes",
                   "ONS.pdf": "%PDF"})
    downloads = find_files(tmp_path)
    assert (found(tmp_path), downloads.not_used) == ({"members": ["mp.csv"]}, [])


@pytest.mark.usefixtures("optional")
def test_folders_may_be_links_even_in_a_circle(tmp_path: Path) -> None:
    put(tmp_path / "elsewhere", {"mp.csv": MEMBERS})
    (tmp_path / "downloads").mkdir()
    (tmp_path / "downloads" / "linked").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / "again").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "downloads" / "gone.csv").symlink_to(tmp_path / "nothing")
    assert found(tmp_path / "downloads") == {"members": ["linked/mp.csv"]}
    assert find_files(tmp_path / "downloads").not_used == ["gone.csv (is a link that leads nowhere)"]


@pytest.mark.usefixtures("optional")
def test_of_a_census_archive_the_lsoas_are_taken_packed_or_not(tmp_path: Path) -> None:
    tables = {"c-msoa.csv": CARS.format("E02000001"), "c-LSOA.csv": CARS.format("E01000001"),
              "c-oa.csv": CARS.format("E00000001")}
    assert found(put(tmp_path / "a", {"x.zip": packed(tables)})) == {"census-cars": ["x.zip/c-LSOA.csv"]}
    assert found(put(tmp_path / "b", tables)) == {"census-cars": ["c-LSOA.csv"]}
    both = put(tmp_path / "c", {"ts045.zip": packed(tables), "ts045/c-LSOA.csv": tables["c-LSOA.csv"]})
    assert found(both) == {"census-cars": ["ts045/c-LSOA.csv"]}
    assert "ts045.zip/c-LSOA.csv (a copy of ts045/c-LSOA.csv)" in find_files(both).not_used


@pytest.mark.usefixtures("optional")
def test_copies_are_noted_and_others_refused_by_name(tmp_path: Path) -> None:
    put(tmp_path, {"mp.csv": MEMBERS, "mp (1).csv": MEMBERS})
    assert found(tmp_path) == {"members": ["mp (1).csv"]}
    assert find_files(tmp_path).not_used == ["mp.csv (a copy of mp (1).csv)"]
    put(tmp_path, {"old/mp.csv": MEMBERS.replace("Ann", "Bea")})
    with pytest.raises(SourceError, match=r"2 files for ‘Members .* differ: leave one of mp \(1\)\.csv, old/mp\.csv"):
        find_files(tmp_path)


@pytest.mark.usefixtures("optional")
def test_of_releases_the_newest_is_taken_and_homes_alone_are_not(tmp_path: Path) -> None:
    header = "laua,laua_name,All Premises,All Matched Premises\nE06000001,A,{},1\n"
    names = ("202407_fixed_laua_coverage_r02", "202507_fixed_laua_coverage_r01", "202507_fixed_laua_coverage_r02",
             "202507_fixed_laua_res_coverage_r01")
    put(tmp_path, {f"{name}.csv": header.format(number) for number, name in enumerate(names)})
    assert found(tmp_path) == {"ofcom-authority": ["202507_fixed_laua_coverage_r02.csv"]}
    told = find_files(tmp_path).not_used
    assert [re.sub(r"\d{6}_", "", line.partition(" (")[2])[:24] for line in told] == [
        "an older release than fix"[:24], "an older release than fix"[:24], "another table than ‘Conn"]


@pytest.mark.usefixtures("optional")
@pytest.mark.parametrize(("name", "vintage"), [
    ("202507_fixed_laua_coverage_r01.csv", "2025-07"), ("laua (July) 202507.CSV", "2025-07"), ("202401.zip", "2024-01"),
    ("laua.csv", ""), ("laua_20250731.csv", ""),
])
def test_a_month_that_stands_in_no_file_must_stand_in_its_name(tmp_path: Path, name: str, vintage: str) -> None:
    table = "laua,laua_name,All Premises,All Matched Premises\nE06000001,A,1,1\n"
    put(tmp_path, {name: packed({"laua.csv": table}) if name.endswith("zip") else table})
    if vintage:
        path, = find_files(tmp_path).files["ofcom-authority"]
        assert read_catalogue()["ofcom-authority"].vintage_of(path) == vintage
    else:
        with pytest.raises(SwatheError, match=f"{name}: the year and month .* such as 202507_{name} for July 2025"):
            find_files(tmp_path)


@pytest.mark.usefixtures("optional")
@pytest.mark.parametrize("files", [
    {"google_transit.zip": packed(FEED)}, {"GTFS.ZIP": packed({name.upper(): text for name, text in FEED.items()})},
    {"feed (1).zip": packed({**{f"trains/{name}": text for name, text in FEED.items()}, "__MACOSX/._stops.txt": ""})},
    {"all.zip": packed({"inner/google_transit.zip": packed(FEED), "readme.txt": "hello"})},
    {"win.zip": packed({f"feed\\{name}": text for name, text in FEED.items()})},
    {"rail/" + name.upper(): text for name, text in FEED.items()},
    {"rail/" + name.title(): text for name, text in FEED.items()} | {"rail/mp.csv": MEMBERS},
])
def test_a_feed_is_known_however_it_is_packed(tmp_path: Path, files: dict[str, str | bytes]) -> None:
    downloads = find_files(put(tmp_path, files))
    path, = downloads.files["timetable"]
    assert len(read_gtfs(path).stop_times) == 2
    assert ("members" in downloads.files) == ("rail/mp.csv" in files)


@pytest.mark.usefixtures("optional")
def test_an_archive_of_two_feeds_has_two(tmp_path: Path) -> None:
    second = {name: text.replace("T1", "T2") for name, text in FEED.items()}
    feeds = {**{f"one/{name}": text for name, text in FEED.items()}, "two.zip": packed(second),
             "three.zip": packed(second)}
    downloads = find_files(put(tmp_path, {"both.zip": packed(feeds)}))
    assert [path.name for path in downloads.files["timetable"]] == ["one", "three.zip"]
    assert [read_gtfs(path).trips.index.tolist() for path in downloads.files["timetable"]] == [["T1"], ["T2"]]
    assert downloads.not_used == ["both.zip/two.zip (a copy of both.zip/three.zip)"]


def test_the_packagings_of_feeds(cases: Path) -> None:
    folder = cases / "52-packagings"
    for name in ("upper", "upper_gtfs.zip", "nested_gtfs.zip", "nested_gtfs.zip/google_transit.zip"):
        assert read_gtfs(folder / name).trips.index.size == 4
    paths = [path.relative_to(folder).as_posix() for path in find_all(folder)]
    assert paths == [
        "nested_gtfs.zip/google_transit.zip", "semicolon_gtfs.zip", "upper", "upper_gtfs.zip", "utf16_gtfs.zip"]
    for name, words in (("semicolon", "parted by semicolons"), ("utf16", "saved as UTF-16")):
        with pytest.raises(SourceError, match=words) as told:
            read_gtfs(folder / f"{name}_gtfs.zip")
        assert "again" not in str(told.value)


def find_all(folder: Path, key: str = "timetable") -> list[Path]:
    """Files of a folder for one source, copies too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("geo.sources.downloads._refuse_missing", lambda *_: None)
        patch.setattr("geo.sources.downloads._without_copies", lambda paths, *_: sorted(paths))
        return find_files(folder).files.get(key, [])


TAR = b"a.csv".ljust(257, b"\0") + b"ustar\x0000" + bytes(400)
OLD_WORKBOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.mark.usefixtures("optional")
@pytest.mark.parametrize(("content", "reason"), [
    ("", "is empty"), ("\n\n", "is empty"), ("pcon_code,display_as,party_text\n", "has a header and no rows"),
    ("a,b,c\n1,2,3\n", "no table of the build: its columns are 'a', 'b', 'c'"),
    ("<!DOCTYPE html><html>Sign in</html>", "is a web page, or XML"),
    (packed({"1.zip": packed({"2.zip": packed({"3.zip": packed({"mp.csv": MEMBERS})})})}), "holds no table"),
    pytest.param(TAR, "is packed as tar: unpack it", id="tar"),
    pytest.param(OLD_WORKBOOK, "is a workbook or document of old Office", id="xls"),
    (b"%PDF-1.7\n", "is a PDF: use the publisher's table"),
    (b"\x1f\x8b\x08\x00rest", "is packed as gzip: unpack it"), (b"7z\xbc\xaf\x27\x1c", "is packed as 7-Zip: unpack it"),
    (packed({"a.csv": "a,b\n1,2\n"}), "no table of the build: its columns are 'a', 'b'"),
    (packed({"xl/workbook.xml": "<workbook/>"}), "is no Excel workbook that can be read"),
    (packed({"a.csv": MEMBERS})[:-40], "is cut short or not a zip"),
    (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "no table of the build"),
])
def test_what_is_not_used_is_named_with_the_reason(tmp_path: Path, content: str | bytes, reason: str) -> None:
    downloads = find_files(put(tmp_path, {"x.bin": content, "mp.csv": MEMBERS}))
    assert downloads.files == {"members": [tmp_path / "mp.csv"]}
    assert [line.startswith(f"x.bin ({reason}") for line in downloads.not_used] == [True], downloads.not_used


@pytest.mark.usefixtures("optional")
@pytest.mark.parametrize(("content", "words"), [
    pytest.param(TAR, "is packed as tar: unpack it", id="tar"),
    pytest.param(b"\x1f\x8b\x08\x00rest", "is packed as gzip: unpack it", id="gzip"),
    pytest.param(OLD_WORKBOOK, "save the sheet that is wanted as CSV", id="xls"),
])
def test_another_format_under_a_source_s_own_name_is_told(tmp_path: Path, content: bytes, words: str) -> None:
    name = "LSOA21_WD24_LAD24_EW_LU.csv"
    downloads = find_files(put(tmp_path, {name: content, "mp.csv": MEMBERS}))
    with pytest.raises(SourceError, match=words) as told:
        read_catalogue()["lookup-ward"].read(downloads.files["lookup-ward"][0])
    assert "download it again" not in str(told.value)


@pytest.mark.usefixtures("optional")
def test_archives_full_of_archives_are_not_looked_through_for_ever(tmp_path: Path) -> None:
    inner = packed({f"{number}.csv": "a,b\n" for number in range(10)})
    put(tmp_path, {"a.zip": packed({f"{number}.zip": inner for number in range(10)}), "mp.csv": MEMBERS})
    looked = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("geo.sources.downloads.MOST_IN_ARCHIVES", 40)
        patch.setattr("geo.sources.downloads.header_cells", lambda head: looked.append(head) or [])
        downloads = find_files(tmp_path)
    assert downloads.not_used[0].startswith("a.zip (")
    assert len(looked) == 31      # three of the inner archives, and the table beside


@pytest.mark.usefixtures("optional")
def test_an_optional_table_that_is_empty_is_as_if_it_were_absent(tmp_path: Path) -> None:
    for content in ("", "pcon_code,display_as,party_text\r\n"):
        downloads = find_files(put(tmp_path, {"mp_lookup.csv": content}))
        assert (downloads.files, len(downloads.not_used)) == ({}, 1)


@pytest.mark.usefixtures("optional")
@pytest.mark.parametrize("name", ["mp_lookup.csv", "MP_Lookup (1).CSV"])
def test_a_source_s_own_name_leads_to_its_reader_which_says_what_is_wrong(tmp_path: Path, name: str) -> None:
    assert found(put(tmp_path, {name: "<html>Sign in</html>"})) == {"members": [name]}
    put(tmp_path, {"right.csv": MEMBERS})
    assert found(tmp_path) == {"members": ["right.csv"]}


def test_what_is_missing_is_told_with_what_was_not_used(tmp_path: Path) -> None:
    put(tmp_path, {"LSOA21_WD23_LAD23.csv": "LSOA21CD,WD23CD,LAD23CD\nE01000001,E05000001,E06000001\n"})
    with pytest.raises(MissingSourceError, match=r"lacks .* not used: LSOA21_WD23_LAD23\.csv \(no table "):
        find_files(tmp_path)


def test_every_source_is_known_by_its_content(open_data: Path, tmp_path: Path) -> None:
    usual = find_files(open_data)
    (tmp_path / "x").mkdir()
    for number, path in enumerate(sorted({archives.on_disk(path) for paths in usual.files.values() for path in paths})):
        (tmp_path / "x" / f"{number} of 202507{path.suffix if path.is_file() else ''}").symlink_to(path)
    named = {source.id for source in read_catalogue().values() if not (source.columns or source.members)}
    assert named == {"railway-lines", "commons-library"}
    assert set(find_files(tmp_path).files) == set(usual.files) - {"railway-lines"}


@pytest.mark.usefixtures("optional")
@pytest.mark.parametrize(("content", "words"), [
    (packed({"a.csv": b"a,b\n" + b"\0" * 20_000_000}), "unpacks to more than 200 times its size"),
    (packed({f"{number}.csv": "" for number in range(501)}), "holds 501 files, more than any publisher's"),
])
def test_archives_have_limits(tmp_path: Path, content: bytes, words: str) -> None:
    path = put(tmp_path, {"a.zip": content}) / "a.zip"
    with pytest.raises(SourceError, match=words) as told:
        read_packed(path, ".csv")
    assert "again" not in str(told.value)
    assert find_files(tmp_path).files == {}


def test_a_large_member_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_BYTES", 100)
    path = put(tmp_path, {"a.zip": packed({"a.csv": "x" * 101}, zipfile.ZIP_STORED)}) / "a.zip"
    with pytest.raises(SourceError, match="unpacks to 101 bytes, more than the 100 that are read"):
        read_packed(path, ".csv")


def flagged(offset: int, value: int) -> bytes:
    """An archive of one table with two bytes of its entry changed: its flags at 8, its method at 10."""
    data = bytearray(packed({"a.csv": MEMBERS}))
    central = data.index(b"PK\x01\x02")
    data[central + offset] = data[offset - 2] = value
    return bytes(data)


@pytest.mark.parametrize(("content", "words"), [
    (flagged(8, 1), "is locked with a password: unpack it, and pack it again without one"),
    (flagged(10, 9), r"is packed in a way that is not read here \(9\): unpack it"),
])
def test_what_cannot_be_unpacked_is_told_with_the_cure(tmp_path: Path, content: bytes, words: str) -> None:
    path = put(tmp_path, {"a.zip": content}) / "a.zip"
    with pytest.raises(SourceError, match=words) as told:
        read_packed(path, ".csv")
    assert "again:" not in str(told.value)
    assert "download" not in str(told.value)


@pytest.mark.parametrize("name", [
    "../../etc/x.csv", "/etc/x.csv", "C:\\temp\\x.csv", "./x.csv", "a/../../x.csv", "n" * 5000 + ".csv",
])
def test_paths_in_archives_lead_nowhere(tmp_path: Path, name: str) -> None:
    path = put(tmp_path, {"a.zip": packed({name: MEMBERS})}) / "a.zip"
    expected = [] if ".." in name else [MEMBERS.encode()]
    assert [read_bytes(file) for file in list_files(path)] == expected
    assert find_all(tmp_path, "members") == list_files(path)
    assert sorted(tmp_path.rglob("*")) == [path]
