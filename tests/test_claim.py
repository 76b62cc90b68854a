"""What stands beside the claim: by hand on the tiny edition, independently on the starter, and wherever it is said."""

import dataclasses
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from geo.core.measures import BASES
from geo.core.view import View
from geo.edition.schema import empty_table
from geo.edition.store import STARTER, Edition, load_edition
from geo.figures.place import PlaceFigures, show
from geo.figures.profile import place_profile
from geo.sources.commons_library import read_locality_coverage
from geo.words.beside_claim import NOT_HERE, basis_words, beside_claim
from tests.fixtures.answers import show_json

ROOT = Path(__file__).parents[1]
SHARES = [0.6735, 0.6958, 0.6372, 0.5724, 0.1885, 0.1489, 0.1591, 0.0544, 0]
ALL = 26_986_731
HOMES = {"10": 25_308_060 - 44_230 - 25_139_938, "30": 25_308_060 - 44_230 - 24_831_504}
"""England's homes that cannot get the speed by line (Ofcom, July 2025): the base less those unclassified or able."""


@pytest.fixture(scope="module")
def starter() -> Edition:
    return load_edition(STARTER)


def test_the_claim_by_hand(tiny_edition: Edition) -> None:
    """Aland: 1,000 and 500 workers, 250 and 50 capable, 5 % and 10 % below 30; 3 of 4 and 1 of 2 within 120."""
    claim = show_json(tiny_edition, View(place="E07000001"))["claim"]
    gap = (250 * 0.05, 50 * 0.1)
    england = 0.5 / 9 * 0.02
    assert claim["england_people_in_gap_per_1000_workers"] == pytest.approx(1000 * england)
    assert claim["ratio_to_england"] == pytest.approx(sum(gap) / 1500 / england)
    assert claim["worked_at_home_2021"] == pytest.approx(250 * 0.05 + 50 * 0.1)      # 300 and 100 did: all who could
    assert claim["nowhere_to_turn_at"] == {"110": pytest.approx(gap[0] / 4 + gap[1]), "130": 0}
    assert claim["borderline_people"] == pytest.approx(gap[0] / 4 + gap[1])
    assert claim["nowhere_to_turn_by"] == {
        "train": pytest.approx(gap[0] / 4 + gap[1] / 2), "waiting": pytest.approx(gap[0] / 4 + gap[1]),
        "door": pytest.approx(sum(gap)), "walk": pytest.approx(gap[0] / 4 + gap[1] / 2)}
    assert claim["few_departures"] == pytest.approx(1000)
    assert claim["beyond_every_hub"] == pytest.approx(sum(gap))     # 70, 95, 89 and 91 minutes
    assert claim["could_but_do_not"] == pytest.approx(250 * 0.1 + 50 * 0.2)
    at_other = show_json(tiny_edition, View(place="E07000001", minutes=90))["claim"]
    assert [*at_other["nowhere_to_turn_at"]] == ["80", "100"]


def test_who_has_no_rail_is_far_from_every_hub(tiny_edition: Edition) -> None:
    """Bland: 200 could and 200 did, a quarter below 30, in an LSOA without rail; in the other nobody is in work."""
    claim = show_json(tiny_edition, View(place="E06000002"))["claim"]
    assert claim["worked_at_home_2021"] == pytest.approx(200 * 0.25)
    assert claim["few_departures"] == 0
    assert claim["beyond_every_hub"] == pytest.approx(200 * 0.25)


def test_what_stands_beside_is_among_the_headline_figures(tiny_edition: Edition) -> None:
    """A pack's manifest and tables hold them, each by its path in show --json, and verify works them out again."""
    view = View(place="E07000001")
    answer, numbers = show_json(tiny_edition, view), place_profile(tiny_edition, view).headline_numbers
    said = {name: value for name, value in numbers.items() if name.startswith("claim.")}
    wanted = {"ratio_to_england", "nowhere_to_turn_at.110", "carried_forward.people_in_gap"}
    assert {f"claim.{name}" for name in wanted} <= set(said)
    for name, value in said.items():
        found: Any = answer
        for part in name.split("."):
            found = found[part]
        assert found == value
    assert answer["claim"]["carried_forward"]["date"] == "2026-01"


def test_newer_shares_carry_forward_each_authority_by_itself(tiny_edition: Edition) -> None:
    """Aland's share below 30 went from 7 to 6 %, Bland's from 32 to 30; without a gigabit nothing newer is known."""
    for code, factor in (("E07000001", 0.06 / 0.07), ("E06000002", 0.3 / 0.32)):
        answer = show(tiny_edition, View(place=code))
        carried = answer.claim.carried_forward
        assert carried is not None
        assert carried.people_in_gap == pytest.approx(answer["people_in_gap"].value * factor)
        assert carried.nowhere_to_turn == pytest.approx(answer["nowhere_to_turn"].value * factor)
    for speed in ("10", "gigabit"):
        assert show(tiny_edition, View(speed=speed)).claim.carried_forward is None


def test_parts_sum_to_the_whole(tiny_edition: Edition) -> None:
    whole, *parts = (show(tiny_edition, View(place=code)).claim for code in ("E12000009", "E07000001", "E06000002"))
    for name in ("worked_at_home", "borderline_people", "few_departures", "beyond_every_hub", "could_but_do_not"):
        assert getattr(whole, name) == pytest.approx(sum(getattr(part, name) for part in parts))


@pytest.fixture
def earlier(tiny_edition: Edition) -> Edition:
    """The tiny edition as an earlier version would have built it."""
    kept = tiny_edition.reach_table.to_pandas()
    kept = kept[kept["clock"].isin(["train", "door"]) & (kept["hub"] != "any")]
    kept = kept.assign(**{name: kept[name].cat.remove_unused_categories() for name in ("hub", "clock", "access")})
    manifest = {key: value for key, value in tiny_edition.manifest.items() if key != "england"}
    return dataclasses.replace(
        tiny_edition, areas=tiny_edition.areas.drop(columns="superfast_not_taken"), manifest=manifest,
        context=empty_table("context"),
        reach_table=pa.Table.from_pandas(kept, preserve_index=False))


def test_an_earlier_edition_says_what_it_lacks(earlier: Edition) -> None:
    answer = show(earlier, View())
    claim = answer.claim
    assert (claim.england_rate, claim.ratio_to_england, claim.few_departures, claim.beyond_every_hub) == (None,) * 4
    assert claim.could_but_do_not is None
    assert claim.nowhere_to_turn_by["waiting"] is None
    assert claim.nowhere_to_turn_by["train"] == answer["nowhere_to_turn"].value
    said = {item.heading: item.text for item in beside_claim(answer)}
    for heading in ("Compared with England", "Other hubs", "Faster lines not taken up", "Newer coverage"):
        assert said[heading] == NOT_HERE
    assert NOT_HERE in said["Other ways to count minutes"]
    assert "half of the time" not in said["Other ways to count minutes"]


def test_every_figure_beside_the_claim_is_said(tiny_edition: Edition) -> None:
    answer = show(tiny_edition, View(place="E07000001"))
    said = beside_claim(answer)
    assert len(said) == 9
    assert len({item.heading for item in said}) == 9
    text = {item.heading: item.text for item in said}
    assert all(item.basis and set(item.basis) <= set(BASES) for item in said)
    assert basis_words(said[0]) == "estimated, census and survey"
    assert basis_words(said[3]) == "estimated, indicative"
    assert "11.7 of every 1,000 workers in Aland, about 1.1 in England: 10 times as many" in text[
        "Compared with England"]
    assert "of the people in the gap, up to 18 worked" in text["What people did"].lower()
    assert "at 110 minutes: about 8 people; at 120: about 6 people; at 130: nobody" in text["Close to the limit"]
    assert "door to door: about 18 people" in text["Other ways to count minutes"]
    assert "For about 1,000 residents the station that is quickest to London has four trains or fewer" in text[
        "Other ways to count minutes"]
    assert "About 18 people in the gap live more than an hour, door to door, from every one of the 13" in text[
        "Other hubs"]
    assert "About 35 people in such jobs live where superfast broadband is available" in text[
        "Faster lines not taken up"]
    assert all("\n" not in item.text and item.text.endswith(".") for item in said)


def by_hand(starter: Edition, speed: str) -> pd.DataFrame:
    """T, h and D of every LSOA of the South West, from the edition's columns alone."""
    areas = starter.areas[~starter.areas["neighbour"]]
    capable = sum(areas[f"workers_occ_{group}"] * share for group, share in enumerate(SHARES, 1))
    k = np.where(areas["urban"], *(starter.manifest["homes_factor"][speed][name] for name in ("urban", "rural")))
    homes = areas[f"below_{speed}"] / areas["premises"] * k
    return pd.DataFrame({"capable": capable, "homes": homes, "gap": capable * homes, "areas": range(len(areas))})


@pytest.mark.slow
@pytest.mark.parametrize(("speed", "people", "tolerance"), [("30", 36_700, 0.03), ("10", 11_700, 0.03)])
def test_the_south_wests_own_figures(starter: Edition, speed: str, people: float, tolerance: float) -> None:
    answer, table = show(starter, View(speed=speed)), by_hand(starter, speed)
    areas = starter.areas.loc[table.index]
    assert answer["people_in_gap"].value == pytest.approx(table["gap"].sum(), rel=1e-6)
    assert answer["people_in_gap"].value == pytest.approx(people, rel=tolerance)
    did = np.minimum(areas["works_from_home"], table["capable"]) * table["homes"]
    assert answer.claim.worked_at_home == pytest.approx(did.sum(), rel=1e-6)
    workers = [int(line.split(",")[1]) for line in (ROOT / "data" / "england.csv").read_text().splitlines()[3:]]
    england = 1000 * sum(w * s for w, s in zip(workers, SHARES, strict=True)) / sum(workers) * HOMES[speed] / 25_308_060
    assert answer.claim.england_rate == pytest.approx(england, rel=1e-5)
    assert answer.claim.ratio_to_england == pytest.approx(
        1000 * table["gap"].sum() / areas["workers"].sum() / england, rel=1e-5)
    if speed == "30":
        assert england == pytest.approx(7.1, abs=0.05)
        assert answer.claim.ratio_to_england == pytest.approx(1.9, abs=0.05)
    take_up = table["capable"] * areas["superfast_not_taken"]
    assert answer.claim.could_but_do_not == pytest.approx(take_up.sum(), rel=1e-6)


@pytest.mark.slow
def test_thresholds_and_borderline_from_the_counts_of_postcodes(starter: Edition) -> None:
    answer, table = show(starter, View()), by_hand(starter, "30")
    reach = starter.reach("london", "train", "car")
    reach = reach[reach["area"].isin(table.index)].astype({"area": str})
    gap = reach["area"].map(table["gap"]) * reach["postcodes"] / reach["area"].map(starter.areas["postcodes"])
    for minutes in (110, 130):
        assert answer.claim.nowhere_to_turn_at[minutes] == pytest.approx(gap[reach["minutes"] > minutes].sum())
    near = (reach["minutes"] > 110) & (reach["minutes"] <= 130)
    assert answer.claim.borderline_people == pytest.approx(gap[near].sum())
    first, last = answer.claim.nowhere_to_turn_at.values()
    assert first >= answer["nowhere_to_turn"].value >= last
    ways = answer.claim.nowhere_to_turn_by
    assert ways["train"] <= ways["waiting"] <= ways["door"]


@pytest.mark.slow
@pytest.mark.parametrize("view", [View(), View(hub="exeter", minutes=60, clock="door")])
def test_minutes_counted_otherwise_are_what_show_says_when_asked_so(starter: Edition, view: View) -> None:
    ways = show(starter, view).claim.nowhere_to_turn_by
    for way, option in (("train", {"clock": "train"}), ("door", {"clock": "door"}), ("walk", {"access": "walk"})):
        asked = show(starter, view.replace(**option))["nowhere_to_turn"].value
        assert ways[way] == pytest.approx(asked)
    assert ways["walk"] > 1.1 * show(starter, view)["nowhere_to_turn"].value


@pytest.mark.slow
def test_the_take_up_of_localities_is_the_workbooks(starter: Edition, open_data: Path) -> None:
    workbook = read_locality_coverage(open_data / "hocl" / "BroadbandDashboardDataFile.xlsx")
    at = workbook.loc[starter.areas["msoa"]].set_axis(starter.areas.index)
    expected = np.maximum(at["superfast"] - at["receiving_over_30"], 0)
    assert np.allclose(starter.areas["superfast_not_taken"], expected, atol=1e-6)


def best_trains(
    point: tuple[float, float], urban: bool, stations: pd.DataFrame, journeys: pd.DataFrame,
) -> pd.DataFrame:
    """For each hub the best way from a postcode, by straight lines: minutes from the door, the train's, departures."""
    metres = np.hypot(stations["easting"] - point[0], stations["northing"] - point[1])
    foot = metres * 1.3 / 4800 * 60
    way = np.minimum(foot.where(foot <= 30, math.inf), metres * 1.3 / (25_000 if urban else 40_000) * 60 + 5)
    near = journeys.assign(way=journeys["station"].map(way[metres <= 40_000])).dropna(subset="way")
    near["door"] = near["way"] + 5 + near["typical"]
    return near.sort_values(["door", "typical", "departures"]).groupby("hub")[["door", "typical", "departures"]].first()


@pytest.mark.slow
@pytest.mark.parametrize("code", ["E01020323", "E01014598", "E01032083"])
def test_waiting_departures_and_the_nearest_hub_from_postcodes(starter: Edition, code: str) -> None:
    """The best of all trains for each postcode by itself; no sea is in the way of these LSOAs."""
    row, claim = starter.areas.loc[code], show(starter, View(place=code)).claim
    doors = starter.postcodes[starter.postcodes["area"] == code]
    timed = [best_trains((door.easting, door.northing), row["urban"], starter.stations, starter.journeys)
             for door in doors.itertuples()]
    far = np.mean([not (best["door"] <= 60).any() for best in timed])
    gap = show(starter, View(place=code))["people_in_gap"].value
    assert claim.beyond_every_hub == pytest.approx(gap * far)
    london = [best.loc["london"] for best in timed]
    few = np.mean([best["departures"] <= 4 for best in london])
    assert claim.few_departures == pytest.approx(row["residents"] * few)
    waiting = np.mean([best["typical"] + min(60, 120 / max(best["departures"], 1)) > 120 for best in london])
    assert claim.nowhere_to_turn_by["waiting"] == pytest.approx(gap * waiting)


def test_no_sentence_says_that_a_line_cannot_carry() -> None:
    """Lines are not measured, and people did work on them: it cannot be HAD, says METHOD."""
    files = [*(ROOT / "geo").rglob("*.py"), *(ROOT / "pages").rglob("*.py"), *(ROOT / "docs").rglob("*.md"),
             *(ROOT / "geo").rglob("*.toml"), *(ROOT / "data").glob("*.toml"), *(ROOT / "data").glob("*.csv"),
             *(ROOT / "static").glob("*.html"), ROOT / "README.md", ROOT / "app.py"]
    assert len(files) > 150
    for path in files:
        text = " ".join(path.read_text(encoding="utf-8").split())
        for words in ("cannot carry", "can't carry", "can’t carry", "could not carry"):
            assert words not in text, path


@pytest.mark.slow
@pytest.mark.parametrize("view", [
    View(), View(speed="uso"), View(place="E06000023", speed="gigabit"), View(place="E06000053"),
    View(place="E07000047", clock="door", access="walk", work="dingel-neiman"), View(place="E01019077"),
])
def test_every_place_has_every_answer(starter: Edition, view: View) -> None:
    answer: PlaceFigures = show(starter, view)
    said = beside_claim(answer)
    assert len(said) == 9
    assert not any("nan" in item.text.split() or "None" in item.text for item in said)
