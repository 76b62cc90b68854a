"""The sentences and figures of the pages, made from answers of `show`."""

import dataclasses
import re
from functools import partial

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.cli.text_tables import journey_text, show_text
from geo.core.choices import MINUTES, SPEEDS
from geo.core.measures import FIGURES
from geo.core.rounding import about, counts
from geo.core.view import View
from geo.edition.facts import RailSource
from geo.edition.store import Edition
from geo.figures.intervals import Interval, Intervals
from geo.figures.journeys import journey
from geo.figures.place import Figure, PlaceFigures, show
from geo.words.beside_claim import beside_claim
from geo.words.claim import CARDS, bases, cards, headline, other_speeds, spoken_name
from geo.words.definitions import distance, duration, rail_words, speed_in_words, timetable_name
from geo.words.place import figure_texts, place_lines
from geo.words.rail import rail_claim


@pytest.fixture
def answer(tiny_edition: Edition) -> PlaceFigures:
    return show(tiny_edition, View())


def with_people(answer: PlaceFigures, **people: tuple[float, float, float]) -> PlaceFigures:
    """The same answer with other figures of people: value, and the ends of its interval."""
    changed = {key: dataclasses.replace(answer[key], value=value, intervals=partial(Intervals, Interval(low, high)))
               for key, (value, low, high) in people.items()}
    return dataclasses.replace(answer, figures={**answer.figures, **changed})


def test_headline_leads_with_the_ratio_to_england_and_says_range_and_cliff(answer: PlaceFigures) -> None:
    pieces = headline(with_people(
        answer, people_in_gap=(43_382.1, 29_310, 58_766), nowhere_to_turn=(20_812.0, 14_100, 28_200)))
    assert "".join(pieces) == (
        "Of every 1,000 workers in the South West, 29.3 are in jobs of the kind that can be done from home and live "
        "where superfast broadband (30\u00a0Mbit/s) cannot be had by line, 26 times England’s rate (about 1.1): about "
        "43,400 people (between 29,300 and 58,800), of whom about 20,800 also live more than two hours from London by "
        "train (58 if the limit is ten minutes less, 50 if ten more: the minutes are indicative)."
    )
    assert pieces[1::2] == ("29.3", "26 times England’s rate", "about 43,400 people", "about 20,800")


def test_a_cliff_that_is_none_is_said_shortly(answer: PlaceFigures) -> None:
    level = dataclasses.replace(answer.claim, nowhere_to_turn_at={110: 20_811.0, 130: 20_809.0})
    flat = dataclasses.replace(with_people(answer, nowhere_to_turn=(20_810.0, 1.0, 2.0)), claim=level)
    said = "(the same if the limit is ten minutes less or more: the minutes are indicative)."
    assert "".join(headline(flat)).endswith(said)


def test_none_at_the_limit_nor_just_below_it_is_said_alone(answer: PlaceFigures) -> None:
    near = dataclasses.replace(answer.claim, nowhere_to_turn_at={110: 0.0, 130: 0.0})
    none = dataclasses.replace(with_people(answer, nowhere_to_turn=(0.0, 0.0, 0.0)), claim=near)
    assert "".join(headline(none)).endswith("; none of them lives more than two hours from London by train.")


def test_a_card_says_a_small_rate_as_the_headline_does(answer: PlaceFigures) -> None:
    rare = dataclasses.replace(answer["people_in_gap"], rate=0.042)
    gap, *_ = cards(dataclasses.replace(answer, figures={**answer.figures, "people_in_gap": rare}))
    assert gap.notes[-1] == "0.042 of every 1,000 workers"


def test_an_official_timetable_needs_no_cliff_in_the_sentence(railed_edition: Edition) -> None:
    assert "indicative" not in "".join(headline(show(railed_edition, View())))


@pytest.mark.parametrize(("gap", "turn", "said"), [
    (0.0, 0.0, "In the South West nobody is in a job of the kind that can be done from home and lives where superfast"),
    (0.3, 0.0, "fewer than one person (between 0 and 1); none of them lives more than two hours"),
    (12.0, 0.0, ("; none of them lives more than two hours from London by train (58 if the limit is ten minutes less: "
                 "the minutes are indicative).")),
    (12.0, 0.2, ", of whom fewer than one also lives more than"),
])
def test_headline_with_few_people(answer: PlaceFigures, gap: float, turn: float, said: str) -> None:
    few = with_people(answer, people_in_gap=(gap, gap / 2, 2 * gap), nowhere_to_turn=(turn, turn / 2, 2 * turn))
    assert said in "".join(headline(few))


def test_legal_minimum_counts_fixed_wireless_too_and_england_is_not_known(tiny_edition: Edition) -> None:
    answer = show(tiny_edition, View(speed="uso"))
    said = "".join(headline(answer))
    assert "the legal minimum (10\u00a0Mbit/s down and 1 up) cannot be had by line or fixed wireless" in said
    assert "England" not in said
    assert answer.claim.england_rate is None
    assert beside_claim(answer)[0].text.startswith("England’s rate at this speed is not known")


def test_every_speed_and_time_has_words() -> None:
    assert all(speed_in_words(speed) for speed in SPEEDS)
    assert duration(90) == "an hour and a half"
    assert duration(97) == "97 minutes"
    assert len({duration(minutes) for minutes in MINUTES}) == len(MINUTES)


def test_the_other_clock_is_said(tiny_edition: Edition) -> None:
    view = View(clock="door", hub="exeter", minutes=60)
    assert distance(view) == "more than an hour from Exeter St Davids, counted from the door"


@pytest.mark.parametrize(("speed", "beside"), [
    ("30", ("By the legal minimum (10/1 Mbit/s)", "by the strict test (10 Mbit/s)",
            "by the target of public policy (a gigabit)")),
    ("10", ("By the legal minimum (10/1 Mbit/s)", "by the target of public policy (a gigabit)")),
    ("gigabit", ("By the legal minimum (10/1 Mbit/s)", "by the strict test (10 Mbit/s)")),
    ("uso", ("By the strict test (10 Mbit/s)", "by the target of public policy (a gigabit)")),
])
def test_legal_minimum_strict_test_and_target_stand_beside(
    tested_edition: Edition, speed: str, beside: tuple[str, ...],
) -> None:
    answer = show(tested_edition, View(speed=speed))
    sentence = other_speeds(answer)
    assert sentence.count("about") == len(beside)
    for words, key in zip(beside, [key for key in ("uso", "10", "gigabit") if key != speed], strict=True):
        gap = answer.at("people_in_gap", key)
        low, high = gap.interval
        spread = f"(between {about(low)} and {about(high)})"
        assert f"{words}: about {about(gap.value)} {spread}" in sentence


@pytest.mark.parametrize(("name", "said"), [
    ("South West", "the South West"), ("Bristol, City of", "Bristol"), ("Torridge", "Torridge"),
    ("Isles of Scilly", "the Isles of Scilly"), ("Forest of Dean", "the Forest of Dean"),
    ("South West Devon", "South West Devon"), ("South West Wiltshire", "South West Wiltshire"),
])
def test_names_as_they_are_said(name: str, said: str) -> None:
    assert spoken_name(name) == said


def test_cards_are_the_figures_of_show_with_their_bases(answer: PlaceFigures) -> None:
    gap, turn, premises, rail = cards(answer)
    assert tuple(card.key for card in (gap, turn, premises, rail)) == CARDS
    assert [card.label for card in (gap, turn, premises, rail)] == [
        "People in the gap", "Nowhere to turn", "Premises in the gap", "Cut off by rail"]
    assert gap.value == f"about {about(answer['people_in_gap'].value)}"
    assert turn.value == f"about {about(answer['nowhere_to_turn'].value)}"
    assert premises.value == f"{answer.at('premises_below', '30').value:,}" == "460"
    assert premises.notes == ("17.0 % of 2,700 homes and businesses",)
    assert rail.value == f"about {about(answer['cut_off_by_rail'].value)}"
    residents = answer["residents"].value
    all_of_them = dataclasses.replace(answer["cut_off_by_rail"], value=float(residents))
    everybody = cards(dataclasses.replace(answer, figures={**answer.figures, "cut_off_by_rail": all_of_them}))[3]
    assert everybody.value == f"all {residents:,}"
    assert (gap.basis, premises.basis) == (("estimated",), ("published",))
    assert turn.basis == ("estimated", *rail.basis)
    assert list(bases(answer)) == ["estimated", *rail.basis]


def test_premises_of_a_neighbourhood_are_estimates(tiny_edition: Edition) -> None:
    premises = cards(show(tiny_edition, View(place="E01000002")))[2]
    assert premises.value == "about 60"
    assert premises.basis == ("estimated",)


def test_a_place_without_workers_has_no_rate(tiny_edition: Edition) -> None:
    gap = cards(show(tiny_edition, View(place="E01000004")))[0]
    assert gap.notes[-1] == "no workers live here"


@given(st.lists(st.floats(0, 5e6), min_size=1, max_size=20))
def test_tables_round_as_sentences_do(values: list[float]) -> None:
    shown = counts(pd.Series(values))
    assert [f"{value:,}" for value in shown] == [about(value) for value in values]
    assert str(shown.dtype) == "Int64"


@pytest.mark.parametrize(("value", "spelled"), [
    (0.4, "0"), (12.6, "13"), (104, "100"), (467.2, "470"), (999.6, "1,000"), (2055, "2,060"), (48263.4, "48,300"),
    (5_701_210, "5,700,000"),
])
def test_counts_keep_as_many_digits_as_their_accuracy_allows(value: float, spelled: str) -> None:
    assert about(value) == spelled


def test_published_counts_keep_all_digits_and_missing_ones_stay_missing() -> None:
    values = pd.Series([2055.0, 2055.5, float("nan")], ["a", "b", "c"])
    assert counts(values, published=True).dropna().to_dict() == {"a": 2055, "b": 2060}
    assert counts(values).dropna().to_dict() == {"a": 2060, "b": 2060}
    assert counts(values).index.tolist() == ["a", "b", "c"]


def test_an_official_timetable_is_named_and_the_pattern_timetable_is_not(
    answer: PlaceFigures, railed_edition: Edition,
) -> None:
    assert bases(answer)["indicative"] == (
        "Rail times come from a pattern timetable compiled by hand, not from an official feed: minutes may be out.")
    name = "timetable of Rail & Sons, version 7b, for 6 January 2026"
    assert bases(show(railed_edition, View()))["timetable"] == f"Rail times come from the {name}."
    assert journey_text(journey(railed_edition, "AAA", "london")).endswith(f"from 06:00 to 10:00 [{name}]")
    assert journey_text(journey(railed_edition, "CCC", "london")).endswith(f"no trains in the timetable [{name}]")


def test_a_timetable_may_have_no_version() -> None:
    source = RailSource("Rail & Sons", "", "2026-12-01")
    assert timetable_name(source) == "timetable of Rail & Sons, for 1 December 2026"
    assert rail_words("indicative", source) == "indicative"
    assert rail_words("timetable", source) == timetable_name(source)


@pytest.mark.parametrize(("within", "said"), [
    (0.0, "In Torridge none of the 100 residents live within two hours by train of London; nobody is without rail."),
    (40.0, ("In Torridge about 40 of the 100 residents (40.0 %; between 30 and 55) live within two hours by train of "
            "London; nobody is ")),
    (100.0, "In Torridge all of the 100 residents live within two hours"),
])
def test_none_and_all_need_no_percentage(within: float, said: str) -> None:
    row = pd.Series({"residents": within, "share": within / 100})
    beyond = Figure(FIGURES["cut_off_by_rail"], value=100 - within,
                    intervals=partial(Intervals, Interval(45.0, 70.0)))
    assert "".join(rail_claim("Torridge", View(), row, 0, 100, beyond)).startswith(said)




def test_a_range_whose_ends_are_spelled_alike_is_told_as_one_number(answer: PlaceFigures) -> None:
    alike = dict.fromkeys(("people_in_gap", "nowhere_to_turn"), (1.0, 0.6, 1.4))
    few = with_people(answer, **alike)
    said = [*(note for card in cards(few) for note in card.notes), "".join(headline(few)), other_speeds(few),
            *(line.beneath for line in place_lines(few, {})), show_text(few, None)]
    assert not [text for text in said if re.search(r"\b(\S+) (to|and) \1\b(?! )", text)]
    assert figure_texts(few["people_in_gap"])[:2] == ["about 1", "29.3 of every 1,000 workers"]
    minutes = dataclasses.replace(answer["train_to_hub_minutes"], low=60, value=60, high=60, intervals=Intervals)
    assert figure_texts(minutes) == ["60 min", "the same for at least eight in ten"]


def test_a_small_rate_is_never_told_as_none(answer: PlaceFigures) -> None:
    rare = dataclasses.replace(answer["people_in_gap"], rate=0.042)
    few = dataclasses.replace(answer, figures={**answer.figures, "people_in_gap": rare})
    assert figure_texts(rare)[-1] == "under 0.1 of every 1,000 workers"
    assert re.search(r"per 1,000 residents in work +under 0\.1\n", show_text(few, None))
