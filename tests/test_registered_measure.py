"""A figure is added by its record alone: every list, table, page, file and text reads it there."""

import json
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from geo.__main__ import main
from geo.cli.text_tables import rank_text
from geo.core.errors import ViewError
from geo.core.measures import BASES, FIGURES, MEASURES, Measure, Scale, registered
from geo.core.view import View
from geo.edition.store import Edition
from geo.figures.areas import area_figures
from geo.figures.certainty import every_rank
from geo.figures.place import show
from geo.figures.profile import place_profile
from geo.figures.ranking import rank, rank_rows
from geo.figures.ranks import ranks_of_kind
from geo.figures.side_by_side import all_figures, rates_and_minutes
from geo.maps.classes import CLASSES, LIGHT, classify, legend, shown_values
from geo.pack.file.manifest import make_manifest
from geo.pack.request import Request
from geo.pack.spreadsheets import comparison_table, ranking_about, ranking_table
from geo.pack.tables import pack_tables
from geo.words.definitions import data_dictionary, definition, glossary, legend_heading, map_meaning
from geo.words.place import Line, comparison_labels, place_lines, rate_cells
from tests.fixtures.answers import show_json
from tests.fixtures.pages import html

pytestmark = pytest.mark.slow

ALAND, BLAND = "E07000001", "E06000002"
MATCHED = Measure(
    key="matched", label="Premises matched to an address", term="Matched premises", heading="Homes and businesses",
    definition="Homes and businesses whose address Ofcom found.", unit="premises", rate_unit="per 1,000 residents",
    per=1000, numerator="matched", denominator="residents", bases=("official",), sources=("ofcom-authority",),
    scale=Scale((200, 300, 400, 500, 550, 600)))
# Premises 990, 600, 800, 300 of residents 2000, 1000, 1500, 500; the neighbour 1500 of 3000.

Call = Callable[..., str]


@pytest.fixture
def record() -> Iterator[Measure]:
    with registered(MATCHED):
        yield MATCHED


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], tiny_written: Path) -> Call:
    """Run a command on the tiny edition: what it prints."""

    def command(*words: str) -> str:
        assert main([*words, "--edition", str(tiny_written)]) == 0
        return capsys.readouterr().out

    return command


def test_it_is_ranked(record: Measure, tiny_edition: Edition, call: Call) -> None:
    ranking = rank(tiny_edition, View(), by="authority", measure=record.key)
    assert ranking["code"].tolist() == [ALAND, BLAND]
    assert ranking["value"].tolist() == [1590, 1100]
    assert ranking["rate"].tolist() == pytest.approx([530, 550])
    assert set(ranking["unit"]) == {"premises"}
    assert set(ranking["rate_unit"]) == {"per 1,000 residents"}
    by_rate = rank(tiny_edition, View(), by="authority", measure=record.key, per="rate")
    assert by_rate["code"].tolist() == [BLAND, ALAND]
    rows = json.loads(call("rank", "--by", "authority", "--measure", record.key, "--json"))
    assert rows == rank_rows(ranking, tiny_edition, {})
    said = call("rank", "--by", "authority", "--measure", record.key)
    assert said.startswith("Premises matched to an address by local authority, 2 of 2, worst first.")
    assert "premises" in said.splitlines()[1]
    assert "per 1,000 residents" in said.splitlines()[1]
    assert "530.0" in rank_text(ranking, Namespace(measure=record.key, by="authority", per=None), None, "")


def test_it_is_in_the_files_of_a_ranking(record: Measure, tiny_edition: Edition) -> None:
    ranking = rank(tiny_edition, View(), by="authority", measure=record.key)
    table = ranking_table(tiny_edition, View(), ranking, by="authority", measure=record.key)
    assert table[["measure", "unit", "rate_unit"]].iloc[0].tolist() == [
        record.key, "premises", "per 1,000 residents"]
    about = ranking_about(tiny_edition, View(), by="authority", within="all", measure=record.key, per="rate")
    assert about.title == "Swathe: Premises matched to an address by local authority"
    assert ("Ranked", "Premises matched to an address (premises), worst first") in about.notes
    assert ("Sorted by", "rate (per 1,000 residents)") in about.notes


def test_places_are_compared_by_it(record: Measure, tiny_edition: Edition) -> None:
    answers = [show(tiny_edition, View(place=code)) for code in (ALAND, BLAND)]
    rows = all_figures(answers)
    row = next(row for row in rows if row.key == record.key)
    assert [figure.value for figure in row.figures] == [1590, 1100]
    assert {figure.basis for figure in row.figures} == {("official",)}
    assert comparison_labels(row, View()) == ("Homes and businesses", "Premises matched to an address")
    table = comparison_table(rows, answers).set_index(["figure", "code"]).loc[(record.key, BLAND)]
    assert table[["label", "group", "value", "unit", "rate", "rate_unit", "basis"]].tolist() == [
        "Premises matched to an address", "Homes and businesses", 1100, "premises", 550, "per 1,000 residents",
        BASES["official"].name]
    beside, _ = rates_and_minutes(answers)
    cells = {head: texts for head, _, _, texts in rate_cells(beside, answers[0])}
    assert cells["Premises matched to an address, of every 1,000 residents"] == ["530.0", "550.0", "–"]


def test_it_is_mapped_in_its_classes(record: Measure, tiny_edition: Edition) -> None:
    ranking = rank(tiny_edition, View(), by="lsoa", measure=record.key, within="all")
    values = shown_values(record.key, ranking, tiny_edition.areas.index)
    assert values.tolist() == pytest.approx([495, 600, 1000 * 800 / 1500, 600, 500])
    classes = classify(values, record.key)
    assert classes.tolist() == [3, 6, 4, 6, 4]
    rows = legend(record.key, LIGHT, classes)
    assert [row.areas for row in rows] == [0, 0, 0, 1, 2, 0, 2]
    assert [row.label for row in rows[3:5]] == ["400 to 500", "500 to 550"]
    assert len(rows) == CLASSES
    assert legend_heading(record) == "Premises matched to an address per 1,000 residents"
    assert map_meaning(record, View()) == "Homes and businesses whose address Ofcom found, of 1,000 residents."


def test_it_stands_in_the_table_of_a_place_with_its_ranks(record: Measure, tiny_edition: Edition) -> None:
    ranks = every_rank(tiny_edition, View(), tiny_edition.place(BLAND))
    line = next(line for line in place_lines(show(tiny_edition, View(place=BLAND)), ranks)
                if line.label == record.label)
    assert line == Line(
        "Premises matched to an address", "about 1,100", "", "550.0 of every 1,000 residents",
        ("fewest of 2 by number", "highest of 2 by rate"), (BASES["official"].name,),
        definition(record, View(place=BLAND)))


def test_it_is_in_the_json_of_a_place(record: Measure, tiny_edition: Edition, call: Call) -> None:
    answer = json.loads(call("show", BLAND, "--json"))
    assert answer == show_json(tiny_edition, View(place=BLAND))
    assert answer[record.key] == 1100
    assert answer["rates"]["matched_per_1000_residents"] == 550
    assert answer["comparators"]["South West"]["matched_per_1000_residents"] == 538


def test_it_is_in_the_tables_and_the_manifest_of_a_pack(record: Measure, tiny_edition: Edition) -> None:
    profile = place_profile(tiny_edition, View(place=BLAND))
    tables = pack_tables(profile)
    figures = tables["figures"].set_index("name")
    count, rate = figures.loc[record.key], figures.loc["rates.matched_per_1000_residents"]
    assert count[["value", "unit", "basis", "source", "vintage"]].tolist() == [
        1100, "premises", BASES["official"].name, "ofcom-authority", "2025-07"]
    assert rate[["value", "unit", "basis", "source"]].tolist() == [
        550, "per 1,000 residents", BASES["official"].name, "ofcom-authority"]
    assert figures.loc[f"rank.{record.key}", ["value", "unit"]].tolist() == [2, "rank, 1 is the worst"]
    assert figures.loc[f"rank.{record.key}_rate.of", "value"] == 2
    assert tables["beside"]["matched_per_1000_residents"].iloc[0] == 550
    manifest = make_manifest(Request(View(place=BLAND)), profile, {})
    assert manifest["figures"][record.key] == 1100


def test_it_is_defined_and_explained(record: Measure) -> None:
    row = next(row for row in data_dictionary() if row["key"] == record.key)
    assert row == {
        "key": record.key, "label": "Premises matched to an address", "unit": "premises",
        "rate_unit": "per 1,000 residents", "basis": BASES["official"].name, "sources": "ofcom-authority",
        "depends_on": "", "ranked": True, "definition": "Homes and businesses whose address Ofcom found."}
    assert {entry.term: entry.meaning for entry in glossary()}["Matched premises"] == record.definition


def test_it_is_offered_by_the_help_and_by_links(record: Measure, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["rank", "--help"])
    assert record.key in capsys.readouterr().out
    view = View(show=record.key)
    assert view.to_query() == {"show": record.key}
    assert View.from_query(view.to_query()) == (view, [])


def menu(app: AppTest) -> Sequence[str]:
    return app.selectbox(key="show").options


def test_it_is_in_the_menus_and_tables_of_the_pages(record: Measure, run: Callable[..., AppTest]) -> None:
    app = run(show=record.key, by="authority")
    assert record.label in menu(app)
    assert app.selectbox(key="show").value == record.key
    table = app.dataframe[0].value
    assert table[["Authority", "Premises", "Per 1,000 residents"]].iloc[1].tolist() == ["Bland, City of", 1100, 550]
    legend = "Premises matched to an address per 1,000 residents"
    assert any(legend in str(element.proto) for element in app.get("bidi_component"))     # of the map
    app.switch_page("explore/page.py").run()
    assert not app.exception
    assert record.label in menu(app)
    assert "Homes and businesses whose address Ofcom found, of 1,000 residents." in html(app)
    assert app.dataframe[0].value["Premises"].tolist() == [1590, 1100]
    app.switch_page("compare/page.py").run()
    assert not app.exception
    assert record.label in menu(app)
    assert record.label in html(app)
    assert app.dataframe[0].value["Per 1,000 residents"].tolist() == [530, 550]
    app.switch_page("place/page.py").run()
    assert not app.exception
    assert record.label in html(app)
    app.switch_page("method/page.py").run()
    assert not app.exception
    assert "Matched premises" in html(app)


SCALE = Scale((0.1, 0.2, 0.4, 0.6, 0.8, 0.9))
VARIANTS = (
    Measure(key="matched_rate", label="Premises matched", rate_unit="share of premises", percent=True, summary="share",
            numerator="matched", denominator="premises", bases=("official",), scale=SCALE),
    Measure(key="online", label="Digital connectivity", unit="score", rate_unit="score, 0 is the mean of England",
            summary="mean", numerator="digital_connectivity", denominator="residents", bases=("official",),
            scale=SCALE),
    Measure(key="place_in_line", label="Rank of deprivation", unit="rank", rate_unit="rank, 1 is the most deprived",
            summary="median", numerator="imd_rank", denominator="residents", worst_high=False, bases=("imd",),
            scale=SCALE),
)


@pytest.mark.parametrize(("variant", "by_hand", "said", "rank_said"), [
    (VARIANTS[0], {ALAND: 1590 / 1600, BLAND: 1.0}, "100.0 % of premises", "highest of 2"),
    (VARIANTS[1], {ALAND: (-0.5 * 2000 + 0.5 * 1000) / 3000, BLAND: (1500 + 2 * 500) / 2000},
     "1.2, score, 0 is the mean of England", "highest of 2"),
    (VARIANTS[2], {ALAND: 3000, BLAND: 12_000}, "12,000.0, rank, 1 is the most deprived", "highest of 2"),
], ids=[variant.summary for variant in VARIANTS])
def test_a_figure_without_a_count_is_the_same_in_a_ranking_and_of_a_place(
    tiny_edition: Edition, variant: Measure, by_hand: dict[str, float], said: str, rank_said: str,
) -> None:
    with registered(variant):
        ranking = rank(tiny_edition, View(), by="authority", measure=variant.key).set_index("code")["value"]
        assert ranking.to_dict() == pytest.approx(by_hand)
        ranks = ranks_of_kind(tiny_edition, View(), "authority")
        for code, value in by_hand.items():
            assert show(tiny_edition, View(place=code))[variant.key].rate == pytest.approx(value)
        sure = every_rank(tiny_edition, View(), tiny_edition.place(BLAND))
        line = next(line for line in place_lines(show(tiny_edition, View(place=BLAND)), sure)
                    if line.label == variant.label)
        assert (line.value, line.ranks) == (said, (rank_said,))
        figures = pack_tables(place_profile(tiny_edition, View(place=BLAND)))["figures"].set_index("name")
        assert figures.loc[f"rank.{variant.key}", "value"] == ranks.loc[BLAND, variant.key]


def everything(edition: Edition) -> list[object]:
    """All lists that a record is found in."""
    view = View(place=ALAND)
    return [
        list(FIGURES), list(MEASURES), glossary(), data_dictionary(), list(area_figures(edition, view)),
        place_lines(show(edition, view), every_rank(edition, view, edition.place(ALAND))), show_json(edition, view),
        [row.key for row in all_figures([show(edition, view)])],
        pack_tables(place_profile(edition, view))["figures"].to_dict("list"),
    ]


def test_afterwards_all_is_as_before(tiny_edition: Edition) -> None:
    before = pd.Series(everything(tiny_edition)).map(repr)
    with registered(MATCHED):
        there = pd.Series(everything(tiny_edition)).map(repr)
        assert (there != before).all()
    assert (pd.Series(everything(tiny_edition)).map(repr) == before).all()
    with pytest.raises(ViewError):
        rank(tiny_edition, View(), by="ward", measure=MATCHED.key)
    with pytest.raises(ViewError):
        View(show=MATCHED.key)
    failing = partial(registered, MATCHED)
    with pytest.raises(ZeroDivisionError), failing():
        raise ZeroDivisionError
    assert MATCHED.key not in FIGURES
