"""An edition of output areas: every authority given back, what is absent unknown, and every word saying 'measured'."""

import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from geo.core.choices import SPEEDS
from geo.core.errors import SwatheError
from geo.core.view import View
from geo.edition.build import build_edition
from geo.edition.own_place import own_place
from geo.edition.search import search
from geo.edition.store import Edition, load_edition
from geo.figures.consistency import problems_of
from geo.figures.place import show
from geo.figures.profile import place_profile
from geo.figures.ranks import is_ranked
from geo.layers.output_areas import measured
from geo.sources.ofcom import read_fixed_coverage
from geo.sources.own_boundary import read_own_boundary
from geo.words.ask import dated
from geo.words.build import UPDATE
from geo.words.caveats import changes
from geo.words.claim import bases
from geo.words.cover import weak
from geo.words.intervals import covers, drawn
from geo.words.method import edition_facts
from geo.words.notes import notes_in_words
from geo.words.own_place import captured
from geo.words.quality import quality_rows
from geo.words.quotation import sources_named
from geo.words.search import what_was_found
from tests.fixtures.answers import show_json
from tests.fixtures.output_areas import RELEASE, Rows, as_csv, by_postcode

pytestmark = pytest.mark.slow

CORNWALL, SCILLY, NORTH_DEVON = "E06000052", "E06000053", "E07000043"
COUNTS = ["premises", "matched", *(f"below_{speed}" for speed in SPEEDS)]
UNKNOWN = "E00999999"
CHAPTERS = dict.fromkeys(("sure", "assumptions", "sources", "check"), "x")


def built(data: Path, folder: Path, files: dict[str, bytes]) -> dict[str, Any]:
    """Build an edition of the small cut with files of one's own beside it or in their place."""
    downloads = folder / "downloads"
    shutil.copytree(data, downloads)
    for name, content in files.items():
        (downloads / name).write_bytes(content)
    return build_edition(downloads, folder / "edition", "small")


@pytest.fixture(scope="module")
def whole(small_data: Path, output_areas: Rows, tmp_path_factory: pytest.TempPathFactory) -> Edition:
    """Made from every output area."""
    folder = tmp_path_factory.mktemp("whole")
    lines = {f"202507_fixed_pc_coverage_r01_{area}.csv": as_csv(by_postcode(postcodes))
             for area, postcodes in in_code_point(small_data).items()}
    built(small_data, folder, {f"{RELEASE}.csv": as_csv(output_areas), **lines})
    return load_edition(folder / "edition", geometry=False)


def in_code_point(data: Path) -> dict[str, list[str]]:
    """Sixty postcodes of each of two areas that the cut holds, and one that no map has."""
    found = {}
    with zipfile.ZipFile(data / "codepo_gb.zip") as archive:
        for area in ("TR", "PL"):
            lines = archive.read(f"Data/CSV/{area.lower()}.csv").decode().splitlines()
            compact = [line.split(",")[0].strip('"').replace(" ", "") for line in lines[:60]]
            found[area] = [*(f"{each[:-3]} {each[-3:]}" for each in compact), f"{area}99 9ZZ"]
    return found


@pytest.fixture(scope="module")
def lookup(small_data: Path) -> pd.Series:
    table = pd.read_csv(small_data / "OA21_LSOA21_EW_LU.csv")
    return table.set_index("OA21CD")["LSOA21CD"]


@pytest.fixture(scope="module")
def absent(output_areas: Rows, lookup: pd.Series) -> list[str]:
    """Two output areas of one neighbourhood of Cornwall that has more, those with most premises below 30 Mbit/s."""
    rows = output_areas.set_index("output_area")["Number of premises unable to receive 30Mbit/s"]
    area = lookup.loc[rows.sort_values(ascending=False).index].iloc[0]
    return sorted(rows.loc[lookup.index[lookup == area]].nlargest(2).index)


@pytest.fixture(scope="module")
def partly(
    small_data: Path, output_areas: Rows, absent: list[str], tmp_path_factory: pytest.TempPathFactory,
) -> Edition:
    """Made without two of them, with one that no lookup knows, and with another nation's."""
    rows = output_areas[~output_areas["output_area"].isin(absent)]
    more = rows.iloc[[0, 1]].assign(output_area=[UNKNOWN, "S00135307"])
    folder = tmp_path_factory.mktemp("partly")
    built(small_data, folder, {f"{RELEASE}.csv": as_csv(pd.concat([rows, more]))})
    return load_edition(folder / "edition", geometry=False)


def test_every_authority_is_given_back(whole: Edition, small_data: Path, output_areas: Rows, lookup: pd.Series) -> None:
    published = read_fixed_coverage(small_data / "202507_fixed_laua_coverage_r01.csv")
    sums = whole.areas.groupby("authority")[COUNTS].sum()
    pd.testing.assert_frame_equal(sums, published.loc[sums.index, COUNTS].astype("float64"), check_names=False)
    by_hand = output_areas.groupby(output_areas["output_area"].map(lookup))["All Premises"].sum()
    assert (whole.areas["premises"] == by_hand.loc[whole.areas.index]).all()
    assert whole.broadband_basis == whole.manifest["broadband_basis"] == "measured"
    assert whole.manifest["vintages"]["ofcom-output-areas"] == "2025-07"
    told = whole.manifest["output_areas"]
    assert (told["counted"], told["absent"], told["unknown"]) == (len(output_areas), {}, 0)
    assert set(told["residual"]["authority"]) == set(sums.index)
    assert {count for row in told["residual"]["authority"].values() for count in row.values()} == {0}
    assert "warnings" not in whole.manifest
    assert problems_of(whole) == []


def test_a_sum_that_is_ofcoms_own_count_says_so_and_another_says_what_ofcom_counts(
    whole: Edition, small_data: Path,
) -> None:
    answer = show_json(whole, View(place=CORNWALL))
    published = read_fixed_coverage(small_data / "202507_fixed_laua_coverage_r01.csv").loc[CORNWALL]
    assert answer["edition"]["broadband_basis"] == "measured"
    assert answer["premises"] == published["premises"]
    assert answer["premises_below"] == {speed: published[f"below_{speed}"] for speed in SPEEDS}
    figures = show(whole, View(place=CORNWALL))
    assert (figures["premises"].published, figures["premises_below"].basis) == (True, ("published",))
    assert figures["people_in_gap"].basis == ("measured",)
    # Neighbourhoods are best fit to constituencies, and this file was split without them.
    code = whole.manifest["counts_apart"][0]
    seat = read_fixed_coverage(small_data / "202507_fixed_pcon_coverage_r01.csv").loc[code]
    figures = show(whole, View(place=code))
    assert (figures["premises"].published, figures["premises_below"].basis) == (False, ("measured",))
    note, = (note for note in notes_in_words(figures) if note.startswith("Ofcom's own count"))
    assert f"of July 2025, is {seat['premises']:,} premises, {seat['below_30']:,} of them without superfast" in note
    assert f"come to {figures['premises'].value:,.0f} and {figures['premises_below'].value:,.0f}" in note
    assert not any("still equal Ofcom's" in note for note in notes_in_words(figures))


def test_nothing_is_drawn_of_a_count(whole: Edition) -> None:
    figures = show(whole, View(place=whole.areas.index[0]))
    below = figures["premises_below"]
    assert below.interval is None or (below.interval.p05, below.interval.p95) == (below.value, below.value)
    people = figures["people_in_gap"].interval
    assert people is not None
    assert people.p05 < people.p95      # jobs, homes, and whether they go together


def test_an_absent_output_area_is_unknown_and_not_zero(
    whole: Edition, partly: Edition, absent: list[str], output_areas: Rows, lookup: pd.Series,
) -> None:
    area, rows = lookup[absent[0]], output_areas.set_index("output_area")
    rest = rows.loc[[code for code in lookup.index[lookup == area] if code not in absent]]
    counted = partly.areas.loc[area]
    assert counted["premises"] == rest["All Premises"].sum()
    assert counted["below_30"] == rest["Number of premises unable to receive 30Mbit/s"].sum()
    # The share is that of the rest, and people go by it: not by a share in which the absent have the speed.
    share, before = (edition.areas.loc[area, "below_30"] / edition.areas.loc[area, "premises"]
                     for edition in (partly, whole))
    people, all_people = (show(edition, View(place=area))["people_in_gap"].count for edition in (partly, whole))
    assert people / all_people == pytest.approx(share / before)
    told = partly.manifest["output_areas"]
    assert told["absent"] == {area: absent}
    assert (told["unknown"], told["unknown_named"]) == (1, [UNKNOWN])
    gone = rows.loc[absent, "All Premises"].sum()
    residual = told["residual"]["authority"]
    assert residual[CORNWALL]["premises"] == gone
    assert {code: row["premises"] for code, row in residual.items() if code != CORNWALL} == {
        code: 0 for code in residual if code != CORNWALL}
    assert problems_of(partly) == []


def test_what_is_absent_unknown_or_apart_is_warned_of_and_said(
    partly: Edition, absent: list[str], lookup: pd.Series,
) -> None:
    text = "; ".join(partly.manifest["warnings"])
    assert f"lacks 2 output areas ({', '.join(absent)}) of the mapped area" in text
    assert f"1 output areas ({UNKNOWN}) are not in ‘Output area 2021 to LSOA 2021’ and are left out" in text
    assert f"differ in sum in 1 authorities ({CORNWALL})" in text
    assert "S00135307" not in text
    for place in (lookup[absent[0]], CORNWALL, "E12000009"):
        said = " ".join(notes_in_words(show(partly, View(place=place))))
        assert "2 of its output areas are not in Ofcom's file" in said
    figures = show(partly, View(place=CORNWALL))
    assert not figures["premises"].published
    assert "Ofcom's own count for the whole of Cornwall, of July 2025, is" in " ".join(notes_in_words(figures))
    elsewhere = " ".join(notes_in_words(show(partly, View(place=NORTH_DEVON))))
    assert "output areas" not in elsewhere
    assert show(partly, View(place=NORTH_DEVON))["premises"].published
    table = partly.places_of("authority")["premises_published"]
    assert (table[CORNWALL], table[NORTH_DEVON], partly.places_of("region")["premises_published"].any()) == (
        False, True, False)


def test_a_changed_residual_is_found(partly: Edition) -> None:
    told = partly.manifest["output_areas"]
    wrong = replace(partly, manifest={**partly.manifest, "output_areas": {**told, "residual": {}}})
    assert any("premises by authority differ from Ofcom's by up to" in problem for problem in problems_of(wrong))


@pytest.mark.parametrize(("change", "words"), [
    (lambda rows, lookup: rows[rows["output_area"].map(lookup) != lookup.iloc[0]],
     "has no output area in 1 LSOAs of the mapped area ({area}): use Ofcom's whole file"),
    (lambda rows, lookup: pd.concat([rows.assign(**{
        name: rows[name] * 2 for name in rows if name.startswith(("All", "Number"))})]),
     "has more premises than ‘Connected Nations: fixed coverage by local authority’"),
])
def test_a_file_that_cannot_be_right_is_refused(
    small_data: Path, output_areas: Rows, lookup: pd.Series, tmp_path: Path, change: Callable[..., Rows], words: str,
) -> None:
    with pytest.raises(SwatheError) as caught:
        built(small_data, tmp_path, {f"{RELEASE}.csv": as_csv(change(output_areas, lookup))})
    assert words.format(area=lookup.iloc[0]) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "edition").exists()


def test_releases_of_several_months_are_mixed_and_that_is_said_once(small_data: Path, tmp_path: Path) -> None:
    newer = "202601_fixed_pcon_coverage_r01.csv"
    rows = pd.read_csv(small_data / "202507_fixed_pcon_coverage_r01.csv")
    # More premises have a gigabit: the authorities cannot be met together with these.
    name = "Number of premises with Gigabit availability"
    manifest = built(small_data, tmp_path, {newer: as_csv(rows.assign(**{
        name: rows[name] + 500, "Gigabit availability (% premises)": ""}))})
    told = [text for text in manifest["warnings"] if "several releases" in text]
    assert len(told) == 1
    assert "fixed coverage by local authority’ of 2025-07, " in told[0]
    assert "fixed coverage by parliamentary constituency’ of 2026-01" in told[0]
    assert not any("parliamentary" in text for text in manifest["warnings"] if text not in told)
    mixed = load_edition(tmp_path / "edition", geometry=False)
    assert mixed.broadband_basis == "estimated"
    assert problems_of(mixed) == []
    sums = mixed.areas.groupby("authority")["below_gigabit"].sum()
    published = read_fixed_coverage(small_data / "202507_fixed_laua_coverage_r01.csv")["below_gigabit"]
    assert (sums - published.loc[sums.index]).abs().max() < 0.01
    seat = mixed.manifest["counts_apart"][0]
    figures = show(mixed, View(place=seat))
    assert not figures["premises_below"].published
    said = " ".join(notes_in_words(figures))
    assert "Ofcom's own count for the whole of" in said
    assert "of January 2026, is" in said
    assert "estimated from counts of July 2025 come to" in said
    facts = dict(edition_facts(mixed))
    assert "January 2026" in facts["Ofcom's counts"]
    assert "July 2025" in facts["Ofcom's counts"]


def test_sums_are_of_what_is_there() -> None:
    counts = pd.DataFrame({name: [1, 2, 4, 8] for name in COUNTS}, index=["a", "b", "c", "elsewhere"])
    found = measured(counts, pd.Series({"a": "X", "b": "X", "c": "Y", "d": "Y", "e": "Z"}), pd.Index(["Y", "X"]))
    assert found.premises["below_10"].to_dict() == {"Y": 4.0, "X": 3.0}
    assert found.absent.to_dict() == {"d": "Y"}
    assert found.counted == 3

def test_every_word_follows_the_basis(whole: Edition) -> None:
    facts = dict(edition_facts(whole))
    assert facts["Broadband"].startswith("measured: 2,455 output areas were counted; 0 are not in Ofcom's file")
    answer = show(whole, View(place=CORNWALL))
    profile = place_profile(whole, View(place=CORNWALL))
    said = [covers(whole), " ".join(notes_in_words(answer)), drawn(whole.broadband_basis), weak([*bases(answer)]),
            " ".join(" ".join(row) for row in quality_rows(whole, CHAPTERS)),
            " ".join(" ".join(change) for change in changes(whole.facts())),
            sources_named(bases(answer), whole.facts()), " ".join(" ".join(row) for row in dated(profile))]
    for text in said:
        assert "spread inside" not in text
        assert "estimated" not in text
        assert UPDATE not in text
    assert sources_named(bases(answer), whole.facts()).startswith("from Ofcom July 2025 and Census 2021; measured")
    assert weak(["measured", "indicative"]).startswith("Broadband is counted in each neighbourhood. Rail times come")
    assert weak(["measured", "timetable"]) == ""
    assert is_ranked(whole, "lsoa")


def test_a_postcode_is_answered_with_what_ofcom_says_of_it(whole: Edition, small_data: Path) -> None:
    postcodes = in_code_point(small_data)["TR"]
    rows = by_postcode(postcodes).set_index("postcode_space")
    assert len(whole.postcode_lines) == 120      # those that the map has
    for typed in postcodes[:6]:
        row = rows.loc[typed]
        said = what_was_found(search(whole, typed.replace(" ", "").lower()))
        for share in (row["% of premises unable to receive 10Mbit/s"], row["% of premises unable to receive 30Mbit/s"]):
            assert f"{share:.1f} %" in said
        assert said.startswith(f"{typed}: ")
        assert said.endswith("(Ofcom, July 2025).")
    assert what_was_found(search(whole, postcodes[-1])).startswith("TR99 9ZZ is outside the area")
    assert search(whole, "Hartland").lines is None
    places = whole.postcodes.set_index("postcode")["area"]
    ours = [each for each in places.index[places == places[postcodes[0]]] if each]
    found = own_place(whole, read_own_boundary("list.csv", "\n".join(["postcode", *ours]).encode()))
    slow = rows["% of premises unable to receive 30Mbit/s"].reindex(ours).dropna()
    assert found.lines is not None
    assert (found.lines.known, found.lines.some["30"], found.lines.all["30"]) == (
        len(slow), (slow > 0).sum(), (slow == 100).sum())
    assert f"Of {len(slow)} postcodes that Ofcom’s file has (July 2025), {(slow > 0).sum()} hold" in captured(found)


def test_without_ofcoms_postcodes_nothing_is_said_of_them(tiny_edition: Edition) -> None:
    assert tiny_edition.postcode_lines.empty
    postcode = tiny_edition.postcodes["postcode"].iloc[0]
    found = search(tiny_edition, postcode)
    assert (found.postcode, found.lines, what_was_found(found)) == (postcode, None, "")


def test_an_estimate_names_the_command_that_measures(tiny_edition: Edition) -> None:
    assert f"one command makes it measured: {UPDATE}." in weak(["estimated", "timetable"])
    assert UPDATE in dict(edition_facts(tiny_edition))["Broadband"]
    assert "spread inside councils" in drawn("estimated")
