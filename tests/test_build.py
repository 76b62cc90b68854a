"""The build, from publishers' files to an edition: all that is wrong told at once, nothing half-written."""

import csv
import io
import json
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from geo.__main__ import main
from geo.core.choices import OCCUPATIONS
from geo.core.errors import MissingSourceError, SourceError, SwatheError
from geo.core.view import View
from geo.edition.build import build_edition
from geo.edition.facts import RailSource
from geo.edition.store import STARTER, load_edition
from geo.figures.consistency import problems_of
from geo.figures.place import show
from geo.layers.homes import homes_factor
from geo.layers.planned_build import STATUSES
from geo.sources.catalogue import read_catalogue
from geo.sources.downloads import find_files
from geo.sources.ofcom import read_national_coverage
from geo.words.claim import bases
from tests.fixtures.answers import show_json
from tests.fixtures.bduk import made_rows, recounted, with_quirks, zipped

pytestmark = pytest.mark.slow

CORNWALL = "E06000052"


def linked(source: Path, folder: Path) -> Path:
    """Fill a folder with links to every publisher's file; a test may put its own in their place."""
    for path in source.rglob("*"):
        if path.is_file():
            link = folder / path.relative_to(source)
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(path)
    return folder


@pytest.fixture
def mirror(open_data, tmp_path):
    return linked(open_data, tmp_path / "downloads")


@pytest.fixture
def small_mirror(small_data, tmp_path):
    return linked(small_data, tmp_path / "downloads")


def put(mirror: Path, name: str, content: bytes) -> None:
    target = mirror / name
    target.unlink()
    target.write_bytes(content)


def leftovers(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in tmp_path.iterdir() if path.name != "downloads")


def test_every_bad_file_is_named_at_once_with_its_cure(mirror, tmp_path):
    census = (mirror / "census/census2021-ts063.zip").read_bytes()
    put(mirror, "census/census2021-ts063.zip", census[: len(census) // 2])
    put(mirror, "lookups/LSOA21_MSOA21_HCLNM.csv", b"<!DOCTYPE html><html><body>403 Forbidden</body></html>")
    boundaries = (mirror / "boundaries/LSOA_2021_EW_BGC.geojson").read_bytes()
    put(mirror, "boundaries/LSOA_2021_EW_BGC.geojson", boundaries.replace(b"EPSG:4326", b"EPSG:3857", 1))
    ofcom = (mirror / "ofcom/202507_fixed_laua_coverage_r01.csv").read_bytes()
    put(mirror, "ofcom/202507_fixed_laua_coverage_r01.csv", ofcom.replace(b"All Matched Premises", b"Premises?", 1))
    with pytest.raises(SwatheError) as caught:
        build_edition(mirror, tmp_path / "edition", "test")
    text = str(caught.value)
    for words in (
        "census2021-ts063.zip: is cut short",
        "LSOA21_MSOA21_HCLNM.csv: is a web page, not a CSV",
        "LSOA_2021_EW_BGC.geojson: ",
        "EPSG:3857",
        "202507_fixed_laua_coverage_r01.csv: column 'All Matched Premises'",
    ):
        assert words in text
    assert text.count("download it again") == 2      # cut short, and a page
    assert "download it in WGS 84" in text
    assert "use the publisher's file as it was downloaded" in text
    assert "\n" not in text
    assert leftovers(tmp_path) == []


def test_missing_files_are_named_with_what_they_cost(mirror, tmp_path):
    (mirror / "codepoint/codepo_gb.zip").unlink()
    (mirror / "boundaries/PCON_JULY_2024_UK_BGC.geojson").unlink()
    (mirror / "rail/gb_stations.csv").unlink()      # this one is no more than welcome
    with pytest.raises(MissingSourceError, match="lacks 2 of the files needed") as caught:
        build_edition(mirror, tmp_path / "edition", "test")
    assert "codepo_gb*.zip, from https://osdatahub.os.uk" in str(caught.value)
    assert "no doors to measure journeys from" in str(caught.value)
    assert leftovers(tmp_path) == []
    with pytest.raises(MissingSourceError, match="no such folder"):
        build_edition(tmp_path / "nothing", tmp_path / "edition", "test")


def test_releases_that_disagree_are_told(mirror, tmp_path):
    source = mirror / "census/census2021-ts001.zip"
    rows = list(csv.reader(io.StringIO(zipfile.ZipFile(source).read("census2021-ts001-lsoa.csv").decode())))
    text = io.StringIO()
    csv.writer(text).writerows([row for row in rows if row[2] != "E01020323"])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("census2021-ts001-lsoa.csv", text.getvalue())
    put(mirror, "census/census2021-ts001.zip", packed.getvalue())
    members = (mirror / "parliament/mp_lookup.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    put(mirror, "parliament/mp_lookup.csv", "".join(line for line in members if "Exeter," not in line).encode())
    districts = (mirror / "lookups/LSOA11_LAD18_LU.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    put(mirror, "lookups/LSOA11_LAD18_LU.csv", "".join(line for line in districts if "E01014454" not in line).encode())
    with pytest.raises(SwatheError) as caught:
        build_edition(mirror, tmp_path / "edition", "test")
    for words in (
        "lacks 1 LSOAs of the mapped area, such as E01020323: use the release",
        "‘Members of Parliament by constituency’ lacks 1 constituencies of the mapped area, such as E14001231",
        "‘LSOA 2011 to local authority district 2018’ lacks 1 LSOAs of 2011 of the mapped area, such as E01014454",
    ):
        assert words in str(caught.value)
    assert leftovers(tmp_path) == []


def test_two_files_for_one_source(mirror):
    newer = mirror / "ofcom/202601_fixed_laua_coverage_r01.csv"
    newer.symlink_to(mirror / "ofcom/202507_fixed_laua_coverage_r01.csv")
    assert find_files(mirror).files["ofcom-authority"] == [newer]
    (mirror / "again").mkdir()
    (mirror / "again/gb_stations.csv").symlink_to(mirror / "rail/gb_stations.csv")
    downloads = find_files(mirror)
    assert downloads.files["stations"] == [mirror / "again/gb_stations.csv"]
    assert "rail/gb_stations.csv (a copy of again/gb_stations.csv)" in downloads.not_used
    put(mirror, "again/gb_stations.csv", (mirror / "rail/gb_stations.csv").read_bytes() + b"\n")
    with pytest.raises(SourceError, match="there are 2 files for"):
        find_files(mirror)


@pytest.mark.parametrize("name", ["", "-x", "Ü", "a b", "../x"])
def test_a_name_that_cannot_be_in_a_link_is_refused(tmp_path, name):
    with pytest.raises(SwatheError, match="lower-case letters, digits and dashes"):
        build_edition(tmp_path, tmp_path / "edition", name)


def test_the_starter_is_what_its_sources_make(open_data, tmp_path):
    manifest = build_edition(open_data, tmp_path / "edition", "starter")
    starter = json.loads((STARTER / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["id"] == starter["id"]
    assert {row["id"]: row["sha256"] for row in manifest["sources"]} == {
        row["id"]: row["sha256"] for row in starter["sources"]
    }


def test_without_the_optional_files_the_rest_stands(small_mirror, tmp_path):
    for name in (
        "census2021-ts061.zip",
        "census2021-ts045.zip",
        "202507_fixed_coverage_UK_and_nations_r01.csv",
        "File_7_IoD2025_All_Ranks_Scores_Deciles_Population_Denominators.csv",
        "Stops.zip",
        "mp_lookup.csv",
        "LSOA11_LAD18_LU.csv",
    ):
        (small_mirror / name).unlink()
    manifest = build_edition(small_mirror, tmp_path / "edition", "less")
    assert {row["id"] for row in manifest["missing"]} == {
        "census-travel",
        "census-cars",
        "imd",
        "ofcom-national",
        "stops",
        "members",
        "lookup-district-2018",
        "lookup-output-area",
        "ofcom-output-areas",
        "ofcom-postcodes",
        "railway-lines",
        "planned-build",
        "timetable",
    }
    assert all(row["without_it"] for row in manifest["missing"])
    assert manifest["rail_basis"] == "indicative"
    less, starter = load_edition(tmp_path / "edition"), load_edition(STARTER)
    assert less.localities.empty
    assert "district" not in less.kinds()
    assert (less.places["mp"] == "").all()
    assert problems_of(less) == []
    answer, usual = (show_json(edition, View(place=CORNWALL)) for edition in (less, starter))
    assert answer["works_from_home"] is None
    assert answer["imd"]["most_deprived_fifth_share"] is None
    assert list(answer["comparators"]) == ["South West"]
    for name in ("premises_below", "cut_off_by_rail"):
        assert answer[name] == usual[name]
    # Without Ofcom's national file people in the gap go by all premises, and that is said.
    assert (manifest["homes_factor"], "census_day" in manifest["evidence"]) == ({}, False)
    capable = less.areas[[f"workers_occ_{group}" for group in OCCUPATIONS]] @ less.capability("ons-2020").to_numpy()
    by_premises = (capable * less.areas["below_30"] / less.areas["premises"])[less.areas["authority"] == CORNWALL].sum()
    assert answer["people_in_gap"]["estimate"] == pytest.approx(by_premises)
    assert any("made without Ofcom's counts of homes" in note for note in answer["notes"])


def test_the_starter_has_the_homes_factor_and_the_evidence(open_data):
    manifest = load_edition(STARTER, geometry=False).manifest
    national = read_national_coverage(open_data / "ofcom/202507_fixed_coverage_UK_and_nations_r01.csv")
    assert manifest["homes_factor"] == homes_factor(national).round(6).to_dict("index")
    assert manifest["evidence"]["census_day"]["correlation"] == pytest.approx(0.89, abs=0.02)


def test_a_feed_of_any_publisher_is_a_timetable_and_is_named(open_data, small_mirror, tmp_path):
    with zipfile.ZipFile(small_mirror / "trains-gtfs.zip", "w") as archive:
        for path in (open_data / "rail/pattern_timetable/gtfs").iterdir():
            text = path.read_text(encoding="utf-8")
            if path.name == "feed_info.txt":
                text = "feed_publisher_name,feed_version\nIndicative Rail Ltd,indicative-1\n"
            archive.writestr(path.name, text)
    manifest = build_edition(small_mirror, tmp_path / "edition", "named")
    assert manifest["rail_basis"] == "timetable"
    assert manifest["id"] != load_edition(STARTER).id
    row = next(row for row in manifest["sources"] if row["id"] == "timetable")
    assert (row["publisher"], row["version"], row["file"]) == ("Indicative Rail Ltd", "indicative-1", "trains-gtfs.zip")
    built = load_edition(tmp_path / "edition", geometry=False)
    assert built.rail_source == RailSource("Indicative Rail Ltd", "indicative-1", manifest["rail_day"])
    said = bases(show(built, View()))["timetable"]
    assert said.startswith("Rail times come from the timetable of Indicative Rail Ltd, version indicative-1, for ")


def test_the_table_of_sources_is_whole():
    for source in read_catalogue().values():
        assert source.files
        assert source.without_it
        assert source.address.startswith("https://")


def test_what_is_planned_is_counted_and_sums_to_all_premises(small_mirror, tmp_path, capsys):
    starter = load_edition(STARTER, geometry=False)
    homes = starter.postcodes[starter.postcodes["postcode"] != ""].assign(
        district=lambda rows: rows["area"].map(starter.areas["authority"]))
    homes = homes[homes["district"].isin(["E06000052", "E06000053", "E07000043"])]     # of the neighbour there is none
    homes = homes.assign(name=homes["district"].map(starter.names("authority")))
    rows = made_rows(homes, 40_000)
    files = with_quirks(rows)
    (small_mirror / "south_west.zip").write_bytes(zipped(files))
    assert main(["build", "--from", str(small_mirror), "--out", str(tmp_path / "edition")]) == 0
    said = capsys.readouterr()
    built = load_edition(tmp_path / "edition")
    assert problems_of(built) == []
    row = next(row for row in built.manifest["sources"] if row["id"] == "planned-build")
    assert (row["vintage"], row["file"], row["rows"]) == ("2026-05", "south_west.zip", (
        rows["bduk_recognised_premises"] == "true").sum())
    area = built.postcodes.set_index("postcode")["area"].to_dict()
    known = list(recounted(rows))
    lost = Counter(district for district, postcode, *_ in known if postcode not in area)
    for code in lost:
        answer = show_json(built, View(place=code))
        assert answer["planned_build"]["unplaced"] == lost[code]
        assert sum(answer["planned_build"].values()) == sum(district == code for district, *_ in known)
        assert answer["still_stuck"]["premises"] == answer["planned_build"]["not_planned"]
    statuses = Counter((area[postcode], status) for _, postcode, status, *_ in known if postcode in area)
    authority = built.areas["authority"]
    for code in [*sorted({place for place, _ in statuses})[:40], *authority[authority == "E06000053"].index]:
        here = show_json(built, View(place=code))["planned_build"]
        whole = list(authority).count(authority[code]) == 1     # all of Scilly is one neighbourhood
        assert here == {**{status: statuses[code, status] for status in STATUSES},
                        "unplaced": lost[authority[code]] if whole else 0}
    contracted = Counter()
    for _, postcode, status, *by in known:
        contracted[area.get(postcode, ""), *by] += status == "contracted"
    listed = {tuple(row[:-1]): row[-1] for row in built.contracts.drop(columns="scheme").itertuples(index=False)}
    assert listed == {key: premises for key, premises in contracted.items() if premises and key[0]}
    assert show_json(built, View(place="E07000088"))["planned_build"] is None     # the neighbour
    assert f"{sum(lost.values()):,} of BDUK's premises could not be placed by postcode" in said.out + said.err
    assert "lacks 1 authorities (E07000088) of the mapped area" in said.out + said.err
    licences = (tmp_path / "edition/LICENCES.md").read_text(encoding="utf-8")
    assert "| `contracts.parquet` | planned-build | OGL-UK-3.0 |" in licences
