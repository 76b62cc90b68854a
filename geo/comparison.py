"""Places side by side: every figure of `show` as one row, with its range, rate, unit and basis for each place."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd

from geo.gap import per_thousand
from geo.text import about, percent
from geo.vocabulary import ACCESS, HUBS, KINDS, MEASURES, SPEEDS, WORK

__all__ = ["BASES", "Cell", "Row", "compare", "comparison_table", "measure_basis", "spell"]

Answer = Mapping[str, Any]

BASES: Mapping[str, str] = {
    "census": "Counted by the census of 21 March 2021.",
    "census and survey": "Counts of occupations (census) times each one's share of jobs that can be done from home.",
    "published": "Ofcom's own count for this place.",
    "estimated": "Ofcom counts premises by authority and constituency; how they are spread inside is estimated.",
    "measured": "Counted from Ofcom's figures for each output area.",
    "indicative": "From a pattern timetable compiled by hand, not from an official feed: minutes may be out.",
    "timetable": "From an official timetable.",
    "worked out": "Worked out from the position of postcodes and stations.",
    "official": "Taken from an official source as published.",
}
"""What each basis means; broadband and rail take theirs from the edition."""


@dataclass(frozen=True)
class Cell:
    """One figure of one place.

    Parameters
    ----------
    value
        The count or the minutes; None where there is only a rate, or no rail.
    low, high
        Its range; for minutes what a tenth of residents need at most, and at least. None where there is none.
    rate
        Sum over sum; None where there is none.
    rate_low, rate_high
        The rate's range.
    basis
        How sure: keys of `BASES`, one or two.
    """

    value: float | None = None
    low: float | None = None
    high: float | None = None
    rate: float | None = None
    rate_low: float | None = None
    rate_high: float | None = None
    basis: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """One figure of all the places.

    Parameters
    ----------
    key
        As in `show --json`, parts joined by full stops.
    group
        Heading it stands under.
    label
        What it is called.
    unit
        Of value, low and high; "" where there is only a rate.
    rate_unit
        Of the rate: "per 1,000 workers", or "share of …" for shares from 0 to 1; "" where there is none.
    cells
        One a place, in the order asked.
    """

    key: str
    group: str
    label: str
    unit: str
    rate_unit: str
    cells: tuple[Cell, ...]


def compare(answers: Sequence[Answer]) -> list[Row]:
    """Set places side by side.

    Parameters
    ----------
    answers
        As `geo.figures.show` gives them, of one edition and one set of options.

    Returns
    -------
    list of Row
        Every figure of `show`, group by group.
    """
    view = answers[0]["view"]
    access = ACCESS[view["access"]].label.lower()
    hub, clock = HUBS[view["hub"]].label, "by train" if view["clock"] == "train" else "door to hub"
    too_far = f"more than {view['minutes']} minutes from {hub} {clock}"
    gap, people, rail = f"In the gap: {_lower(SPEEDS[view['speed']].label)}", "Who lives here", f"Rail to {hub}"

    def row(group: str, key: str, label: str, units: tuple[str, str], cell: Callable[[Answer], Cell]) -> Row:
        return Row(key, group, label, *units, tuple(cell(answer) for answer in answers))

    rows = [
        row(gap, "people_in_gap", "People in the gap", ("people", "per 1,000 workers"),
            lambda answer: _people(answer, answer["people_in_gap"], "broadband_basis")),
        row(gap, "people_in_gap.limits", "The least and the most that could be", ("people", ""),
            lambda answer: _limits(answer, answer["people_in_gap"])),
        row(gap, "nowhere_to_turn", f"Nowhere to turn: also {too_far}", ("people", "per 1,000 workers"),
            lambda answer: _people(answer, answer["nowhere_to_turn"], "broadband_basis", "rail_basis")),
        row(people, "residents", "Residents", ("residents", ""), lambda answer: _counted(answer, "residents")),
        row(people, "households", "Households", ("households", ""), lambda answer: _counted(answer, "households")),
        row(people, "workers", "Residents in work", ("workers", ""), lambda answer: _counted(answer, "workers")),
        row(people, "remote_capable", f"Whose job can be done from home ({WORK[view['work']].label})",
            ("workers", "share of workers"), lambda answer: _counted(
                answer, "remote_capable", "remote_capable_share", "census and survey")),
        row(people, "works_from_home", "Worked from home on census day, in lockdown", ("workers", "share of workers"),
            lambda answer: _counted(answer, "works_from_home", "works_from_home_share")),
        row(people, "rural_share", "In rural areas", ("", "share of residents"),
            lambda answer: Cell(rate=answer["rural_share"], basis=("official",))),
        row(people, "imd.most_deprived_fifth_share", "In the most deprived fifth of England",
            ("", "share of residents"),
            lambda answer: Cell(rate=answer["imd"]["most_deprived_fifth_share"], basis=("official",))),
        row(rail, "train_to_hub_minutes", "Time on the train, median", ("minutes", ""),
            lambda answer: _minutes(answer, "train_to_hub_minutes")),
        row(rail, "door_to_hub_minutes", f"Door to hub, median ({access})", ("minutes", ""),
            lambda answer: _minutes(answer, "door_to_hub_minutes")),
        row(rail, "cut_off_by_rail", f"Cut off by rail: {too_far}", ("residents", "share of residents"),
            _cut_off),
        row(rail, "borderline", "Within 10 minutes of that limit", ("residents", ""),
            lambda answer: Cell(answer["borderline"], basis=(answer["edition"]["rail_basis"],))),
        row(rail, "within_30_min_walk_of_station", "Within 30 minutes' walk of a station", ("", "share of residents"),
            lambda answer: Cell(rate=answer["within_30_min_walk_of_station"], basis=("worked out",))),
        row("Homes and businesses", "premises", "All premises", ("premises", ""), _premises),
    ]
    rows += [row("Homes and businesses", f"premises_below.{speed}", choice.label, ("premises", "share of premises"),
                 partial(_below, speed)) for speed, choice in SPEEDS.items()]
    rows += [row("People in the gap at every speed", f"people_in_gap_by_speed.{speed}", choice.label,
                 ("people", "per 1,000 workers"), partial(_people_at, speed)) for speed, choice in SPEEDS.items()]
    return rows


def _lower(label: str) -> str:
    return label[0].lower() + label[1:]


def _people(answer: Answer, gap: Mapping[str, float], *bases: str) -> Cell:
    rate, low, high = (per_thousand(gap[end], answer["workers"]) for end in ("estimate", "low", "high"))
    basis = tuple(answer["edition"][basis] for basis in bases)
    return Cell(gap["estimate"], gap["low"], gap["high"], rate, low, high, basis)


def _limits(answer: Answer, gap: Mapping[str, float]) -> Cell:
    return Cell(None, gap["limit_low"], gap["limit_high"], basis=(answer["edition"]["broadband_basis"],))


def _counted(answer: Answer, key: str, rate: str | None = None, basis: str = "census") -> Cell:
    return Cell(answer[key], rate=answer["rates"][rate] if rate else None, basis=(basis,))


def _minutes(answer: Answer, key: str) -> Cell:
    figure = answer[key]
    return Cell(figure["median"], figure["p10"], figure["p90"], basis=(answer["edition"]["rail_basis"],))


def _cut_off(answer: Answer) -> Cell:
    return Cell(answer["cut_off_by_rail"], rate=answer["rates"]["cut_off_by_rail_share"],
                basis=(answer["edition"]["rail_basis"],))


def _premises_basis(answer: Answer) -> tuple[str, ...]:
    return ("published" if isinstance(answer["premises"], int) else answer["edition"]["broadband_basis"],)


def _premises(answer: Answer) -> Cell:
    return Cell(answer["premises"], basis=_premises_basis(answer))


def _people_at(speed: str, answer: Answer) -> Cell:
    return _people(answer, answer["people_in_gap_by_speed"][speed], "broadband_basis")


def _below(speed: str, answer: Answer) -> Cell:
    return Cell(answer["premises_below"][speed], rate=answer["rates"]["premises_below_share"][speed],
                basis=_premises_basis(answer))


def spell(row: Row, cell: Cell) -> list[str]:
    """Write one figure for a reader.

    Parameters
    ----------
    row
        The figure.
    cell
        Of one place.

    Returns
    -------
    list of str
        The figure itself, then its range and its rate where it has them.
    """
    if row.unit == "minutes":
        return _spell_minutes(cell)
    if row.unit == "":
        return [_rate(row, cell)]
    if cell.value is None:
        return ["not known" if cell.low is None or cell.high is None else _span(cell.low, cell.high)]
    if cell.rate == 1 and row.rate_unit == "share of residents":
        return [f"all {cell.value:,.0f}", _rate(row, cell)]
    lines = [_count(cell.value, exact=isinstance(cell.value, int))]
    if cell.low is not None and cell.high:
        lines.append(_span(cell.low, cell.high))
    if row.rate_unit:
        lines.append(_rate(row, cell))
    return lines


def _count(value: float, exact: bool) -> str:
    if exact or value == 0:
        return f"{value:,.0f}"
    return "fewer than 1" if value < 0.5 else f"about {about(value)}"


def _span(low: float, high: float) -> str:
    return f"{about(low)} to {about(high)}" if high >= 0.5 or high == 0 else "all of it fewer than 1"


def _spell_minutes(cell: Cell) -> list[str]:
    def one(value: float | None) -> str:
        return "no rail" if value is None else f"{value:,.0f}"
    if cell.low is None:     # not even the nearest tenth of its residents
        return ["no rail"]
    middle = "no rail" if cell.value is None else f"{cell.value:,.0f} minutes"
    return [middle, f"a tenth {one(cell.low)} or less, a tenth {one(cell.high)} or more"]


def _rate(row: Row, cell: Cell) -> str:
    if cell.rate is None:
        return "no workers live here" if "worker" in row.rate_unit else "not known"
    if row.rate_unit.startswith("share"):
        return f"{percent(cell.rate)} {row.rate_unit.removeprefix('share ')}"
    return f"{cell.rate:,.1f} {row.rate_unit}"


def measure_basis(edition: Mapping[str, Any], measure: str, kind: str) -> tuple[str, ...]:
    """Name the basis of a measure in a ranking.

    Parameters
    ----------
    edition
        What every answer says of its edition: broadband_basis and rail_basis count.
    measure
        A key of `MEASURES`.
    kind
        Of the places ranked, a key of `KINDS`.

    Returns
    -------
    tuple of str
        Keys of `BASES`, one or two.
    """
    exact = KINDS[kind].whole_authorities or kind == "constituency"
    broadband, rail = edition["broadband_basis"], edition["rail_basis"]
    known: dict[str, tuple[str, ...]] = {
        "people_in_gap": (broadband,), "nowhere_to_turn": (broadband, rail), "cut_off_by_rail": (rail,),
        "premises_below": ("published" if exact else broadband,), "remote_capable": ("census and survey",),
        "residents": ("census",), "within_30_min_walk_of_station": ("worked out",),
    }
    return known.get(measure, (rail,) if MEASURES[measure].by_rail else ("official",))


def comparison_table(rows: Sequence[Row], answers: Sequence[Answer]) -> pd.DataFrame:
    """Write places side by side as one tidy table.

    Parameters
    ----------
    rows
        As `compare` returns them.
    answers
        What they were made from.

    Returns
    -------
    pandas.DataFrame
        RangeIndex, one row a figure and place; columns figure, label, group, code, name, kind, value, unit, low,
        high, rate, rate_unit, basis.
    """
    return pd.DataFrame([
        {"figure": row.key, "label": row.label, "group": row.group, "code": answer["place"]["code"],
         "name": answer["place"]["name"], "kind": answer["place"]["kind"], "value": cell.value, "unit": row.unit,
         "low": cell.low, "high": cell.high, "rate": cell.rate, "rate_unit": row.rate_unit,
         "basis": " and ".join(cell.basis)}
        for row in rows for answer, cell in zip(answers, row.cells, strict=True)
    ]).astype(dict.fromkeys(["value", "low", "high", "rate"], "float64"))
