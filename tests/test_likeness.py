"""Statistical neighbours: distances recomputed in another way, the rules that a distance keeps, and what is said."""

import json
import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from geo.core.choices import AUTHORITY_TYPES, NO_RAIL, OCCUPATIONS, REGION
from geo.core.errors import PlaceError, ViewError
from geo.core.measures import FIGURES
from geo.core.view import View
from geo.edition.store import Edition, load_edition
from geo.figures.certainty import place_certainty
from geo.figures.intervals import INTERVALS
from geo.figures.likeness import LEAST, SUBJECTS, alike, distances, likeness_values, standardised
from geo.figures.profile import place_profile
from geo.figures.ranking import authority_types, rank, rank_like_with_like
from geo.words.likeness import EXAMPLES, alike_words, examples, why_none

pytestmark = pytest.mark.slow

TORRIDGE, NORTH_DEVON, SCILLY, ST_IVES = "E07000046", "E07000043", "E06000053", "E14001511"
HAMPSHIRES = "E14001063"     # Aldershot: some of it lies beyond the map
AGES = ("aged_0_15", "aged_16_24", "aged_25_34", "aged_35_49", "aged_50_64", "aged_65_over")
Call = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def edition() -> Edition:
    return load_edition(geometry=False)


def made(rows: int = 12) -> pd.DataFrame:
    """Places made up, with every value of every subject."""
    columns = [name for names in SUBJECTS.values() for name in names]
    draws = np.random.default_rng(7).gamma(2.0, 10.0, (rows, len(columns)))
    return pd.DataFrame(draws, [f"E070000{number:02}" for number in range(rows)], columns)


def scaled(values: pd.DataFrame) -> pd.DataFrame:
    return standardised(values, [*SUBJECTS.values()])


def by_hand(values: pd.DataFrame, one: str, other: str) -> float:
    """The distance as METHOD says it, with plain numbers."""
    total = 0.0
    for names in SUBJECTS.values():
        for name in names:
            column = [float(value) for value in values[name]]
            mean = sum(column) / len(column)
            spread = math.sqrt(sum((value - mean) ** 2 for value in column) / len(column))
            off = (float(values.loc[one, name]) - float(values.loc[other, name])) / spread
            total += off**2 / len(names)
    return math.sqrt(total)


def test_distances_are_those_worked_out_by_hand() -> None:
    values = made()
    table = scaled(values)
    for one in values.index[:3]:
        found = distances(table, one)
        assert found.is_monotonic_increasing
        assert set(found.index) == set(values.index) - {one}
        assert found.to_dict() == pytest.approx({other: by_hand(values, one, other) for other in found.index})


def test_a_distance_is_the_same_from_either_side_and_in_any_order() -> None:
    values = made()
    table, shuffled = scaled(values), scaled(values.sample(frac=1, random_state=3))
    for one in values.index:
        found = distances(table, one)
        assert all(found[other] == distances(table, other)[one] for other in found.index)
        pd.testing.assert_series_equal(distances(shuffled, one), found)


def test_units_do_not_matter() -> None:
    values = made()
    others = values.assign(station_minutes=values["station_minutes"] / 60, rural=100 * values["rural"],
                           density=values["density"] + math.log(100))     # hours, per cent, residents per km2
    for one in values.index:
        pd.testing.assert_series_equal(distances(scaled(others), one), distances(scaled(values), one))


def test_a_subject_of_nine_values_weighs_as_much_as_one_of_one() -> None:
    values = made()
    flat = {subject: values.assign(**{name: 1.0 for other, names in SUBJECTS.items() if other != subject
                                      for name in names}) for subject in SUBJECTS}
    mean_square = {subject: np.mean([(distances(scaled(table), one) ** 2).mean() for one in table.index])
                   for subject, table in flat.items()}
    assert list(mean_square.values()) == pytest.approx([2 * len(values) / (len(values) - 1)] * len(SUBJECTS))


def test_a_value_that_is_the_same_everywhere_counts_for_nothing() -> None:
    values = made().assign(rural=0.1 + 0.2)
    assert (scaled(values)["rural"] == 0).all()


def test_values_of_a_place_are_sums_over_sums(edition: Edition) -> None:
    areas = edition.areas[edition.areas["authority"] == TORRIDGE]
    found, people = likeness_values(edition, "authority").loc[TORRIDGE], areas["residents"]
    assert found["rural"] == pytest.approx(people[~areas["urban"]].sum() / people.sum())
    assert found["density"] == pytest.approx(math.log(people.sum() / (100 * areas["area_km2"].sum())))
    assert found["imd_score"] == pytest.approx((people * areas["imd_score"]).sum() / people.sum())
    for group in OCCUPATIONS:
        assert found[f"workers_occ_{group}"] == pytest.approx(
            areas[f"workers_occ_{group}"].sum() / areas["workers"].sum())
    for name in AGES:
        assert found[name] == pytest.approx(areas[name].sum() / areas["aged_all"].sum())


def test_minutes_to_a_station_are_door_to_hub_less_the_train_and_boarding(edition: Edition) -> None:
    code = "E01020301"
    best = math.inf
    for hub in ("exeter", "plymouth", "london", "taunton"):
        means = []
        for clock in ("door", "train"):
            reach = edition.reach(hub, clock, "car")
            mine = reach[(reach["area"] == code) & (reach["minutes"] < NO_RAIL)]
            means.append(np.average(mine["minutes"], weights=mine["postcodes"]))
        best = min(best, means[0] - means[1] - 5)
    found = likeness_values(edition, "lsoa")["station_minutes"]
    assert 0 < found[code] <= best + 1e-9
    assert (found.dropna() > 0).all()
    assert found[found.isna()].index.tolist() == list(edition.place(SCILLY).lsoas)


@pytest.mark.parametrize(("kind", "code"), [("authority", TORRIDGE), ("ward", "E05011923"), ("constituency", ST_IVES)])
def test_those_most_like_a_place_are_found_with_their_people_in_the_gap(
    edition: Edition, kind: str, code: str,
) -> None:
    view = View(speed="100")
    found = alike(edition, view, edition.place(code))
    values = likeness_values(edition, kind).dropna()
    if kind == "constituency":
        values = values[~edition.places_of(kind)["neighbour"].loc[values.index]]
    assert found.of == len(values)
    every = {other: by_hand(values, code, other) for other in values.index[:60] if other != code}
    assert found.typical is not None
    for other, distance in found.table["distance"].items():
        assert distance == pytest.approx(by_hand(values, code, str(other)))
    assert found.table["distance"].is_monotonic_increasing
    assert max(found.table["distance"]) <= sorted({**every, **found.table["distance"]}.values())[4] + 1e-9
    ranked = rank(edition, view, by=kind, within="all").set_index("code")
    for column in ("value", "rate"):
        assert found.table[column].to_dict() == pytest.approx(ranked[column].loc[found.table.index].to_dict())
    sure = place_certainty(edition, view, FIGURES["people_in_gap"], by=kind, within="all").loc[found.table.index]
    for column in INTERVALS:
        assert found.table[column].to_dict() == pytest.approx(sure[column].to_dict(), rel=1e-5)
    assert found.rate == pytest.approx(ranked["rate"][code])


@pytest.mark.parametrize(("code", "said"), [
    (REGION, f"Too few to compare: 1 region on the map, and {LEAST} are needed"),
    ("E37000016", "Too few to compare: 6 former LEP areas on the map"),
    (f"{TORRIDGE}+{NORTH_DEVON}", "A partnership is like no one kind of place"),
    (SCILLY, "Not compared with others: it has no way to a station."),
    (HAMPSHIRES, "Not compared with others: some of it lies beyond the edge of the map."),
])
def test_where_none_is_called_like_it_it_is_said_why(edition: Edition, call: Call, code: str, said: str) -> None:
    found = alike(edition, View(), edition.place(code))
    assert found.table.empty
    assert why_none(found).startswith(said)
    status, out, err = call("like", code)
    assert (status, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1


def test_the_page_says_how_many_of_them_stand_better(edition: Edition) -> None:
    profile = place_profile(edition, View(place=TORRIDGE))
    words, found = alike_words(profile), profile.alike
    assert words is not None
    lower = sum(found.table["rate"] < found.rate)
    assert words.heading == f"Worse than {lower} of the 5 most like it"
    assert [name for _, name, _ in words.places] == found.table["name"].tolist()
    first = found.table.iloc[0]
    assert words.places[0][2] == (f"{first['rate']:.1f} ({first['rate_p05']:.1f} to {first['rate_p95']:.1f}) · "
                                  f"{first['distance']:.1f}")
    assert f"other local authorities is {found.typical:.1f} from it" in words.meaning
    outside = {code for code, _, figures in words.places if figures.endswith("outside the South West")}
    assert outside == set(found.table.index[found.table["neighbour"]])
    assert len(outside) == 1


def test_neighbourhoods_are_named_and_not_compared(edition: Edition) -> None:
    words = alike_words(place_profile(edition, View(place="E01020301")))
    assert words is not None
    assert words.heading == "Most like it"
    assert all(figures.startswith("distance ") for _, _, figures in words.places)
    assert alike_words(place_profile(edition, View())) is None


def test_the_method_page_lists_five_places(edition: Edition, tiny_edition: Edition) -> None:
    rows = examples(edition)
    assert len(rows) == len(EXAMPLES) == 5
    for code, (_, listed, middle) in zip(EXAMPLES, rows, strict=True):
        found = alike(edition, View(), edition.place(code))
        assert listed.split("; ") == [
            f"{row['name']} {row['distance']:.2f}" for row in found.table.to_dict("records")]
        assert middle == f"{found.typical:.2f}"
    assert examples(tiny_edition) == []


def test_the_command_says_code_name_distance_and_people_in_the_gap(edition: Edition, call: Call) -> None:
    found = alike(edition, View(speed="10"), edition.place(TORRIDGE), 3).table
    status, out, err = call("like", "Torridge", "--top", "3", "--speed", "10", "--json")
    assert (status, err) == (0, "")
    rows = json.loads(out)
    assert [row["code"] for row in rows] == found.index.tolist()
    for row, wanted in zip(rows, found.to_dict("records"), strict=True):
        assert {name: row[name] for name in wanted} == pytest.approx(wanted)
        assert (row["rate_unit"], row["edition"]) == ("per 1,000 workers", edition.id)
    _, text, _ = call("like", "Torridge", "--top", "3", "--speed", "10")
    assert all(row["code"] in text and f"{row['distance']:.2f}" in text for row in rows)
    assert "weigh alike" in text
    _, every, _ = call("like", "Torridge", "--top", "0", "--json")
    assert len(json.loads(every)) == 39


def test_authorities_are_ranked_like_with_like(edition: Edition, call: Call) -> None:
    every = rank(edition, View(), by="authority", per="rate")
    kept = {}
    for key, prefix in (("unitary", "E06"), ("district", "E07")):
        ranked = rank_like_with_like(edition, View(), like=key, per="rate")
        mine = every[every["code"].str.startswith(prefix)]
        assert ranked["code"].tolist() == mine["code"].tolist()
        assert ranked["rank"].tolist() == list(range(1, len(mine) + 1))
        pd.testing.assert_frame_equal(
            ranked.drop(columns="rank"), mine.drop(columns="rank").reset_index(drop=True))
        kept[key] = set(ranked["code"])
    assert kept["unitary"] | kept["district"] == set(every["code"])
    assert authority_types(edition) == tuple(AUTHORITY_TYPES)
    _, out, _ = call("rank", "--by", "authority", "--like", "district", "--per", "rate", "--top", "0", "--json")
    assert {row["code"] for row in json.loads(out)} == kept["district"]
    text = call("rank", "--by", "authority", "--like", "district", "--within", "E10000008", "--top", "2")[1]
    assert text.startswith("People in the gap by district, 2 of 8, worst first.")


def test_a_type_is_of_authorities_alone_and_may_not_be_there(edition: Edition, call: Call) -> None:
    assert call("rank", "--by", "ward", "--like", "district")[0] == 2
    assert call("rank", "--by", "authority", "--like", "parish")[0] == 2
    with pytest.raises(ViewError, match="parish"):
        rank_like_with_like(edition, View(), like="parish")
    with pytest.raises(PlaceError, match="no whole unitary authority"):
        rank_like_with_like(edition, View(), like="unitary", within="E10000008")
