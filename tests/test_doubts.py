"""Each doubt's numbers: by hand on the tiny edition, anew from the starter's tables, and as they are said."""

import dataclasses
import re

import numpy as np
import pandas as pd
import pytest

from geo.core.choices import HUBS, SPEEDS
from geo.core.rounding import about, percent
from geo.core.view import View
from geo.edition.store import STARTER, Edition, load_edition
from geo.figures.doubts import Doubted, doubted, longer_than_fastest
from geo.figures.place import PlaceFigures, show
from geo.figures.profile import place_profile
from geo.words.caveats import changes, could_and_did, left_out, unmatched
from geo.words.challenge import challenge
from geo.words.doubts import Doubt, doubts, how_many
from geo.words.estimate import mean_error_rows, mean_errors, mean_errors_in_words

pytestmark = pytest.mark.slow

SOUTH_WEST, SOUTH_HAMS, WARD = "E12000009", "E07000044", "E05010550"
Answered = tuple[PlaceFigures, Doubted, dict[str, Doubt]]


@pytest.fixture(scope="module")
def starter() -> Edition:
    return load_edition(STARTER)


def answered(edition: Edition, view: View) -> Answered:
    answer = show(edition, view)
    moved = doubted(edition, view, edition.place(view.place))
    longer = longer_than_fastest(place_profile(edition, view).stations)
    return answer, moved, {doubt.key: doubt for doubt in doubts(edition, answer, moved, longer)}


def test_what_doubts_move_by_hand(tiny_edition: Edition) -> None:
    """Aland: 250 and 50 capable, 50 of 1,000 and 60 of 600 premises below, 900 and 500 households; 300 and 100 did."""
    moved = doubted(tiny_edition, View(), tiny_edition.place("E07000001"))
    assert moved.by_all_premises == pytest.approx(250 * 0.05 + 50 * 0.1)
    assert moved.by_census_day == pytest.approx(300 * 0.05 + 100 * 0.1)
    assert moved.by_occupied == (0, pytest.approx(250 * 50 / 900 + 50 * 60 / 500))
    assert moved.by_work == {"ons-2020": pytest.approx(17.5), "dingel-neiman": pytest.approx(300 * 0.05 + 90 * 0.1)}
    assert set(moved.by_hub) == set(HUBS)
    assert moved.by_hub["truro"] == pytest.approx(250 * 0.05 / 4 + 50 * 0.1 / 2)
    assert (moved.premises, moved.households, moved.unmatched) == (1600, 1400, 10)
    assert moved.exceed_by == pytest.approx(1600 / 1400 - 1)
    assert moved.not_lived_in == pytest.approx(200 / 1600)
    bland = doubted(tiny_edition, View(), tiny_edition.place("E06000002"))
    assert bland.by_occupied[0] == pytest.approx(200 * (200 - 100) / 700)      # 100 of 800 premises are no household's


def test_without_the_census_of_travel_what_people_did_is_not_known(tiny_edition: Edition) -> None:
    unknown = tiny_edition.areas.assign(works_from_home=np.nan)
    edition = dataclasses.replace(tiny_edition, areas=unknown)
    assert doubted(edition, View(), edition.place("E07000001")).by_census_day is None
    assert answered(edition, View())[2]["lockdown"].numbers[2].value == "not known in this edition"


def test_the_typical_journey_beside_the_fastest() -> None:
    board = pd.DataFrame({"fastest": [60.0, 100.0, np.nan, 50.0], "typical": [65.0, 100.0, np.nan, 59.0]})
    assert longer_than_fastest(board) == 5
    assert longer_than_fastest(board.iloc[2:3]) is None


class Anew:
    """The same worked out from an edition's tables alone, for one place."""

    def __init__(self, edition: Edition, place: str) -> None:
        self.edition, self.areas = edition, edition.areas.loc[edition.place(place).lsoas]
        self.jobs = {work: sum((share * self.areas[f"workers_occ_{group}"] for group, share in shares.items()),
                               start=pd.Series(0.0, self.areas.index))
                     for work, shares in edition.manifest["capability"].items()}

    def homes(self, speed: str) -> pd.Series:
        factor, areas = self.edition.manifest["homes_factor"][speed], self.areas
        return areas[f"below_{speed}"] / areas["premises"] * np.where(areas["urban"], factor["urban"], factor["rural"])

    def gap(self, speed: str = "30", people: pd.Series | None = None) -> float:
        return float(((self.jobs["ons-2020"] if people is None else people) * self.homes(speed)).sum())

    def beyond(self, hub: str, minutes: int = 120, clock: str = "train", access: str = "car") -> float:
        rows = self.edition.reach(hub, clock, access)
        far = rows["postcodes"].where(rows["minutes"] > minutes, 0).groupby(rows["area"].astype(str)).sum()
        return self.gap(people=self.jobs["ons-2020"] * far / self.areas["postcodes"])


def values(doubt: Doubt) -> list[str]:
    return [number.value for number in doubt.numbers]


def bare(doubt: Doubt) -> list[str]:
    """Take intervals off numbers."""
    return [re.sub(r" \(between [\d,]+ and [\d,]+\)$", "", value) for value in values(doubt)]


def written(*counts: float) -> list[str]:
    return [f"about {about(count)}" if count >= 0.5 else "none" for count in counts]


@pytest.mark.parametrize("place", [SOUTH_WEST, SOUTH_HAMS, WARD])
def test_each_doubt_about_lines_and_jobs_has_its_number(starter: Edition, place: str) -> None:
    _, _, found = answered(starter, View(place=place))
    anew = Anew(starter, place)
    areas, jobs = anew.areas, anew.jobs["ons-2020"]
    assert bare(found["offices"]) == written(anew.gap(), (jobs * areas["below_30"] / areas["premises"]).sum())
    mobile = starter.places_of("authority")["indoor_4g_4"].reindex(areas["authority"]).to_numpy()
    assert bare(found["wireless"]) == [
        *written(anew.gap("10"), anew.gap("uso")), percent(float(np.average(mobile, weights=areas["premises"])))]
    assert bare(found["upload"]) == [*written(anew.gap("uso")), "not published"]
    assert bare(found["cliff"]) == written(*(anew.gap(speed) for speed in ("uso", "10", "30", "100", "gigabit")))
    assert bare(found["take-up"]) == written(anew.gap(), (jobs * areas["superfast_not_taken"]).sum())
    assert bare(found["lockdown"]) == written(
        anew.gap(), anew.gap(people=anew.jobs["dingel-neiman"]), anew.gap(people=areas["works_from_home"]))
    series = starter.context[starter.context["series"] == "below_30"].set_index("code")
    now, then = (series.loc[series["date"] == date, "value"] for date in ("2026-01", "2025-07"))
    newer = (now / then).reindex(areas["authority"]).to_numpy()
    assert bare(found["age"]) == written(anew.gap(), anew.gap(people=jobs * newer))


@pytest.mark.parametrize("place", [SOUTH_WEST, SOUTH_HAMS, WARD])
def test_a_number_that_is_a_figure_has_its_interval(starter: Edition, place: str) -> None:
    answer, _, found = answered(starter, View(place=place))
    at = {speed: answer.at("people_in_gap", speed) for speed in SPEEDS}
    shown = {"offices": [at["30"]], "wireless": [at["10"], at["uso"]], "upload": [at["uso"]],
             "cliff": [at[speed] for speed in ("uso", "10", "30", "100", "gigabit")],
             "london": [answer["nowhere_to_turn"]], "take-up": [at["30"]], "lockdown": [at["30"]], "age": [at["30"]]}
    for key, figures in shown.items():
        for value, figure in zip(values(found[key]), figures, strict=False):
            low, high = (about(end) for end in figure.interval)
            assert value.endswith(f" (between {low} and {high})" if low != high else written(figure.count)[0]), key


@pytest.mark.parametrize("place", [SOUTH_WEST, SOUTH_HAMS, WARD])
def test_each_doubt_about_trains_has_its_number(starter: Edition, place: str) -> None:
    _, _, found = answered(starter, View(place=place))
    beyond = Anew(starter, place).beyond
    for minutes in (110, 120, 130):
        assert f"at {minutes}{' minutes' * (minutes == 110)}: about {about(beyond('london', minutes))} people" in (
            found["cliff"].answer[0])
    ways = [beyond("london", 120, *way) for way in (("train",), ("waiting",), ("door",), ("train", "walk"))]
    ends = written(min(ways), max(ways))
    assert values(found["clock"])[:-1] == (ends if ends[0] != ends[1] else ends[:1])
    others = sorted(beyond(hub) for hub in HUBS if hub != "london")
    assert bare(found["london"]) == written(beyond("london"), others[0], others[-1])
    every = beyond("any", 60, "door")
    assert (f"bout {about(every)} people in the gap" if every else "Nobody in the gap") in found["london"].answer[1]


@pytest.mark.parametrize("place", [SOUTH_WEST, SOUTH_HAMS, WARD])
def test_second_homes_have_their_numbers(starter: Edition, place: str) -> None:
    answer, _, found = answered(starter, View(place=place))
    anew = Anew(starter, place)
    premises, households, below = (anew.areas[name] for name in ("premises", "households", "below_30"))
    factor = anew.homes("30") * premises / below
    spare = premises - households
    ends = [float((anew.jobs["ons-2020"] * factor * lacking / households).sum())
            for lacking in ((below - spare).clip(lower=0), np.minimum(below, households))]
    counted = round(premises.sum())
    assert values(found["second-homes"]) == [
        f"{counted:,}" if answer["premises"].published else f"about {about(counted)}", f"{households.sum():,}",
        percent(premises.sum() / households.sum() - 1), *written(*ends)]
    assert ends[0] <= anew.gap() <= ends[1]


def test_premises_exceed_households_by_a_sixth_in_the_region_and_by_a_third_in_south_hams(starter: Edition) -> None:
    for place, exceed, spare in ((SOUTH_WEST, "16.3 %", "14.0 %"), (SOUTH_HAMS, "30.5 %", "23.4 %")):
        _, _, found = answered(starter, View(place=place))
        numbers = {number.label: number.value for number in found["second-homes"].numbers}
        assert numbers["Premises exceed households by"] == exceed
        assert found["second-homes"].answer[0].startswith(f"{spare} of the premises in ")
        assert "cannot be mended" in found["second-homes"].answer[0]


def test_every_doubt_says_what_it_rests_on(starter: Edition) -> None:
    _, _, found = answered(starter, View(place=WARD))
    assert len(found) == 10
    for doubt in found.values():
        assert doubt.numbers
        assert doubt.basis
        assert doubt.sources.count("20") >= 1, doubt
        assert all(number.value for number in doubt.numbers)
    assert "pattern timetable" in found["clock"].sources
    assert "not of this place alone" in found["second-homes"].answer[1]


def test_a_timetable_is_named_among_the_sources(railed_edition: Edition) -> None:
    assert "timetable of Rail & Sons, version 7b" in answered(railed_edition, View())[2]["clock"].sources


@pytest.mark.parametrize(("longer", "said"), [
    (None, "no station here has trains to it"), (0.2, "less than a minute"), (1.0, "1 minute"), (7.4, "7 minutes")])
def test_minutes_in_words(tiny_edition: Edition, longer: float | None, said: str) -> None:
    moved = doubted(tiny_edition, View(), tiny_edition.place(SOUTH_WEST))
    found = doubts(tiny_edition, show(tiny_edition, View()), moved, longer)
    assert found[4].numbers[-1].value == said


@pytest.mark.parametrize(("count", "said"), [
    (None, "not known in this edition"), (0.0, "none"), (0.2, "fewer than one"), (1234.0, "about 1,230")])
def test_how_many(count: float | None, said: str) -> None:
    assert how_many(count) == said


def test_what_the_range_leaves_out(starter: Edition) -> None:
    answer, moved, _ = answered(starter, View(place=SOUTH_HAMS))
    said = " ".join(left_out(answer, moved, starter.manifest))
    gap = answer["people_in_gap"]
    for number in (gap.low, gap.high, gap.most, moved.by_work["dingel-neiman"], moved.by_all_premises):
        assert about(number or 0) in said
    row = next(row for row in starter.manifest["broadband_validation"] if row["speed"] == "30")
    assert f"{row['model_mean']:.2f} percentage points" in said
    by_other = answered(starter, View(place=SOUTH_HAMS, work="dingel-neiman"))
    assert f"ONS, April 2020) the number is about {about(gap.count)}" in " ".join(
        left_out(by_other[0], by_other[1], starter.manifest))


def test_a_farming_ward_where_more_did_than_could(starter: Edition) -> None:
    areas, shares = starter.areas, starter.manifest["capability"]["ons-2020"]
    jobs = sum(share * areas[f"workers_occ_{group}"] for group, share in shares.items())
    more = areas.index[(areas["works_from_home"] > jobs + 1) & ~areas["neighbour"] & ~areas["urban"]][0]
    for code, expected in ((more, True), (SOUTH_WEST, False)):
        answer = show(starter, View(place=code))
        said = " ".join(could_and_did(starter, answer))
        assert f"{answer['works_from_home'].value:,} did" in said
        assert "18.9 % of skilled trades" in said
        assert ("More residents worked at home on census day than are counted here" in said) == expected


def test_unmatched_premises_are_the_difference_to_ofcoms_percentages(starter: Edition) -> None:
    answer, moved, _ = answered(starter, View(place=SOUTH_HAMS))
    areas = starter.areas.loc[starter.place(SOUTH_HAMS).lsoas]
    available = (areas["matched"] - areas["below_30"]).sum() / areas["premises"].sum()
    shown = percent(answer["premises_below"].rate)
    assert f"{percent(1 - available)}, where {shown} is shown" in unmatched(answer, moved)
    minimum = answered(starter, View(place=SOUTH_HAMS, speed="uso"))
    assert "there the two agree" in unmatched(minimum[0], minimum[1])


@pytest.fixture
def measured(tiny_edition: Edition) -> Edition:
    manifest = {**tiny_edition.manifest, "broadband_basis": "measured"}
    return dataclasses.replace(tiny_edition, manifest=manifest)


def test_a_measured_edition_doubts_no_estimate(measured: Edition, tiny_edition: Edition) -> None:
    _, _, found = answered(measured, View(place="E05000003"))
    assert all("estimated" not in doubt.basis for doubt in found.values())
    assert len(found["second-homes"].answer) == 1
    assert [change.data for change in changes(measured.facts())] == [
        change.data for change in changes(tiny_edition.facts()) if "output area" not in change.data]


def test_an_edition_without_counts_of_homes_says_so(tiny_edition: Edition) -> None:
    manifest = {name: value for name, value in tiny_edition.manifest.items() if name != "homes_factor"}
    _, _, found = answered(dataclasses.replace(tiny_edition, manifest=manifest), View())
    assert "made without Ofcom’s national counts of homes" in found["offices"].answer[0]


def test_an_official_timetable_changes_nothing_more(railed_edition: Edition) -> None:
    assert all("timetable" not in change.data for change in changes(railed_edition.facts()))


def test_the_chart_and_its_table_are_the_manifests(starter: Edition) -> None:
    rows = starter.manifest["broadband_validation"]
    table = mean_errors(starter.manifest)
    assert table["error"].tolist() == [
        row[f"{way}_mean"] for row in rows for way in ("even", "unmeasured", "model")]
    assert [row[1:] for row in mean_error_rows(starter.manifest)] == [
        tuple(f"{row[f'{way}_mean']:.2f}" for way in ("even", "unmeasured", "model")) for row in rows]
    said = mean_errors_in_words(starter.manifest)
    assert all(f"{row['model_mean']:.2f} as used here" in said for row in rows)
    assert mean_errors({"broadband_validation": []}).empty


def test_a_challenge_holds_place_figures_edition_and_link(starter: Edition) -> None:
    answer = show(starter, View(place=SOUTH_HAMS))
    message = challenge(answer, "https://example.org/doubts?place=E07000044")
    assert message.subject == "Swathe: a figure for South Hams"
    for part in ("South Hams (E07000044)", f"about {about(answer['people_in_gap'].count)}", starter.id,
                 "https://example.org/doubts?place=E07000044"):
        assert part in message.text


def test_a_figure_that_is_changed_is_seen_where_it_is_said(tiny_edition: Edition) -> None:
    answer, moved, found = answered(tiny_edition, View())
    other = dataclasses.replace(moved, by_all_premises=7770.0, by_occupied=(1.0, 8880.0))
    said = {doubt.key: doubt.numbers for doubt in doubts(tiny_edition, answer, other, None)}
    assert said["offices"][1].value == "about 7,770"
    assert said["second-homes"][4].value == "about 8,880"
    assert said["upload"] == found["upload"].numbers
