"""What is said of the figures is what the edition and its sources are."""

import tomllib

import pytest

from geo.core.choices import DATA, SPEEDS, WORK
from geo.edition.store import load_edition
from geo.figures.workers import capability_table
from geo.layers.occupations import national_check
from geo.words.definitions import glossary
from geo.words.estimate import gains, locality_table, validation_sentences, validation_table
from geo.words.method import (
    METHOD,
    edition_facts,
    method_sections,
    missing_table,
    national_sentences,
    sources_table,
)


@pytest.fixture(scope="module")
def starter():
    return load_edition(geometry=False)


def test_the_method_is_shown_whole():
    sections = method_sections()
    text = METHOD.read_text(encoding="utf-8")
    assert sections[0].title == "What Swathe counts, and how"
    assert len(sections) == text.count("\n## ") + 1
    assert "How not to use the figures" in {section.title for section in sections}
    rebuilt = f"# {sections[0].title}\n{sections[0].text}" + "".join(
        f"\n## {section.title}\n{section.text}" for section in sections[1:])
    assert "".join(rebuilt.split()) == "".join(text.split())


def test_every_file_read_is_listed_with_licence_and_checksum(starter):
    table = sources_table(starter.manifest)
    catalogue = tomllib.loads((DATA / "sources.toml").read_text(encoding="utf-8"))["source"]
    assert set(table["title"]) <= {source["title"] for source in catalogue}
    assert table["sha256"].str.fullmatch("[0-9a-f]{64}").all()
    assert table["rows"].dtype == "int64"
    assert table.ne("").all().all()
    assert len(table) == len(starter.manifest["sources"])
    told = {*table["title"], *missing_table(starter.manifest)["title"]}
    # A source that was added after an edition was built is in neither list.
    assert not any(source["required"] for source in catalogue if source["title"] not in told)


def test_what_is_missing_says_what_that_costs():
    lack = {"id": "imd", "title": "Indices", "without_it": "deprivation is not shown"}
    assert missing_table({"missing": [lack]}).to_dict("records") == [
        {"title": "Indices", "without_it": "deprivation is not shown"}]
    assert missing_table({"missing": []}).empty


def test_the_validation_is_the_manifests(starter):
    table = validation_table(starter.manifest)
    row = next(row for row in starter.manifest["broadband_validation"] if row["speed"] == "30")
    assert table.index.tolist() == [choice.label for choice in SPEEDS.values()]
    assert table.loc[SPEEDS["30"].label, "model_mean"] == row["model_mean"]
    said = " ".join(validation_sentences(starter.manifest))
    for number in (f"{row['model_mean']:.2f}", f"{row['even_mean']:.2f}", f"{row['model_p90']:.2f}",
                   str(row["constituencies"])):
        assert number in said


def test_what_each_step_gains_is_the_manifests(starter):
    rows, local = gains(starter.manifest), locality_table(starter.manifest)
    tested = {row["speed"]: row for row in starter.manifest["broadband_validation"]}
    assert [row[0] for row in rows] == [
        "Spread evenly over each authority", "By the regression over authorities", "With the counts of constituencies",
        "With measured localities"]
    for row, way in ((rows[0], "even"), (rows[1], "unmeasured"), (rows[3], "model")):
        assert [*row[1:4]] == [f"{tested[speed][f'{way}_mean']:.2f}" for speed in ("10", "30", "gigabit")]
    for row, way in ((rows[0], "even"), (rows[1], "authority"), (rows[2], "hidden")):
        assert [*row[4:]] == [f"{local.loc[(way, speed), 'mean']:.1f}" for speed in ("30", "gigabit")]
    assert gains({"broadband_validation": starter.manifest["broadband_validation"]}) == []


def test_a_sceptic_is_told_what_to_expect_of_each_kind_of_place(starter):
    said = " ".join(validation_sentences(starter.manifest))
    local = locality_table(starter.manifest)
    hidden, inside = local.loc[("hidden", "30")], local.loc[("constituency", "30")]
    points = f"{hidden['mean']:.1f} percentage points on average at 30 Mbit/s"
    assert f"{points}, or {hidden['mean_premises']:.0f} of" in said
    assert f"out by {inside['mean']:.1f} points on average, {inside['mean_premises']:.0f} premises" in said
    smaller = inside["mean"] * inside["neighbourhoods"] ** 0.5
    premises = smaller / 100 * inside["premises"] / inside["neighbourhoods"]
    assert f"about {smaller:.0f} points, or {premises:.0f} premises" in said
    before = {"broadband_validation": starter.manifest["broadband_validation"]}
    assert "ocalit" not in " ".join(validation_sentences(before))


def test_the_verdict_follows_the_numbers(starter):
    rows = [dict(row) for row in starter.manifest["broadband_validation"]]
    assert "better than spreading evenly at every speed" in " ".join(validation_sentences(starter.manifest))
    rows[0]["model_mean"] = rows[0]["even_mean"] + 1
    worse = validation_sentences({"broadband_validation": rows})
    assert f"at {len(rows) - 1} of {len(rows)} speeds" in " ".join(worse)


def test_a_measured_edition_has_nothing_to_validate(tiny_edition):
    assert validation_table(tiny_edition.manifest).empty
    assert validation_sentences(tiny_edition.manifest) == []


def test_capability_is_the_editions(tiny_edition):
    table = capability_table(tiny_edition)
    assert table.index.tolist() == list(range(1, 10))
    assert table["ons-2020"].to_dict() == {group: 0.5 if group == 2 else 0.0 for group in range(1, 10)}
    assert table.loc[9, "dingel-neiman"] == pytest.approx(0.1)
    assert list(table.columns) == ["name", *WORK]
    assert table.loc[2, "name"] == "Professional occupations"


def test_the_national_check_is_said_in_full():
    for sentence, (_, row) in zip(national_sentences(), national_check().iterrows(), strict=True):
        assert f"{100 * row['share']:.1f} %" in sentence
        assert f"{100 * row['published']:.1f} %" in sentence


def test_facts_of_the_edition_add_up(tiny_edition):
    facts = dict(edition_facts(tiny_edition))
    assert facts["Name"] == tiny_edition.id
    assert facts["Neighbourhoods (LSOAs)"] == "4 in the South West, 1 neighbours"
    assert facts["Stations"] == "2 with trains, of 3"
    assert facts["Postcodes"].startswith("22 that journeys start from")
    assert facts["Larger places"].startswith("3 localities (MSOAs), 4 wards, 3 local authorities")


def test_an_official_timetable_is_a_fact_of_the_edition(tiny_edition, railed_edition):
    assert dict(edition_facts(tiny_edition))["Rail"] == "indicative; trains of 2026-01-06"
    assert dict(edition_facts(railed_edition))["Rail"] == "timetable of Rail & Sons, version 7b, for 6 January 2026"


def test_the_glossary_has_every_choice_and_no_term_twice():
    terms = [entry.term for entry in glossary()]
    assert terms == sorted(set(terms), key=str.casefold)
    assert {choice.label for choice in SPEEDS.values()} <= set(terms)
    assert all(entry.meaning.endswith(".") for entry in glossary())
