"""Where first: beside every choice there is, on small cases; terms kept; what `show` gives after an upgrade."""

import json
import math
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from geo.__main__ import main
from geo.core.choices import REGION
from geo.core.errors import ViewError
from geo.core.measures import FIGURES
from geo.core.priority_terms import Terms, affordable, stop_of, terms_of
from geo.core.rounding import about
from geo.core.view import View
from geo.edition.store import Edition, load_edition
from geo.figures import priorities
from geo.figures.areas import area_figures
from geo.figures.draws import lsoa_draws
from geo.figures.intervals import sum_intervals
from geo.figures.place import show
from geo.figures.priorities import (
    by_authority,
    candidates,
    choose,
    in_order,
    left_to_upgrade,
    solve,
    where_first,
)
from geo.layers.planned_build import STATUSES
from geo.words.priorities import (
    HALF_OF_ONE,
    NO_PRICE,
    TWO_ORDERS,
    capped,
    how_chosen,
    what_it_takes,
    what_would_halve,
    why_none,
)

pytestmark = pytest.mark.slow

TORRIDGE, BRISTOL, DEVON = "E07000046", "E06000023", "E10000008"
SLACK = 1e-6     # of a sum, by which the solver may miss a condition
Call = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def edition() -> Edition:
    return load_edition(geometry=False)


@st.composite
def tables(draw: st.DrawFn, most: int = 8) -> pd.DataFrame:
    """Candidates made up, of two authorities."""
    size = draw(st.integers(1, most))
    numbers = st.lists(st.integers(1, 60), min_size=size, max_size=size)
    flags = st.lists(st.booleans(), min_size=size, max_size=size)
    return pd.DataFrame({
        "people": np.array(draw(numbers)) / 4, "premises": np.array(draw(numbers), dtype="float64"),
        "deprived": draw(flags), "authority": np.where(draw(flags), "A", "B"),
    }, index=[f"E0100000{number}" for number in range(size)])


def subsets(table: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Every choice there is."""
    for size in range(len(table) + 1):
        for rows in combinations(range(len(table)), size):
            yield table.iloc[list(rows)]


def keeps(chosen: pd.DataFrame, table: pd.DataFrame, terms: Terms, target: float = 0.0, slack: float = 0.0) -> bool:
    """Tell whether a choice keeps the terms, as the terms are said."""
    total = chosen["premises"].sum()
    if terms.premises is not None and total > terms.premises + slack:
        return False
    if chosen.loc[chosen["deprived"], "premises"].sum() < terms.fair_share * total - slack - 1e-9:
        return False
    if chosen["people"].sum() < target - slack:
        return False
    return all(chosen.loc[chosen["authority"] == name, "premises"].sum()
               >= min(terms.every_authority, there["premises"].sum()) - slack - 1e-9
               for name, there in table.groupby("authority"))


def worth(chosen: pd.DataFrame, terms: Terms, target: float) -> float:
    """What is to be as small as can be."""
    if not target:
        return -float(chosen["people"].sum())
    return float(len(chosen)) if terms.by == "people" else float(chosen["premises"].sum())


@st.composite
def cases(draw: st.DrawFn, most: int = 8) -> tuple[pd.DataFrame, Terms]:
    """Candidates, and terms that are tight for them more often than not."""
    table = draw(tables(most))
    share = draw(st.none() | st.floats(0.1, 0.9))
    return table, Terms(by=draw(st.sampled_from(["people", "rate"])),
                        premises=None if share is None else float(round(share * table["premises"].sum())),
                        fair_share=draw(st.sampled_from([0.0, 0.0, 0.25, 0.6, 1.0])),
                        every_authority=draw(st.sampled_from([0.0, 0.0, 15.0, 60.0])))


@given(cases(), st.booleans())
def test_a_choice_is_as_good_as_the_best_of_all_choices(case: tuple[pd.DataFrame, Terms], halve: bool) -> None:
    table, terms = case
    target = table["people"].sum() / 2 if halve else 0.0
    right = [worth(chosen, terms, target) for chosen in subsets(table) if keeps(chosen, table, terms, target)]
    found = solve(table, terms, target)
    if not right:
        assert found is None
        return
    assert found is not None
    chosen, gap = table[found[0]], found[1]
    assert keeps(chosen, table, terms, target, slack=SLACK * table["premises"].sum())
    assert worth(chosen, terms, target) == pytest.approx(min(right), abs=1e-6)
    assert gap == pytest.approx(0, abs=1e-6)


@given(tables())
def test_taken_from_the_top_half_of_the_gap_needs_the_fewest_neighbourhoods(table: pd.DataFrame) -> None:
    half = table["people"].sum() / 2
    ordered = in_order(table, "people")
    chosen, reached, gap = choose(ordered, Terms(halve=True), half)
    taken = ordered[chosen]
    assert (reached, gap) == (True, None)
    assert taken["people"].sum() >= half
    assert len(taken) == min(len(other) for other in subsets(table) if other["people"].sum() >= half)
    assert taken["people"].sum() == max(other["people"].sum() for other in subsets(table) if len(other) == len(taken))


@given(tables())
def test_the_two_orders(table: pd.DataFrame) -> None:
    shuffled = table.sample(frac=1, random_state=5)
    for by, value in (("people", lambda row: row["people"]), ("rate", lambda row: row["people"] / row["premises"])):
        wanted = sorted(table.index, key=lambda code, value=value: (-value(table.loc[code]), code))
        assert in_order(shuffled, by).index.tolist() == wanted


@given(cases(most=40))
def test_a_condition_never_takes_more_people_out(case: tuple[pd.DataFrame, Terms]) -> None:
    table, terms = case
    found, free = solve(table, terms, 0.0), solve(table, Terms(premises=terms.premises), 0.0)
    assume(found is not None)
    assert found is not None
    assert free is not None
    assert table.loc[found[0], "people"].sum() <= table.loc[free[0], "people"].sum() + 1e-6
    assert keeps(table[found[0]], table, terms, slack=SLACK * table["premises"].sum())


@pytest.mark.parametrize("code", [TORRIDGE, DEVON, REGION])
@pytest.mark.parametrize("by", ["people", "rate"])
@pytest.mark.parametrize("speed", ["30", "gigabit"])
def test_half_of_the_gap_by_its_list_is_what_show_gives_after_it(
    edition: Edition, code: str, by: str, speed: str,
) -> None:
    view = View(place=code, speed=speed)
    found = where_first(edition, view, edition.place(code), Terms(by=by, halve=True))
    assert found.reached
    assert found.table.index.is_unique
    assert set(found.table.index) <= set(edition.place(code).lsoas)
    column = f"below_{speed}"
    lines = edition.areas[column].where(~edition.areas.index.isin(found.table.index), 0)
    upgraded = replace(edition, areas=edition.areas.assign(**{column: lines}))
    before, after = (show(one, view)["people_in_gap"].count for one in (edition, upgraded))
    assert before == pytest.approx(found.people)
    assert before - after == pytest.approx(found.table["people_out_of_gap"].sum())
    assert after <= before / 2 + 1e-6
    assert after > before / 2 - found.table["people_out_of_gap"].max()      # and no neighbourhood too many
    assert found.table["cumulative_premises"].iloc[-1] == pytest.approx(
        edition.areas.loc[found.table.index, column].sum())


def test_by_rate_fewer_premises_halve_the_gap_and_by_people_fewer_neighbourhoods(edition: Edition) -> None:
    place = edition.place(DEVON)
    people, rate = (where_first(edition, View(), place, Terms(by=by, halve=True)).table for by in ("people", "rate"))
    assert len(people) < len(rate)
    assert people["premises"].sum() > rate["premises"].sum()


@pytest.mark.parametrize("terms", [
    Terms(premises=2000), Terms(premises=2000, by="rate"), Terms(premises=9000, every_authority=150),
    Terms(premises=9000, fair_share=0.1), Terms(halve=True, fair_share=0.02, every_authority=100),
])
def test_a_large_place_keeps_its_terms_and_says_how_far_from_the_best_it_is(edition: Edition, terms: Terms) -> None:
    place = edition.place(REGION)
    listed = candidates(edition, View(), place)
    found = where_first(edition, View(), place, terms)
    table = found.table.assign(people=found.table["people_out_of_gap"])
    target = found.people / 2 if terms.halve else 0.0
    assert keeps(table, listed, terms, target, slack=SLACK * listed["premises"].sum())
    assert table.index.is_unique
    assert found.gap is not None
    assert 0 <= found.gap <= 1e-3
    # No choice of parts of neighbourhoods, of which whole ones are some, is better by more than that.
    if terms.premises is not None:
        ordered = in_order(listed, "rate")
        before = ordered["premises"].cumsum() - ordered["premises"]
        best = (((terms.premises - before) / ordered["premises"]).clip(0, 1) * ordered["people"]).sum()
        assert table["people"].sum() <= best + 1e-6
        if not terms.is_fair:
            assert table["people"].sum() >= best / (1 + found.gap) - ordered["people"].max()


def test_sums_and_their_intervals_grow_down_the_list(edition: Edition) -> None:
    view = View(speed="100")
    found = where_first(edition, view, edition.place(TORRIDGE), Terms()).table
    rows = area_figures(edition, view).loc[found.index]
    assert found["premises"].to_numpy() == pytest.approx(rows["premises_below_100"].to_numpy())
    assert found["people_out_of_gap"].to_numpy() == pytest.approx(rows["people_in_gap_100_estimate"].to_numpy())
    for position in (0, 3, len(found) - 1):
        top = found.iloc[:position + 1]
        assert top["premises"].sum() == pytest.approx(found["cumulative_premises"].iloc[position])
        assert top["people_out_of_gap"].sum() == pytest.approx(found["cumulative_people"].iloc[position])
        for name, key in (("people", "people_in_gap"), ("premises", "premises_below")):
            wanted = sum_intervals(edition, view, FIGURES[key], pd.Series("all", top.index)).loc["all"]
            for end in ("p05", "p95"):
                assert found[f"cumulative_{name}_{end}"].iloc[position] == pytest.approx(wanted[end], rel=1e-5)


def test_only_neighbourhoods_with_enough_premises_come_first(edition: Edition) -> None:
    place = edition.place(BRISTOL)
    below = edition.areas.loc[place.lsoas, "below_30"]
    for least in (0, 50, 100):
        found = candidates(edition, View(), place, least)
        assert set(found.index) == set(below.index[(below >= least) & (below > 0)])
    deprived = edition.areas.loc[candidates(edition, View(), place, 0).index, "imd_decile"] <= 2
    pd.testing.assert_series_equal(candidates(edition, View(), place, 0)["deprived"], deprived, check_names=False)


def test_what_is_contracted_or_planned_is_left_out_at_a_gigabit_and_people_in_proportion(edition: Edition) -> None:
    view, place = View(speed="gigabit"), edition.place(TORRIDGE)
    free = where_first(edition, view, place, Terms())
    first, second, third, fourth = free.table.index[:4]
    made = pd.DataFrame(0.0, edition.areas.index, [f"bduk_{status}" for status in STATUSES])
    made.loc[:, "bduk_not_planned"] = 70.0
    made.loc[first] = [500, 90, 10, 0, 0]      # all of it under contract or planned
    made.loc[second] = [500, 20, 5, 30, 45]    # a quarter
    made.loc[third] = [0, 80, 0, 0, 0]
    made.loc[fourth] = [700, 0, 0, 0, 0]       # none without a gigabit by BDUK: Ofcom's count stands
    contracted = replace(edition, areas=edition.areas.assign(**made), manifest={
        **edition.manifest, "planned_build": {"unplaced": {}}})
    slower = View(speed="30")
    pd.testing.assert_frame_equal(where_first(contracted, slower, place, Terms()).table,
                                  where_first(edition, slower, place, Terms()).table)
    found = where_first(contracted, view, place, Terms())
    assert first not in found.table.index      # none of its premises is left, nor of
    assert third not in found.table.index
    assert found.table.loc[fourth, "premises"] == free.table.loc[fourth, "premises"]
    assert found.table.loc[second, "premises"] == pytest.approx(free.table.loc[second, "premises"] * 3 / 4)
    assert found.table.loc[second, "people_out_of_gap"] == pytest.approx(
        free.table.loc[second, "people_out_of_gap"] * 3 / 4)
    gone = free.table["people_out_of_gap"].loc[[first, third]].sum() + free.table.loc[second, "people_out_of_gap"] / 4
    assert found.people == pytest.approx(free.people - gone)
    only = where_first(contracted, view, place, Terms(premises=math.ceil(found.table.loc[second, "premises"])))
    rows = edition.areas.index.get_indexer(only.table.index)
    left = left_to_upgrade(contracted, view, only.table.index)["left"].to_numpy()[:, None]
    drawn = (left * lsoa_draws(edition, view, FIGURES["people_in_gap"], rows)).sum(axis=0)
    assert only.table["cumulative_people_p95"].iloc[-1] == pytest.approx(np.quantile(drawn, 0.95), rel=1e-5)


@pytest.mark.parametrize("wrong", [
    {"by": "luck"}, {"fair_share": 1.5}, {"fair_share": -0.1}, {"halve": True, "premises": 10.0}])
def test_terms_that_cannot_be(wrong: dict[str, object]) -> None:
    with pytest.raises(ViewError):
        Terms(**wrong)     # type: ignore[arg-type]


def test_terms_that_cannot_be_met_together(edition: Edition) -> None:
    with pytest.raises(ViewError, match="no choice of neighbourhoods"):
        where_first(edition, View(), edition.place(DEVON), Terms(premises=300, every_authority=200))


def test_what_is_not_settled_in_time_is_not_said_to_be_impossible(
    edition: Edition, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(priorities, "SECONDS", 0)
    with pytest.raises(ViewError, match="not settled"):
        where_first(edition, View(), edition.place(REGION), Terms(premises=5000, fair_share=0.3, every_authority=20))


def test_a_budget_pays_for_so_many(call: Call) -> None:
    assert affordable(1_000_000, 400) == 2500
    with pytest.raises(ViewError):
        affordable(1000, 0)
    budget = ("first", "--within", "Torridge", "--budget", "450000", "--cost-per-premises", "450")
    _, by_budget, _ = call(*budget, "--json")
    _, by_premises, _ = call("first", "--within", "Torridge", "--premises", "1000", "--json")
    assert by_budget == by_premises
    _, text, _ = call(*budget)
    assert NO_PRICE in text


def test_authorities_with_fewer_premises_give_all_and_are_named(edition: Edition) -> None:
    place = edition.place(REGION)
    terms = Terms(every_authority=2500)
    found = where_first(edition, View(), place, terms)
    there = found.candidates.groupby("authority")["premises"].sum()
    assert found.table.groupby("authority")["premises"].sum()[there.idxmin()] == pytest.approx(there.min())
    said = capped(edition, place, terms, found)
    fewer = edition.names("authority").loc[there.index[there < 2500]]
    assert len(fewer)
    assert said.count(",") >= len(fewer)      # one of them is in thousands
    scilly = edition.place("E06000053")
    assert "Isles of Scilly" in capped(edition, place, Terms(every_authority=1), found)     # no candidate at all
    assert len(scilly.lsoas) == 1
    assert capped(edition, edition.place(TORRIDGE), Terms(every_authority=1), found) == ""


def test_the_command_gives_the_list(edition: Edition, call: Call) -> None:
    place = edition.place(TORRIDGE)
    for words, terms in ((("--halve",), Terms(halve=True)), (("--premises", "1500"), Terms(premises=1500)),
                         (("--by", "rate", "--least", "200"), Terms(by="rate", least=200))):
        found = where_first(edition, View(speed="100"), place, terms)
        status, out, err = call("first", "--within", "Torridge", "--to", "100", *words, "--json")
        assert (status, err) == (0, "")
        rows = json.loads(out)
        assert [row["code"] for row in rows] == found.table.index.tolist()
        for row, wanted in zip(rows, found.table.to_dict("records"), strict=True):
            assert {name: row[name] for name in wanted} == wanted
            assert (row["optimality_gap"], row["edition"]) == (found.gap, edition.id)
        assert call("first", "--within", "Torridge", "--speed", "100", *words, "--json")[1] == out
        _, text, _ = call("first", "--within", "Torridge", "--to", "100", *words)
        for said in (what_it_takes(place, View(speed="100"), found), how_chosen(terms, found), TWO_ORDERS):
            assert said in text
        assert all(code in text for code in found.table.index)


def test_the_heading_says_what_half_of_the_gap_takes(edition: Edition) -> None:
    found = where_first(edition, View(), edition.place(TORRIDGE), Terms(halve=True))
    last = found.table.iloc[-1]
    said = what_it_takes(edition.place(TORRIDGE), View(), found)
    assert f"upgrade about {about(last['cumulative_premises'])} homes and businesses (between " in said
    assert f"in {len(found.table)} neighbourhoods, and about {about(last['cumulative_people'])} people (betw" in said


@pytest.mark.parametrize(("words", "said"), [
    (("--within", "Nowhere-on-Sea"), "Nowhere-on-Sea"),
    (("--within", "Bristol", "--halve"), "half of the gap of Bristol cannot be reached"),
    (("--within", "Torridge", "--fair-share", "0.2"), "England's most deprived fifth"),
    (("--within", "Devon", "--fair-share", "0.2", "--every-authority", "50"), "England's most deprived fifth"),
    (("--within", "Torridge", "--premises", "3"), "the smallest that may come first has about"),
    (("--within", "Bristol", "--fair-share", "1", "--premises", "65"), "meets all of that"),
    (("--within", "Torridge", "--least", "9000"), "no neighbourhood of Torridge has 9,000 homes"),
    (("--premises", "many"), "not a whole number"), (("--premises", "10", "--halve"), "not allowed with"),
    (("--budget", "1000"), "go together"), (("--cost-per-premises", "1000"), "go together"),
    (("--budget", "1e9", "--cost-per-premises", "1"), "budget ‘1e9’, which is not a number"),
    (("--budget", "1000", "--cost-per-premises", "0"), "more than 0 is right"),
    (("--fair-share", "1.1"), "0 to 1 is right"), (("--by", "luck"), "invalid choice"),
    (("--to", "25"), "speed ‘25’"),
])
def test_bad_input_is_one_line(call: Call, words: tuple[str, ...], said: str) -> None:
    status, out, err = call("first", *words)
    assert (status, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1


def test_a_list_as_asked_for_has_nothing_against_it(edition: Edition) -> None:
    place = edition.place(TORRIDGE)
    assert why_none(place, View(), Terms(), where_first(edition, View(), place, Terms()), smaller="") == ""


def test_what_the_solver_prints_is_no_part_of_the_answer(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:
    def loud(*asked: Any) -> priorities.Priorities:
        os.write(1, b"from the solver's own code\n")
        return where_first(*asked)

    monkeypatch.setattr("geo.cli.first.where_first", loud)
    assert main(["first", "--within", "Torridge", "--premises", "900", "--json"]) == 0
    out, err = capfd.readouterr()
    assert json.loads(out)
    assert err == "from the solver's own code\n"


@pytest.mark.parametrize(("view", "terms"), [
    (View(), Terms(halve=True)), (View(first="halve", order="rate"), Terms(by="rate", halve=True)),
    (View(first="900", least=10), Terms(premises=900, least=10)),
    (View(first="450000/450", fair=20, every=30), Terms(premises=1000, fair_share=0.2, every_authority=30)),
    (View(first="1/9999999"), Terms(premises=1 / 9_999_999)),
])
def test_a_link_asks_in_the_same_terms_as_the_command(view: View, terms: Terms) -> None:
    assert terms_of(view) == terms
    found, notices = View.from_query(view.to_query())
    assert (terms_of(found), notices) == (terms, [])
    assert stop_of(view.first).in_link() == (view.first or "halve")


@pytest.mark.parametrize(("words", "view"), [
    (("--halve",), View(first="halve")), (("--halve", "--by", "rate"), View(first="halve", order="rate")),
    (("--premises", "1500", "--least", "100"), View(first="1500", least=100)),
    (("--budget", "450000", "--cost-per-premises", "300"), View(first="450000/300")),
    (("--premises", "900", "--fair-share", "0.2", "--every-authority", "50", "--within", "Cornwall"),
     View(place="E06000052", first="900", fair=20, every=50)),
])
def test_the_command_and_the_link_give_the_same_list(
    edition: Edition, call: Call, words: tuple[str, ...], view: View,
) -> None:
    place = view.place if view.place != REGION else TORRIDGE
    found = where_first(edition, view, edition.place(place), terms_of(view))
    _, out, _ = call("first", *(() if "--within" in words else ("--within", "Torridge")), *words, "--json")
    assert [row["code"] for row in json.loads(out)] == found.table.index.tolist() != []


def test_what_would_halve_the_gap_is_one_sentence(edition: Edition, tiny_edition: Edition) -> None:
    place, view = edition.place(TORRIDGE), View(speed="100")
    found = where_first(edition, view, place, Terms(halve=True))
    last = found.table.iloc[-1]
    said = what_would_halve(place, view, found)
    assert said[1] == f"about {about(last['cumulative_premises'])} homes and businesses"
    assert said[0] == "To halve the gap of Torridge, where 100 Mbit/s cannot be had by line, upgrade "
    low, high = (about(last[f"cumulative_premises_{end}"]) for end in ("p05", "p95"))
    assert said[2] == f" (between {low} and {high}) in {len(found.table)} neighbourhoods."
    one = edition.place("E01020301")
    alone = "".join(what_would_halve(one, view, where_first(edition, view, one, Terms(halve=True))))
    assert alone.startswith("In ")
    assert alone.endswith(f". {HALF_OF_ONE}")
    nobody, view = tiny_edition.place("E07000003"), View(speed="10")
    none = where_first(tiny_edition, view, nobody, Terms(halve=True))
    assert what_would_halve(nobody, view, none)[1] == "nobody"
    assert why_none(nobody, view, Terms(halve=True), none, smaller="less").startswith("nobody in ")


def test_the_cure_is_named_as_the_reader_can_follow_it(edition: Edition) -> None:
    place = edition.place(TORRIDGE)
    terms = Terms(least=9000)
    found = where_first(edition, View(), place, terms)
    said = why_none(place, View(), terms, found, smaller="a smaller number on the left")
    assert said.endswith(": a smaller number on the left may be right")


def test_a_list_is_summed_by_authority(edition: Edition, tiny_edition: Edition) -> None:
    view = View(speed="100")
    found = where_first(edition, view, edition.place(DEVON), Terms(premises=9000))
    table = by_authority(found, edition, view)
    assert table["premises"].is_monotonic_decreasing
    assert table["premises"].sum() == pytest.approx(found.table["premises"].sum())
    assert table["neighbourhoods"].sum() == len(found.table)
    for code, row in table.iterrows():
        there = found.table.index[found.table["authority"] == code]
        assert row["name"] == edition.names("authority")[code]
        assert row["neighbourhoods"] == len(there)
        for name, key in (("premises", "premises_below"), ("people", "people_in_gap")):
            wanted = sum_intervals(edition, view, FIGURES[key], pd.Series("all", there)).loc["all"]
            assert row[f"{name}_p05"] == pytest.approx(wanted["p05"], rel=1e-5)
            assert row[f"{name}_p95"] == pytest.approx(wanted["p95"], rel=1e-5)
    place = tiny_edition.place("E07000001")
    untested = by_authority(where_first(tiny_edition, View(), place, Terms(least=0)), tiny_edition, View())
    assert untested["premises_p05"].isna().all()
    assert len(untested)
    nothing = where_first(edition, View(), edition.place(TORRIDGE), Terms(fair_share=0.5))
    assert by_authority(nothing, edition, View()).empty
