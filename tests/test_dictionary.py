"""The data dictionary describes every column of every table and list, as the data are."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest

from geo.core.measures import FIGURES, MEASURES, Measure, Scale, registered
from geo.core.priority_terms import Terms
from geo.core.view import View
from geo.edition.search import search, search_row
from geo.edition.store import Edition, load_edition
from geo.figures.certainty import certainty_rows, place_certainty
from geo.figures.draws import is_drawn
from geo.figures.journeys import journey
from geo.figures.likeness import alike, alike_rows
from geo.figures.place import show
from geo.figures.priorities import priority_rows, where_first
from geo.figures.profile import place_profile
from geo.figures.ranking import rank, rank_rows
from geo.figures.side_by_side import all_figures
from geo.figures.what_if import area_changes, what_if, who_gains
from geo.pack.spreadsheets import changes_table, comparison_table, gains_table, priorities_table, ranking_table
from geo.pack.tables import pack_tables
from geo.words.dictionary import Column, column, columns

pytestmark = pytest.mark.slow

PACKS = {
    "authority": View(place="E07000047", first="halve"), "ward": View(place="E05011923", speed="gigabit"),
    "lsoa": View(place="E01018970", hub="bristol", minutes=60),
    "partnership": View(place="E07000046+E07000047", upgrade="E07000046", to="gigabit", rail=-20),
}


@pytest.fixture(scope="module")
def starter() -> Edition:
    return load_edition()


def holds(found: Column, values: pd.Series) -> bool:
    """Whether values are of the datatype told: a file has yes and no, and whole numbers are numbers too."""
    known = values.dropna().tolist()
    numbers = all(isinstance(value, int | float | np.number) and not isinstance(value, bool) for value in known)
    return {
        "string": all(isinstance(value, str) for value in known),
        "boolean": all(isinstance(value, bool) or value in ("yes", "no") for value in known),
        "number": numbers, "integer": numbers and all(value == int(value) for value in known),
        "object": all(isinstance(value, Mapping) for value in known),
    }[found.datatype]


def check(table: pd.DataFrame, where: str) -> None:
    found = columns(table.columns, where)
    assert [each.name for each in found] == list(table.columns)
    wrong = [(where, each.name, each.datatype) for each in found if not holds(each, table[each.name])]
    assert not wrong
    assert all(each.label and each.description.endswith(".") for each in found)
    assert all(bool(each.unit) for each in found if each.is_numeric), [each for each in found if not each.unit]


@pytest.mark.parametrize("name", PACKS)
def test_every_column_of_a_pack_is_described(starter: Edition, name: str) -> None:
    for stem, table in pack_tables(place_profile(starter, PACKS[name])).items():
        check(table, stem)


def downloads(starter: Edition) -> Iterator[tuple[str, pd.DataFrame]]:
    """What the app offers to take away."""
    view = View()
    for measure in MEASURES.values():
        ranked = rank(starter, view, by="authority", measure=measure.key)
        sure = place_certainty(starter, view, measure, by="authority") if is_drawn(starter, measure) else None
        yield "Ranking", ranking_table(starter, view, ranked, by="authority", measure=measure.key, sure=sure)
    answers = [show(starter, View(place=code)) for code in ("E07000046", "E06000053")]
    yield "Side by side", comparison_table(all_figures(answers), answers)
    asked, torridge = View(place="E07000046", close="EXD-TAU"), starter.place("E07000046")
    outcome = what_if(starter, asked)
    yield "Where first", priorities_table(starter, where_first(starter, view, torridge, Terms(halve=True)))
    yield "Changes", changes_table(starter, area_changes(starter, asked, outcome))
    yield "Who gains", gains_table(starter, who_gains(starter, asked, outcome))


def test_every_column_of_the_apps_downloads_is_described(starter: Edition) -> None:
    for where, table in downloads(starter):
        check(table, where)


def test_every_name_in_lists_for_programs_is_described(starter: Edition) -> None:
    view, measure = View(), MEASURES["people_in_gap"]
    sure = certainty_rows(place_certainty(starter, view, measure, by="authority"))
    torridge = starter.place("E07000046")
    lists: dict[str, list[dict[str, Any]]] = {
        "rank": rank_rows(rank(starter, view, by="authority"), starter, sure),
        "search": [search_row(starter, hit) for hit in search(starter, "Chagford").hits],
        "like": alike_rows(alike(starter, view, torridge), starter),
        "first": priority_rows(where_first(starter, view, torridge, Terms(halve=True)), starter),
        "rail": [journey(starter, "PNZ", "london").as_json()],
    }
    for where, rows in lists.items():
        assert rows
        check(pd.DataFrame(rows), where)


def test_every_option_that_a_file_is_stamped_with_is_described() -> None:
    asked = View(first="halve", upgrade="E07000046", against="starter-0123456789ab").pack_options()
    assert [each.name for each in columns(asked)] == list(asked)


def test_every_figure_is_described_in_its_own_words() -> None:
    for key, measure in FIGURES.items():
        found = column(key)
        assert measure.label.partition("{")[0] in found.label
        assert "{" not in found.label + found.description
    assert column("premises_below_30_share").form == "share"
    assert column("premises_below_30").unit == "premises"
    assert column("people_in_gap_per_1000_workers").unit == "per 1,000 workers"
    assert column("remote_capable_share").unit == "share of workers, 0 to 1"
    assert column("train_minutes").form == "minutes"


def test_a_new_figure_is_described_at_once() -> None:
    made = Measure(key="ferries", label="Ferries", definition="Residents with a ferry.", unit="residents",
                   rate_unit="share of residents", percent=True, numerator="ferries", denominator="residents",
                   scale=Scale((0.1, 0.2, 0.3, 0.4, 0.5, 0.6)))
    with registered(made):
        assert column("ferries").label == "Ferries"
        assert column("ferries_share").form == "share"
    with pytest.raises(KeyError):
        column("ferries")


@pytest.mark.parametrize("name", ["", "nonsense", "premises_below_31", "ward_name", "residents_30"])
def test_an_unknown_column_is_refused(name: str) -> None:
    with pytest.raises(KeyError, match="data dictionary"):
        column(name)


def test_a_name_means_what_its_table_says() -> None:
    assert column("value").datatype == "number"
    assert column("value", "who-gains").datatype == column("value", "Who gains").datatype == "string"
    assert "home" in column("share", "occupations").label
    assert "upgrade" in column("premises", "Where first").label
