"""What if: nothing changes nothing, everything leaves nobody, disjoint upgrades add up, journeys go one way."""

import gc
import json
import weakref
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from geo.core.choices import SPEEDS
from geo.core.errors import EditionError, PlaceError, ViewError
from geo.core.measures import FIGURES
from geo.core.priority_terms import Terms
from geo.core.view import FIGURE_OPTIONS, View
from geo.core.what_if_terms import AddedTrains, WhatIf
from geo.edition.store import Edition, load_edition
from geo.figures.areas import area_figures
from geo.figures.draws import lsoa_draws
from geo.figures.intervals import Interval
from geo.figures.line_or_train import line_or_train
from geo.figures.place import show
from geo.figures.place_json import named_figures
from geo.figures.priorities import candidates, where_first
from geo.figures.scenario import journeys_after, lines_served, scenario
from geo.figures.what_if import CHANGING, area_changes, what_if, who_gains
from geo.words.what_if import NOTHING_ASKED, beside_the_change, moved, what_it_does

pytestmark = pytest.mark.slow

CORNWALL, DEVON, TORRIDGE, WEST_DEVON = "E06000052", "E10000008", "E07000046", "E07000047"
Call = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def edition() -> Edition:
    return load_edition(geometry=False)


def numbers(edition: Edition, view: View) -> dict[str, float | int | None]:
    return {figure.name: figure.value for figure in named_figures(show(edition, view))}


@pytest.mark.parametrize("view", [
    View(place=DEVON), View(place=DEVON, rail=0), View(place=DEVON, upgrade=CORNWALL),
    View(place=DEVON, upgrade=TORRIDGE, to="uso", speed="gigabit"),
], ids=str)
def test_what_changes_nothing_changes_nothing(edition: Edition, view: View) -> None:
    outcome = what_if(edition, view)
    tiers = set(outcome.terms.tiers())
    for figure in named_figures(outcome.after):
        if figure.value != numbers(edition, view)[figure.name]:
            assert tiers.intersection(figure.name.split(".")), figure.name
    assert not any(outcome.change(key) for key in CHANGING)
    assert all(tuple(found) == (0, 0) for found in outcome.changes.values())


def test_no_terms_are_the_edition_itself(edition: Edition) -> None:
    assert scenario(edition, WhatIf()) is edition
    assert what_it_does(edition, View(), what_if(edition, View())) == (NOTHING_ASKED,)


@pytest.mark.parametrize("to", SPEEDS)
def test_upgrading_everything_leaves_nobody_in_the_gap(edition: Edition, to: str) -> None:
    outcome = what_if(edition, View(place=CORNWALL, upgrade=CORNWALL, to=to, speed=to))
    for tier in outcome.terms.tiers():
        assert outcome.after.at("people_in_gap", tier).count == 0 == outcome.after.at("premises_below", tier).count
        assert not outcome.after.at("premises_below", tier).published
        assert outcome.after.at("people_in_gap", tier).interval == (0, 0)
    for tier in set(SPEEDS) - set(outcome.terms.tiers()):
        assert outcome.after.at("people_in_gap", tier).value == outcome.before.at("people_in_gap", tier).value
        assert outcome.after.at("premises_below", tier).published
    assert outcome.after["nowhere_to_turn"].count == 0


def test_disjoint_upgrades_add_up(edition: Edition) -> None:
    def changes(upgrade: str) -> np.ndarray:
        outcome = what_if(edition, View(place=DEVON, upgrade=upgrade))
        return np.array([outcome.change(key) for key in CHANGING])

    both = changes(f"{TORRIDGE}+{WEST_DEVON}")
    np.testing.assert_allclose(changes(TORRIDGE) + changes(WEST_DEVON), both)
    assert (both[:3] < 0).all()
    # A place named twice, or inside another, is upgraded once.
    np.testing.assert_allclose(changes(f"{DEVON}+{TORRIDGE}"), changes(DEVON))


def test_an_upgrade_recomputed_from_the_areas(edition: Edition) -> None:
    outcome = what_if(edition, View(place=DEVON, upgrade=TORRIDGE))
    lsoas = edition.place(TORRIDGE).lsoas
    people = area_figures(edition, View()).loc[lsoas, "people_in_gap_30_estimate"].sum()
    assert outcome.change("people_in_gap") == pytest.approx(-people)
    rows = edition.areas.index.get_indexer(lsoas)
    drawn = lsoa_draws(edition, View(), FIGURES["people_in_gap"], rows).sum(axis=0, dtype="float64")
    assert tuple(outcome.changes["people_in_gap"]) == pytest.approx(tuple(np.quantile(-drawn, [0.05, 0.95])), rel=1e-5)


def test_half_of_the_gap_by_the_list_is_what_show_gives_after_that_upgrade(edition: Edition) -> None:
    place = edition.place(TORRIDGE)
    found = where_first(edition, View(), place, Terms(halve=True))
    outcome = what_if(edition, View(place=TORRIDGE, upgrade="+".join(found.table.index)))
    taken = found.table["cumulative_people"].iloc[-1]
    assert -outcome.change("people_in_gap") == pytest.approx(taken)
    assert outcome.after["people_in_gap"].count <= outcome.before["people_in_gap"].count / 2


def test_who_gains_sums_to_the_change(edition: Edition) -> None:
    view = View(place=DEVON, upgrade=TORRIDGE, rail=-30)
    outcome = what_if(edition, view)
    table = who_gains(edition, view, outcome)
    for group in ("fifth", "setting", "authority"):
        rows = table[table["group"] == group]
        assert rows["residents"].sum() == outcome.before["residents"].count
        for key in ("people_in_gap", "nowhere_to_turn"):
            assert rows[f"{key}_change"].sum() == pytest.approx(outcome.change(key))
            assert rows[f"{key}_before"].sum() == pytest.approx(outcome.before[key].count)
            assert (rows[f"{key}_p05"] <= rows[f"{key}_p95"]).all()
    areas = area_changes(edition, view, outcome)
    assert areas.index.is_monotonic_increasing
    for key in CHANGING:
        assert areas[f"{key}_change"].sum() == pytest.approx(outcome.change(key), abs=0.5)


@pytest.mark.parametrize("terms", [
    {"close": "DWL-TGM"}, {"close": "EXD-NTA"}, {"close": "SAL-EXD"}, {"close": "TRU-PNZ"}, {"rail": 25},
    {"rail": 10, "stations": "EXD.NTA"}, {"rail": 15, "line": "Paddington-Plymouth"},
], ids=str)
def test_what_is_worse_is_quicker_for_nobody_from_the_door(edition: Edition, terms: dict[str, str | int]) -> None:
    after = scenario(edition, WhatIf.of(View(**terms)))
    times = edition.journeys.merge(after.journeys, on=["station", "hub"], suffixes=("", "_after"))
    assert (times["typical_after"] >= times["typical"]).all()
    assert (times["fastest_after"] >= times["fastest"]).all()
    assert (times["typical_after"] > times["typical"]).any() or len(after.journeys) < len(edition.journeys)
    for hub in ("london", "any"):
        assert_later(edition, after, hub)


@pytest.mark.parametrize("terms", [
    {"add": "EXD,TAU,PAD@06:00-09:00/30:20,80"}, {"add": "PNZ,PLY,EXD@05:00-10:00/60:80,40"}, {"rail": -25},
    {"rail": -60}, {"rail": -10, "stations": "BNP"},
], ids=str)
def test_what_is_better_is_slower_for_nobody_from_the_door(edition: Edition, terms: dict[str, str | int]) -> None:
    after = scenario(edition, WhatIf.of(View(**terms)))
    times = edition.journeys.merge(after.journeys, on=["station", "hub"], suffixes=("", "_after"))
    assert len(times) == len(edition.journeys)
    assert (times["typical_after"] <= times["typical"]).all()
    assert (times["fastest_after"] <= times["fastest"]).all()
    assert (times["typical_after"] < times["typical"]).any()
    for hub in ("london", "any"):
        assert_later(after, edition, hub)


def assert_later(sooner: Edition, later: Edition, hub: str) -> None:
    """Of every LSOA no more postcodes are within any number of minutes later than sooner, and none is lost."""
    for access in ("car", "walk"):
        within = [reach.pivot_table(index="area", columns="minutes", values="postcodes", aggfunc="sum", fill_value=0,
                                    observed=False)
                  for reach in (sooner.reach(hub, "door", access), later.reach(hub, "door", access))]
        minutes = sorted({*within[0], *within[1]})
        first, last = (table.reindex(columns=minutes, fill_value=0).cumsum(axis=1) for table in within)
        assert (first >= last).all(axis=None)
        assert (first.iloc[:, -1] == last.iloc[:, -1]).all()


def test_every_door_timed_again_is_the_edition_itself(edition: Edition) -> None:
    moved = scenario(edition, WhatIf.of(View(rail=1)))
    # Back again: the same journeys, timed by the same scan from the same points.
    back = scenario(replace(edition, journeys=moved.journeys), WhatIf.of(View(rail=-1)))
    both = [each.reach_table.to_pandas().sort_values(["hub", "clock", "access", "area", "minutes"], ignore_index=True)
            for each in (edition, back)]
    journeys = edition.journeys.merge(back.journeys, on=["station", "hub"])
    assert (journeys["typical_x"] - journeys["typical_y"]).abs().max() < 1e-9
    pd.testing.assert_frame_equal(*both, check_categorical=False)


def test_minutes_go_no_lower_than_half_of_the_fastest(edition: Edition) -> None:
    after = journeys_after(edition, WhatIf.of(View(rail=-60))).set_index(["station", "hub"])
    was = edition.journeys.set_index(["station", "hub"])
    to_london = was.index.get_level_values("hub") == "london"
    expected = np.maximum(was["typical"] - 60, was["fastest"] / 2).round(4)
    pd.testing.assert_series_equal(after.loc[to_london, "typical"],
                                   np.minimum(expected, was["typical"])[to_london], check_names=False)
    pd.testing.assert_frame_equal(after[~to_london], was[~to_london])
    assert (after.loc[pd.IndexSlice[["PAD", "WAT"], "london"], "typical"] == 0).all()


def test_a_line_is_its_stations_and_nothing_else(edition: Edition) -> None:
    name = "Paddington-Plymouth"
    assert name in lines_served(edition)
    rows = edition.connections[edition.connections["line"] == name]
    calls = {*rows["origin"], *rows["target"]}
    after = journeys_after(edition, WhatIf.of(View(rail=7, line=name.upper())))
    moved = after["typical"] != edition.journeys["typical"]
    assert set(after.loc[moved, "station"]) == calls - {"PAD"}
    assert set(after.loc[moved, "hub"]) == {"london"}


@pytest.mark.parametrize(("changes", "said"), [
    ({"rail": 5, "stations": "PNZ", "line": "Paddington-Plymouth"}, "one of the two"),
    ({"stations": "PNZ"}, "without minutes"), ({"close": "PNZ-PNZ"}, "two stations"),
    ({"add": "PNZ,TRU@06:00-09:00/60:10,10"}, "2 calls have 1 runs"), ({"add": "PNZ,PNZ@06:00-09:00/60:10"}, "twice"),
    ({"add": "PNZ,TRU@09:00-06:00/60:10"}, "not after the last"), ({"add": "PNZ,TRU@06:00-09:00/0:10"}, "a minute"),
    ({"add": "PNZ,TRU@06:00-09:00/60:0"}, "from 1 to 360"), ({"add": "PNZ,TRU@00:00-23:59/1:10"}, "more than 300"),
])
def test_terms_that_cannot_be_are_refused_in_words(changes: dict[str, str | int], said: str) -> None:
    with pytest.raises(ViewError, match=said):
        WhatIf.of(View(**changes))


@pytest.mark.parametrize("changes", [
    {"rail": -1000}, {"rail": 61}, {"close": "DWL"}, {"close": "dwl-tgm"}, {"add": "PNZ@06:00-09:00/60:10"},
    {"add": "PNZ,TRU@6-9/60:10"}, {"upgrade": "<b>"}, {"to": "31"}, {"stations": "PNZ,TRU"},
])
def test_a_view_holds_only_what_can_be_read(changes: dict[str, str | int]) -> None:
    with pytest.raises(ViewError):
        View(**changes)


@pytest.mark.parametrize(("changes", "said"), [
    ({"close": "PNZ-XXX"}, "no station ‘XXX’"), ({"close": "PNZ-{unserved}"}, "no line that trains run on joins"),
    ({"add": "PNZ,QQQ@06:00-09:00/60:10"}, "no station ‘QQQ’"), ({"rail": 5, "stations": "QQQ"}, "no station"),
    ({"rail": 5, "line": "Plymuth"}, "did you mean"), ({"rail": 5, "line": "Q1"}, "names its lines otherwise"),
    ({"upgrade": "E07999999"}, "no place"),
])
def test_what_is_not_there_is_said(edition: Edition, changes: dict[str, str | int], said: str) -> None:
    unserved = edition.stations.index[~edition.stations["served"]][0]
    asked = {name: value.format(unserved=unserved) if isinstance(value, str) else value
             for name, value in changes.items()}
    with pytest.raises(PlaceError, match=said):
        scenario(edition, WhatIf.of(View(**asked)))


def test_an_edition_without_trains_says_so(edition: Edition) -> None:
    bare = replace(edition)
    vars(bare)["connections"] = edition.connections.head(0)
    with pytest.raises(EditionError, match="not in this edition"):
        scenario(bare, WhatIf.of(View(rail=5)))
    assert scenario(bare, WhatIf.of(View(upgrade=TORRIDGE))).original is bare


def test_the_same_terms_are_the_same_however_they_are_written() -> None:
    one = WhatIf.of(View(upgrade=f"{TORRIDGE}+{WEST_DEVON}", close="TGM-DWL", rail=5, stations="TRU.PNZ"))
    other = WhatIf.of(View(upgrade=f"{WEST_DEVON}+{TORRIDGE}+{TORRIDGE}", close="DWL-TGM", rail=5, stations="PNZ.TRU"))
    assert one == other
    assert hash(one) == hash(other)
    assert AddedTrains.read("EXD,TAU,PAD@06:05-09:00/60:25,95") == (("EXD", "TAU", "PAD"), 365, 540, 60, (25, 95))


def test_what_ifs_asked_for_long_ago_are_let_go_with_their_answers(edition: Edition) -> None:
    asked = [View(place=CORNWALL, upgrade=code) for code in edition.place(CORNWALL).lsoas[:12]]
    made = []
    for view in asked:
        outcome = what_if(edition, view)
        assert outcome.after["nowhere_to_turn"].interval is not None
        made.append(weakref.ref(outcome.edition))
        del outcome
    gc.collect()
    assert sum(each() is not None for each in made) <= 7
    assert what_if(edition, asked[0]).change("people_in_gap") <= 0
    assert show(edition, View(place=CORNWALL)) is show(edition, View(place=CORNWALL))


def test_line_or_train_by_the_list(edition: Edition) -> None:
    place, view = edition.place(DEVON), View()
    found = line_or_train(edition, view, place)
    assert [row.minutes for row in found] == [10, 20, 30]
    for row in found:
        outcome = what_if(edition, View(place=DEVON, rail=-row.minutes))
        assert row.people == pytest.approx(-outcome.change("nowhere_to_turn"))
        assert row.people_sure == Interval(*sorted(-end for end in outcome.changes["nowhere_to_turn"]))
        assert row.premises is not None
        assert row.premises_sure is not None
        assert row.premises_sure.p05 < row.premises < row.premises_sure.p95
    assert found[0].people <= found[1].people <= found[2].people
    listed = candidates(edition, view, place)
    turn = area_figures(edition, view)["nowhere_to_turn_estimate"].loc[listed.index]
    ratio = (turn / listed["premises"]).sort_values(ascending=False)
    premises, people = (values.loc[ratio.index].cumsum() for values in (listed["premises"], turn))
    enough = int((people < found[0].people).sum())
    assert found[0].premises is not None
    # Never more than by the order alone, and never fewer than by parts of neighbourhoods.
    assert premises.iloc[enough - 1] < found[0].premises <= premises.iloc[enough] + 1e-6


def test_words_of_a_change(edition: Edition) -> None:
    view = View(place=CORNWALL, close="DWL-TGM", hub="bristol", minutes=180)
    outcome = what_if(edition, view)
    said = "".join(what_it_does(edition, view, outcome))
    assert said.startswith("If the line between Dawlish and Teignmouth were closed, then in Cornwall about 137,000 "
                           "more residents (between ")
    assert said.endswith("would have nowhere to turn: neither the line nor the train.")
    assert any("from the door" in line for line in beside_the_change(view, outcome))
    low = what_if(edition, View(place=CORNWALL, upgrade=CORNWALL, to="10"))
    assert any("nothing changes" in line for line in beside_the_change(View(place=CORNWALL), low))
    assert [moved(change, None) for change in (1.2, -0.9, 0.2)] == [
        "about one person more", "about one person fewer", "less than one person more"]
    assert moved(3.0, Interval(-2.0, 5.0)) == "about 3 more people (between 2 fewer and 5 more)"


def test_command_line(call: Call) -> None:
    code, out, err = call("whatif", "Torridge", "--upgrade", "Torridge", "--to", "30", "--json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert set(found) == {"before", "after", "change"}
    shown = json.loads(call("show", "Torridge", "--json")[1])
    assert found["before"] == shown
    assert set(found["after"]) == set(shown)
    assert found["after"]["people_in_gap"]["estimate"] == 0
    assert found["after"]["notes"][0].startswith("What if every home and business in Torridge could have at least")
    assert found["change"]["people_in_gap"]["estimate"] == -shown["people_in_gap"]["estimate"]
    sure = found["change"]["certainty"]["people_in_gap"]
    assert sure["p05"] < sure["p95"] < 0
    assert [found["before"]["view"][name] for name in FIGURE_OPTIONS] == [
        found["after"]["view"][name] for name in FIGURE_OPTIONS]
    code, out, _ = call("whatif", "Devon", "--rail-minutes", "−10", "--hub", "bristol")
    assert code == 0
    assert "all train journeys to Bristol Temple Meads were 10 minutes quicker" in out


@pytest.mark.parametrize(("arguments", "said"), [
    (("--rail-minutes", "-1000"), "whole number from -60 to 60"), (("--rail-minutes", "x"), "whole number"),
    (("--to", "30"), "without --upgrade"), (("--close", "DWL-QQQ"), "no station ‘QQQ’"),
    (("--close", "DWL"), "DWL-TGM"),
    (("--upgrade", "Nowhere"), "no place called"), (("--add", "x"), "EXD,TAU,PAD@"),
    (("--stations", "PNZ"), "without minutes"),
])
def test_bad_input_is_one_line(call: Call, arguments: tuple[str, ...], said: str) -> None:
    code, out, err = call("whatif", "Devon", *arguments)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert said in err


def test_minus_nothing_is_no_change(call: Call) -> None:
    found = json.loads(call("whatif", "Torridge", "--rail-minutes", "-0", "--json")[1])
    assert found["before"] == found["after"]
    assert set(numbers_in(found["change"])) == {0}


def numbers_in(answer: object) -> list[float]:
    if isinstance(answer, dict):
        return [number for name, value in answer.items() if name not in {"place", "view", "edition"}
                for number in numbers_in(value)]
    return [answer] if isinstance(answer, int | float) else []
