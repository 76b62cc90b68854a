"""What to ask for: only what is known, of whom, and in figures that other functions give too."""

from dataclasses import replace

import numpy as np
import pytest

from geo.core.choices import REGION
from geo.core.measures import FIGURES
from geo.core.rounding import about, percent, span
from geo.core.view import View
from geo.edition.store import Edition, load_edition
from geo.figures.areas import area_figures
from geo.figures.draws import lsoa_draws
from geo.figures.place import show
from geo.figures.profile import fewest_holding, neighbourhoods, place_profile
from geo.layers.planned_build import STATUSES
from geo.sources.catalogue import PLANNED
from geo.words.ask import Ask, asks, dated
from geo.words.priorities import HALF_OF_ONE
from geo.words.questions import questions
from tests.fixtures.tiny_edition import CODES

pytestmark = pytest.mark.slow

TORRIDGE, BRISTOL = "E07000046", "E06000023"


@pytest.fixture(scope="module")
def edition() -> Edition:
    return load_edition()


def asked(edition: Edition, view: View) -> dict[str, Ask]:
    return {item.topic: item for item in asks(place_profile(edition, view))}


def test_lines_are_asked_of_the_councils_and_the_funder(edition: Edition) -> None:
    said = asked(edition, View(place=TORRIDGE, speed="gigabit"))["Lines"]
    below = show(edition, View(place=TORRIDGE, speed="gigabit"))["premises_below"]
    assert said.text.startswith("Ask Torridge council, Devon council and Building Digital UK")
    assert f"of the {below.value:,} homes and businesses where a gigabit cannot be had by line" in said.text
    assert percent(below.rate) in said.text
    assert said.text.endswith("No contract is in these data yet.")
    assert said.basis == ("published",)


def test_an_estimate_of_premises_is_told_as_one(edition: Edition) -> None:
    said = asked(edition, View(place="E05011923"))["Lines"]
    assert ": of about 610 homes" in said.text
    assert said.basis == ("estimated",)


@pytest.mark.parametrize(("code", "whom"), [
    (REGION, "Ask its 29 councils and "), ("E06000023", "Ask Bristol council and "),
    ("E07000189", "Ask Somerset council and "),     # a former district: today's council
])
def test_whom(edition: Edition, code: str, whom: str) -> None:
    assert asked(edition, View(place=code))["Lines"].text.startswith(whom)


def test_how_many_premises_would_halve_the_gap_and_where_to_begin(edition: Edition) -> None:
    view = View(place=TORRIDGE, speed="10")
    lsoas = edition.areas.index[edition.areas["authority"] == TORRIDGE]
    people, below = neighbourhoods(edition, view, lsoas)["people"], edition.areas["below_10"]
    held = people[below >= 50].sort_values(ascending=False)
    enough = held[held.cumsum() - held < people.sum() / 2]
    said = asked(edition, view)["Where first"]
    assert [code for code, _ in said.places] == list(held.index[:2])
    assert all(name.startswith(edition.areas.loc[code, "name"]) and name.endswith(")") for code, name in said.places)
    rows = edition.areas.index.get_indexer(enough.index)
    drawn = lsoa_draws(edition, view, FIGURES["premises_below"], rows).sum(axis=0, dtype="float64")
    assert said.text == (
        f"first, then {len(enough) - 2} more: about {about(below[enough.index].sum())} premises "
        f"({span(*np.quantile(drawn, [0.05, 0.95]))}) to halve the gap.")


@pytest.mark.parametrize("speed", ["30", "uso"])
def test_where_that_takes_small_neighbourhoods_too_it_is_said(edition: Edition, speed: str) -> None:
    view = View(place=BRISTOL, speed=speed)
    below = edition.areas[f"below_{speed}"]
    people = area_figures(edition, view)[f"people_in_gap_{speed}_estimate"][edition.areas["authority"] == BRISTOL]
    assert people[below >= 50].sum() < people.sum() / 2
    enough = fewest_holding(people).index
    said = asked(edition, view)["Where first"]
    assert [code for code, _ in said.places] == list(enough[:2])
    assert said.text.startswith(f"first, then {len(enough) - 2} more, some with under 50 to upgrade: "
                                f"about {about(below[enough].sum())} premises (")


def test_every_authority_is_told_how_many_premises_would_halve_its_gap(edition: Edition) -> None:
    for code in edition.places_of("authority").index:
        assert "halve the gap" in asked(edition, View(place=code))["Where first"].text, code


def test_of_what_is_all_under_contract_nothing_comes_first(edition: Edition) -> None:
    counts = dict.fromkeys([f"bduk_{status}" for status in STATUSES], 0.0) | {"bduk_contracted": 9.0}
    contracted = replace(edition, areas=edition.areas.assign(**counts), manifest={
        **edition.manifest, "planned_build": {"unplaced": {}},
        "vintages": {**edition.manifest["vintages"], PLANNED: "2026-05"}})
    assert "Where first" not in asked(contracted, View(place=TORRIDGE, speed="gigabit"))
    assert "Where first" in asked(contracted, View(place=TORRIDGE, speed="100"))


def test_the_contract_that_covers_a_place_is_named_with_its_date(planned_edition: Edition) -> None:
    for speed in ("30", "gigabit"):
        assert asked(planned_edition, View(place="E07000001", speed=speed))["Lines"].text.endswith(
            "What is planned for the rest? By BDUK's list of gigabit lines (May 2026): contract "
            "‘CO1 Made-up Moor’ (Example Fibre Limited), 250 homes and businesses, by 31 March 2028, and 1 more covers "
            "50 homes and businesses; for 350 homes and businesses nothing is planned.")
    missed = asked(planned_edition, View(place=CODES[3]))["Lines"].text
    assert missed.endswith(
        "No contract covers it: by BDUK's list of gigabit lines (May 2026) for 160 homes and businesses nothing is "
        "planned.")
    unknown = asked(planned_edition, View(place=CODES[4]))["Lines"].text
    assert unknown.endswith("No contract is in these data yet.")


def test_the_meeting_sheet_asks_of_the_contract(planned_edition: Edition, tiny_edition: Edition) -> None:
    first, *_ = questions(place_profile(planned_edition, View(place="E07000001")))
    assert first.text == (
        "Contract ‘CO1 Made-up Moor’ (Example Fibre Limited), 250 homes and businesses, by 31 March 2028: is it on "
        "time? What will be done for the 350 homes and businesses in no plan?")
    assert "Building Digital UK" in first.whom
    first, *_ = questions(place_profile(planned_edition, View(place=CODES[3])))
    assert first.text == "No contract covers this place. What will be done for the 160 homes and businesses in no plan?"
    first, *_ = questions(place_profile(tiny_edition, View(place="E07000001")))
    assert "how many are under contract" in first.text


def test_of_a_single_neighbourhood_any_half_would_do(edition: Edition) -> None:
    said = asked(edition, View(place="E01020301"))["Where first"]
    assert (said.text, said.places) == (HALF_OF_ONE, ())


def test_trains(edition: Edition) -> None:
    near = place_profile(edition, View(place=TORRIDGE)).stations.iloc[0]
    said = asked(edition, View(place=TORRIDGE))["Trains"].text
    assert f"{near['name']}, {near['km']:.0f} km by land: {near['departures']} trains to London" in said
    assert said.endswith("Ask what would bring it under two hours: what minutes off would do is worked out under ‘What "
                         "to do’, What if.")
    assert "quickest to London is Castle Cary" in asked(edition, View(place="E07000189"))["Trains"].text
    assert "worked out" not in asked(edition, View(place="E07000189"))["Trains"].text     # 100 minutes already
    assert "crossing the sea" in asked(edition, View(place="E06000053"))["Trains"].text
    assert "Trains" not in asked(edition, View(place="E06000023"))     # nobody in Bristol is that far


def test_the_date_and_source_of_the_claim(edition: Edition, tiny_edition: Edition, railed_edition: Edition) -> None:
    assert [source for _, _, source in dated(place_profile(edition, View(work="dingel-neiman")))] == [
        "Broadband: Ofcom, July 2025", "Jobs: Census 2021; Dingel and Neiman", "Trains: a pattern timetable"]
    *_, (basis, mark, trains) = dated(place_profile(railed_edition, View()))
    assert (basis, mark) == ("timetable", "timetable")
    assert trains.startswith("Trains: timetable of Rail & Sons")
    assert dated(place_profile(tiny_edition, View()))[0][0] == "estimated"


def test_where_nothing_is_wanting_nothing_is_asked(tiny_edition: Edition) -> None:
    said, = asks(place_profile(tiny_edition, View(place="E07000003", speed="10")))
    assert said.text == ("There is nothing to ask for at this speed: no home or business is counted where 10 Mbit/s "
                         "cannot be had by line.")
