"""One place in words: its figures with range, rank and basis, as plain text."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from geo.text import about, percent
from geo.vocabulary import HUBS, SPEEDS
from geo.words.claim import broadband_basis, carried, cut_off, premises_count, spoken_name
from geo.words.ranks import rank_lines

__all__ = [
    "Row", "beside_rows", "comfort", "half", "place_rows", "speed_rows", "without",
]

CENSUS = "Census 2021"
_FIGURES = {"people_in_gap_per_1000_workers": "People in the gap, of every 1,000 workers",
            "nowhere_to_turn_per_1000_workers": "Nowhere to turn, of every 1,000 workers",
            "remote_capable_share": "Workers whose job can be done from home",
            "works_from_home_share": "Workers at home on census day 2021 (lockdown)",
            "cut_off_by_rail_share": "Residents cut off by rail",
            "train_minutes": "Train to the hub, median", "door_minutes": "Door to the hub, median",
            "within_30_min_walk_of_station": "Residents within 30 minutes’ walk of a station",
            "most_deprived_fifth_share": "Residents in England’s most deprived fifth",
            "rural_share": "Residents in rural areas"}
_RAIL = ("nowhere_to_turn_per_1000_workers", "cut_off_by_rail_share", "train_minutes", "door_minutes")
_BROADBAND = ("people_in_gap_per_1000_workers", "nowhere_to_turn_per_1000_workers")


class Row(NamedTuple):
    """One figure of the place.

    Parameters
    ----------
    label
        What it is.
    value
        Spelled, with its unit where that is not people or premises.
    beneath
        Its range, or what must stand beside it; may be empty.
    rate
        The same as a rate, or empty.
    ranks
        Where the place stands among its kind; may be empty.
    basis
        Where it comes from: "estimated" and the like (one or two), or the publisher's own words.
    """

    label: str
    value: str
    beneath: str
    rate: str
    ranks: tuple[str, ...]
    basis: tuple[str, ...]


def without(speed: str) -> str:
    """Name the premises without a speed.

    Parameters
    ----------
    speed
        A key of `SPEEDS`.

    Returns
    -------
    str
        For example "Homes and businesses without superfast broadband (30 Mbit/s)".
    """
    return f"Homes and businesses without {carried(speed)}"


def place_rows(answer: Mapping[str, Any], ranks: pd.DataFrame | None, no_car: float | None) -> list[Row]:
    """Spell every figure of a place.

    Parameters
    ----------
    answer
        As `geo.figures.show` gives it.
    ranks
        As for `rank_lines`.
    no_car
        Share of households without a car.

    Returns
    -------
    list of Row
        The measure first, then rail, then who lives there.
    """
    return [*_counted(answer, ranks), *_rail(answer, ranks), *_people(answer, ranks, no_car)]


def _counted(answer: Mapping[str, Any], ranks: pd.DataFrame | None) -> list[Row]:
    rates, code, speed = answer["rates"], answer["place"]["code"], answer["view"]["speed"]
    broadband, rail = broadband_basis(answer), answer["edition"]["rail_basis"]
    published = (broadband_basis(answer, published=isinstance(answer["premises"], int)),)
    return [
        _ranged("People in the gap", answer["people_in_gap"], rates["people_in_gap_per_1000_workers"],
                rank_lines(ranks, code, "people_in_gap"), (broadband,)),
        _ranged("Nowhere to turn", answer["nowhere_to_turn"], rates["nowhere_to_turn_per_1000_workers"],
                rank_lines(ranks, code, "nowhere_to_turn"), (broadband, rail)),
        Row(without(speed), premises_count(answer["premises_below"][speed]), "",
            f"{percent(rates['premises_below_share'][speed])} of {premises_count(answer['premises'])}",
            rank_lines(ranks, code, "premises_below"), published),
    ]


def _count(people: float) -> str:
    return "fewer than 1" if 0 < people < 0.5 else f"about {about(people)}"


def _ranged(label: str, figure: Mapping[str, float], rate: float | None, ranks: tuple[str, ...],
            basis: tuple[str, ...]) -> Row:
    said = "no workers live here" if rate is None else f"{rate:,.1f} of every 1,000 workers"
    return Row(label, _count(figure["estimate"]), f"{about(figure['low'])} to {about(figure['high'])}", said,
               ranks, basis)


def _rail(answer: Mapping[str, Any], ranks: pd.DataFrame | None) -> list[Row]:
    rates, code, view = answer["rates"], answer["place"]["code"], answer["view"]
    hub, basis = HUBS[view["hub"]].label, (answer["edition"]["rail_basis"],)
    way = "by train" if view["clock"] == "train" else "from the door"
    walk = "within_30_min_walk_of_station"
    return [
        Row(f"Cut off by rail: more than {view['minutes']} minutes {way} from {hub}",
            cut_off(answer),
            f"{_nobody(answer['borderline'])} within 10 minutes of that limit",
            f"{percent(rates['cut_off_by_rail_share'])} of residents",
            rank_lines(ranks, code, "cut_off_by_rail"), basis),
        _minutes(f"Train to {hub}, median resident", answer["train_to_hub_minutes"],
                 rank_lines(ranks, code, "train_to_hub_minutes"), basis),
        _minutes(f"Door to {hub}, median resident", answer["door_to_hub_minutes"],
                 rank_lines(ranks, code, "door_to_hub_minutes"), basis),
        Row("Within 30 minutes’ walk of a station", f"{percent(answer[walk])} of residents", "", "",
            rank_lines(ranks, code, walk), ("straight lines × 1.3",)),
    ]


def _nobody(count: float) -> str:
    return f"about {about(count)}" if count >= 0.5 else "nobody"


def _minutes(label: str, figure: Mapping[str, int | None], ranks: tuple[str, ...], basis: tuple[str, ...]) -> Row:
    def one(value: int | None) -> str:
        return "no rail" if value is None else f"{value} min"
    if figure["p10"] is None:
        return Row(label, "no rail", "", "", ranks, basis)
    beneath = f"a tenth have {one(figure['p10'])} or less, a tenth {one(figure['p90'])}"
    beneath += "" if figure["p90"] is None else " or more"
    return Row(label, one(figure["median"]), beneath, "", ranks, basis)


def _people(answer: Mapping[str, Any], ranks: pd.DataFrame | None, no_car: float | None) -> list[Row]:
    rates, code = answer["rates"], answer["place"]["code"]
    home = answer["works_from_home"]
    return [
        Row("Residents", f"{answer['residents']:,}", "", "", rank_lines(ranks, code, "residents"), (CENSUS,)),
        Row("Households", f"{answer['households']:,}", "", "", (), (CENSUS,)),
        Row("Residents in work", f"{answer['workers']:,}", "", "", (), (CENSUS,)),
        Row("Of them, in jobs that can be done from home", f"about {about(answer['remote_capable'])}", "",
            f"{percent(rates['remote_capable_share'])} of workers", rank_lines(ranks, code, "remote_capable"),
            ("census occupations × national shares",)),
        Row("Of them, at home on census day", "not known" if home is None else f"{home:,}",
            "21 March 2021, in lockdown: context only", f"{percent(rates['works_from_home_share'])} of workers", (),
            (CENSUS,)),
        Row("In England’s most deprived fifth of neighbourhoods",
            f"{percent(answer['imd']['most_deprived_fifth_share'])} of residents", "", "", (),
            ("English Indices of Deprivation 2025",)),
        Row("With no car or van", f"{percent(no_car)} of households", "", "", (), (CENSUS,)),
        Row("In rural areas", f"{percent(answer['rural_share'])} of residents", "", "", (),
            ("ONS classification, 2021",)),
    ]


def speed_rows(answer: Mapping[str, Any]) -> list[tuple[str, str, str, str, str]]:
    """Spell the gap at every speed.

    Parameters
    ----------
    answer
        As `geo.figures.show` gives it.

    Returns
    -------
    list of tuple of str
        Speed, premises, share, people in the gap, range; slowest first.
    """
    shares = answer["rates"]["premises_below_share"]
    return [
        (f"{choice.label} (chosen)" if speed == answer["view"]["speed"] else choice.label,
         premises_count(answer["premises_below"][speed]), percent(shares[speed]), _count(gap["estimate"]),
         f"{about(gap['low'])} to {about(gap['high'])}")
        for speed, choice in SPEEDS.items() for gap in (answer["people_in_gap_by_speed"][speed],)
    ]


def beside_rows(table: pd.DataFrame, answer: Mapping[str, Any]) -> list[tuple[str, tuple[str, ...], list[str]]]:
    """Spell the table of a place beside others.

    Parameters
    ----------
    table
        As `geo.profile.context` gives it.
    answer
        Of the place, as `geo.figures.show` gives it.

    Returns
    -------
    list of tuple
        Figure, bases of its row, one text per place.
    """
    broadband, rail = broadband_basis(answer), answer["edition"]["rail_basis"]
    rows = []
    for key, values in table.iterrows():
        speed = str(key).removeprefix("premises_below_")
        chosen = " (chosen)" if speed == answer["view"]["speed"] else ""
        label = f"{without(speed)}{chosen}" if speed in SPEEDS else _FIGURES[str(key)]
        if str(key).endswith("minutes"):
            label = label.replace("the hub", HUBS[answer["view"]["hub"]].label)
        basis = (broadband,) * (key in _BROADBAND or (speed in SPEEDS and not isinstance(answer["premises"], int)))
        rows.append((label, (*basis, *(rail,) * (key in _RAIL)), [_cell(str(key), value) for value in values]))
    return rows


def _cell(key: str, value: float) -> str:
    if np.isnan(value):
        return "–"
    if key.endswith("minutes"):
        return "no rail" if np.isinf(value) else f"{value:,.0f} min"
    return f"{value:,.1f}" if key.endswith("per_1000_workers") else percent(value)


def half(answer: Mapping[str, Any], held: pd.DataFrame) -> str:
    """Say how few neighbourhoods hold half of the gap.

    Parameters
    ----------
    answer
        As `geo.figures.show` gives it.
    held
        As `geo.profile.half_of_gap` gives it.

    Returns
    -------
    str
        One sentence.
    """
    name, count = spoken_name(answer["place"]["name"]), answer["place"]["lsoas"]
    if held.empty:
        return f"Nobody in {name} is in the gap at this speed."
    if count == 1:
        return "This is a single neighbourhood, so all of its gap is here."
    people, share = held["people"].sum(), held["cumulative"].iloc[-1]
    verb = "holds" if len(held) == 1 else "together hold"
    of_all = f"about {about(people)} of about {about(answer['people_in_gap']['estimate'])}"
    return (f"{len(held):,} of the {count:,} neighbourhoods of {name} {verb} {percent(share)} of the people in its "
            f"gap: {of_all}.")


def comfort(answer: Mapping[str, Any], shares: Mapping[str, float | None]) -> list[str]:
    """Say in sentences what the table of comfort shows, and no more.

    Parameters
    ----------
    answer
        Of the place, as `geo.figures.show` gives it.
    shares
        no_car, gap_rural, gap_deprived; None where not known.

    Returns
    -------
    list of str
        Sentences.
    """
    name, all_here = spoken_name(answer["place"]["name"]), answer["rates"]
    said = []
    if shares["gap_rural"] is not None:
        said.append(f"Of the people in the gap in {name}, {percent(shares['gap_rural'])} live in rural neighbourhoods; "
                    f"of all residents, {percent(all_here['rural_share'])} do.")
    if shares["gap_deprived"] is not None:
        said.append(f"{percent(shares['gap_deprived'])} of the people in the gap live in a neighbourhood among "
                    f"England’s most deprived fifth; of all residents, "
                    f"{percent(all_here['most_deprived_fifth_share'])} do.")
    if shares["no_car"] is not None and answer["view"]["access"] == "car":
        said.append(f"The rail times let people drive to a station; {percent(shares['no_car'])} of households here "
                    "have no car or van.")
    said.append("These are figures of neighbourhoods, not of persons: they do not say whether the people in the gap "
                "are well off, nor whether they own a car. Rural hardship is scattered, and a neighbourhood outside "
                "the most deprived fifth may hold many people who are badly off.")
    return said
