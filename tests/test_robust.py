"""In how many views a claim holds: every view is worked out again here by what pages show, `rank` and `show`."""

import json
import random
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from geo.core.cache import forget
from geo.core.choices import HUBS, REGION
from geo.core.measures import FIGURES
from geo.core.view import View
from geo.edition.store import Edition, load_edition
from geo.figures import robust as of_views
from geo.figures.claim import england_rate
from geo.figures.place import show
from geo.figures.profile import place_profile
from geo.figures.ranking import rank
from geo.figures.robust import CLAIMED, COUNTED, Held, people_in_views, robust, views_of, warm_views
from geo.words.robust import EXAMPLES, NAMED, about_views, claim_words, claims_held, none_holds

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
TORRIDGE, HARTLAND, EXETER, SCILLY, LSOA = "E07000046", "E05011923", "E07000041", "E06000053", "E01020301"
Call = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def edition() -> Edition:
    return load_edition(geometry=False)


def held(edition: Edition, code: str, key: str, view: View | None = None) -> Mapping[str, Held]:
    found = robust(edition, view or View(), edition.place(code))
    return {row.claim: row for row in found if row.measure == key}


def asked_again(edition: Edition, code: str, key: str, view: View) -> dict[str, bool | None] | None:
    """Answer every claim as a reader would who opens the view; None where too few are counted."""
    here, place = show(edition, view.replace(place=code))[key], edition.place(code)
    if here.value is None or here.value < COUNTED:
        return None
    rate = here.rate or 0.0
    answers: dict[str, bool | None] = {}
    if place.kind in {"authority", "ward"}:
        for claim, per in (("most", "count"), ("highest", "rate")):
            ranked = rank(edition, view, by=place.kind, measure=key, per=per)
            worst = 3 if len(ranked) <= 100 else len(ranked) // 10
            answers[claim] = int(ranked.set_index("code")["rank"][code]) <= worst
    if code != REGION:
        answers["above_region"] = rate > (show(edition, view.replace(place=REGION))[key].rate or 0.0)
    if key == "people_in_gap":
        england = england_rate(edition, view.speed, view.work)
        answers["above_england"] = None if england is None else rate > england
    return answers


@pytest.mark.parametrize("code", [TORRIDGE, HARTLAND, EXETER, LSOA, REGION, "E07000046+E07000047"])
def test_people_in_the_gap_in_all_its_views(edition: Edition, code: str) -> None:
    again = [(options, asked_again(edition, code, "people_in_gap", View(**options)))
             for options in views_of(FIGURES["people_in_gap"])]
    assert len(again) == 12
    rows = held(edition, code, "people_in_gap")
    assert set(rows) == {claim for _, answers in again if answers for claim in answers}
    for claim, row in rows.items():
        answers = [(options, found[claim]) for options, found in again if found]
        assert row.few == 12 - len(answers)
        assert row.unknown == sum(answer is None for _, answer in answers)
        assert row.holds == sum(answer is True for _, answer in answers)
        assert row.of == len(answers) - row.unknown
        failing = [options for options, answer in answers if answer is False]
        assert len(row.fails) == len(failing)
        assert all(options in row.fails for options in failing)


def sample(number: int) -> list[dict[str, Any]]:
    """Views of every hub, and others."""
    views = [dict(view) for view in views_of(FIGURES["nowhere_to_turn"])]
    draw = random.Random(11)  # noqa: S311 - the same again, not secret
    return [draw.choice([view for view in views if view["hub"] == hub]) for hub in HUBS] + draw.sample(views, number)


@pytest.mark.parametrize("code", [TORRIDGE, HARTLAND])
def test_nowhere_to_turn_in_a_sample_of_its_views(edition: Edition, code: str) -> None:
    rows, told = held(edition, code, "nowhere_to_turn"), {True: 0, False: 0, None: 0}
    fails = {claim: {tuple(options.items()) for options in row.fails} for claim, row in rows.items()}
    for options in sample(25):
        answers = asked_again(edition, code, "nowhere_to_turn", View(**options))
        for claim in rows:
            answer = None if answers is None else answers[claim]
            assert (tuple(options.items()) in fails[claim]) == (answer is False), (claim, options)
            told[answer] += 1
    assert all(told.values())     # the sample has some of each


@pytest.mark.parametrize("code", [TORRIDGE, HARTLAND, SCILLY])
def test_people_of_every_view_are_those_that_show_counts(edition: Edition, code: str) -> None:
    views = [dict(view) for view in views_of(FIGURES["nowhere_to_turn"])]
    people, workers = people_in_views(edition, "nowhere_to_turn", edition.place(code).lsoas)
    assert len(people) == len(views)
    for options in sample(12):
        answer = show(edition, View(**options, place=code))
        assert people[views.index(options)] == pytest.approx(answer["nowhere_to_turn"].value, rel=1e-12, abs=1e-12)
        assert workers == answer["workers"].value


@pytest.mark.parametrize("code", [TORRIDGE, HARTLAND, EXETER, SCILLY, LSOA])
def test_every_view_is_counted_once(edition: Edition, code: str) -> None:
    for row in robust(edition, View(), edition.place(code)):
        assert row.of + row.few + row.unknown == len(views_of(FIGURES[row.measure]))
        assert row.holds + len(row.fails) == row.of
        assert 0 <= row.holds <= row.of


def test_views_go_by_the_options_that_the_measure_depends_on_and_no_others() -> None:
    for key, number in (("people_in_gap", 6 * 2), ("nowhere_to_turn", 6 * 2 * 13 * 7 * 2 * 2)):
        views = views_of(FIGURES[key])
        assert {tuple(view) for view in views} == {FIGURES[key].options}
        assert len({tuple(view.items()) for view in views}) == len(views) == number
        assert f"{number:,} views" in about_views()
        assert f"{number:,} views" in " ".join((ROOT / "docs" / "method.md").read_text(encoding="utf-8").split())
    assert set(CLAIMED) == {"people_in_gap", "nowhere_to_turn"}


def test_the_views_that_fail_come_nearest_to_the_readers_first(edition: Edition) -> None:
    view = View(speed="gigabit", hub="exeter", minutes=60)
    row = held(edition, TORRIDGE, "nowhere_to_turn", view)["highest"]
    changes = [sum(getattr(view, name) != value for name, value in options.items()) for options in row.fails]
    assert changes == sorted(changes)
    assert changes[0] < changes[-1]
    assert len(row.fails) == len(held(edition, TORRIDGE, "nowhere_to_turn")["highest"].fails)


@pytest.mark.parametrize(("code", "claims"), [
    (REGION, {"above_england"}),
    ("E07000084", {"above_region", "above_england"}),     # of Hampshire: not ranked
    (LSOA, {"above_region", "above_england"}),
])
def test_ranks_are_claimed_where_places_are_ranked(edition: Edition, code: str, claims: set[str]) -> None:
    assert set(held(edition, code, "people_in_gap")) == claims
    assert ("above_region" in held(edition, code, "nowhere_to_turn")) == (code != REGION)


def test_a_claim_is_said_with_its_views_and_what_was_left_out(edition: Edition) -> None:
    place = edition.place(HARTLAND)
    row = held(edition, HARTLAND, "people_in_gap")["most"]
    assert claim_words(place, row) == "People in the gap: among the tenth of 815 wards with most"
    lines = {line.claim: line for line in claims_held(place_profile(edition, View(place=HARTLAND)))}
    line = lines[claim_words(place, row)]
    assert line.held == f"{row.holds} of {row.of} views"
    assert line.left_out == f"{row.few} with fewer than 30 people"
    assert [view.options() for view, _ in line.fails] == [{**View().options(), **options} for options in row.fails]
    assert all(view.place == HARTLAND for view, _ in line.fails)
    long = next(line for line in lines.values() if line.more)
    assert len(long.fails) == EXAMPLES
    assert all(len(line.fails) <= NAMED for line in lines.values())
    quiet = claims_held(place_profile(edition, View(place=EXETER)))
    assert all(not line.held.startswith("0 ") for line in quiet)
    assert none_holds(edition.place(EXETER)).startswith("Exeter is nowhere")


def test_the_command_answers_people_and_programs(edition: Edition, call: Call) -> None:
    status, out, err = call("robust", "Torridge", "--json")
    assert (status, err) == (0, "")
    found = robust(edition, View(), edition.place(TORRIDGE))
    assert json.loads(out) == json.loads(json.dumps([row._asdict() for row in found]))
    status, text, _ = call("robust", "Torridge")
    assert status == 0
    for row in found:
        line = next(line for line in text.splitlines() if line.startswith(claim_words(edition.place(TORRIDGE), row)))
        assert f"{row.holds:,} of {row.of:,} views" in line
    assert call("robust", "Nowhere-on-Sea")[0] == 2


@pytest.mark.parametrize("key", CLAIMED)
def test_views_that_change_fewest_choices_are_named_first(edition: Edition, key: str) -> None:
    view = View(speed="100", minutes=95, clock="door")
    chosen = view.options()
    for row in held(edition, EXETER, key, view).values():
        changes = [sum(chosen[name] != value for name, value in options.items()) for options in row.fails]
        assert changes == sorted(changes)


def test_what_is_counted_beforehand_is_not_counted_again(edition: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    forget()
    warm_views(edition)
    monkeypatch.delattr(of_views, "area_figures")
    monkeypatch.delattr(of_views, "_positions")
    for key in CLAIMED:
        assert len(people_in_views(edition, key, edition.areas.index[:3])[0]) == len(views_of(FIGURES[key]))
