"""What Explore says beside and below the map, on the tiny edition, without a browser."""

import numpy as np
import pandas as pd
import pytest

from geo.core.choices import KINDS
from geo.core.measures import MEASURES
from geo.core.view import View
from geo.edition.store import Edition
from geo.figures.aggregate import place_context
from geo.figures.certainty import list_intervals
from geo.figures.draws import is_drawn
from geo.figures.ranking import rank
from geo.words.claim import sentence_case
from geo.words.context import context_rows, context_text, lies_in, meaning, source_of, table_columns
from pages.shared import data, map_files

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("measure", list(MEASURES))
def test_every_measure_is_explained_with_its_basis(served: Edition, measure: str) -> None:
    said = meaning(served, View(show=measure, speed="100", hub="exeter", clock="door"))
    assert said.endswith(".")
    assert said[0].isupper()
    if MEASURES[measure].by_rail:
        assert "Exeter" in said
        assert "indicative" in said
    if MEASURES[measure].context:
        assert "Context only: not used in any other figure." in said
    if measure in {"people_in_gap", "nowhere_to_turn"}:
        assert "100 Mbit/s" in said
        assert "estimated" in said


@pytest.mark.parametrize("kind", list(KINDS))
@pytest.mark.parametrize("measure", list(MEASURES))
def test_the_table_has_the_figures_of_the_ranking(tested_edition: Edition, kind: str, measure: str) -> None:
    served, view = tested_edition, View(by=kind, show=measure)
    ranking = rank(served, view, by=kind, measure=measure)
    sure = list_intervals(served, view, MEASURES[measure], by=kind, codes=pd.Index(ranking["code"]))
    table = table_columns(served, ranking, view, sure)
    assert table[sentence_case(KINDS[kind].label)].tolist() == ranking["name"].tolist()
    if MEASURES[measure].has_count:
        counts = table[sentence_case(MEASURES[measure].unit)]
        assert counts.astype("float64").tolist() == pytest.approx(ranking["value"].round().tolist(), nan_ok=True)
    assert ("From" in table) == (sure is not None) == is_drawn(served, MEASURES[measure])
    share = MEASURES[measure].rate_unit.startswith("share")
    rate = table.select_dtypes("number").iloc[:, -1].astype("float64")
    assert rate.tolist() == pytest.approx(((100 if share else 1) * ranking["rate"]).tolist(), abs=0.051, nan_ok=True)
    assert str(rate.name).startswith("%") == share


def test_context_names_its_sources(served: Edition) -> None:
    rows = {row.label: row for row in context_rows(served, place_context(served, "E07000001"))}
    assert list(rows) == [measure.label for measure in MEASURES.values() if measure.context]
    assert rows["Deprivation (IMD decile)"].value == "1 of 10 (1 is the most deprived)"
    assert rows["4G indoors from all four networks"].value == "20.0 % of premises"
    assert rows["Living in a rural area"].source == "not in this edition"
    assert context_text(MEASURES["connectivity_score"], 66.7) == "67 of 100"
    assert context_text(MEASURES["mobile_4g"], np.nan) == "no figure published"
    assert source_of(served, "ofcom-authority") == "Source: Made up; Nobody, July 2025"


def test_a_place_says_where_it_lies(served: Edition) -> None:
    assert lies_in(served, data.place("E01000003")) == " in Blandford, Bland, City of"
    assert lies_in(served, data.place("E05000003")) == " in Bland, City of"
    assert lies_in(served, data.place("E07000001")) == ""
    assert lies_in(served, data.place("E07000001+E06000002")) == ""


def test_a_map_of_former_districts_says_that_it_has_holes(served: Edition) -> None:
    assert "elsewhere there is nothing to show" in meaning(served, View(by="district"))
    assert "elsewhere there is nothing to show" in meaning(served, View(by="district", show="imd_decile"))
    assert "elsewhere" not in meaning(served, View(by="ward"))


@pytest.mark.parametrize("kind", KINDS)
def test_map_files_of_places_are_found_again_by_their_name(served: Edition, kind: str) -> None:
    file = map_files.facts_file(View(by=kind))
    assert file.name.startswith(f"facts.{kind}.london.train.car.ons-2020.")
    assert map_files.named_file(file.name) == file
    assert map_files.facts_file(View(by=kind, speed="gigabit", minutes=90)) is file
    assert map_files.named_file(file.name.replace(".london.", ".atlantis.")) is None
    assert map_files.named_file(file.name.replace(f".{kind}.", ".street.")) is None
