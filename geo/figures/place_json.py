"""A place's figures by name, and as plain JSON in the shape that `show --json` has promised."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, NamedTuple

from geo.core.choices import SPEEDS
from geo.core.measures import FIGURES, PLANNED_BUILD, STILL_STUCK, Measure, in_order
from geo.figures.certainty import Certainty, RankCertainty
from geo.figures.claim import Claim
from geo.figures.intervals import Interval
from geo.figures.place import Figure, PlaceFigures
from geo.figures.planned import PlannedBuild
from geo.layers.planned_build import STATUSES

_FIRST = (
    "residents", "households", "workers", "remote_capable", "works_from_home", "premises", "premises_below",
    "people_in_gap", "nowhere_to_turn", "cut_off_by_rail", "borderline", "door_to_hub_minutes", "train_to_hub_minutes",
    "within_30_min_walk_of_station", "most_deprived_fifth", "rural", "coastal",
)
_FIRST_RATES = (
    "people_in_gap", "nowhere_to_turn", "remote_capable", "works_from_home", "premises_below", "cut_off_by_rail",
    "within_30_min_walk_of_station", "most_deprived_fifth", "rural", "coastal",
)
_WITHOUT_RATE = ("residents", "households", "workers", "borderline", "premises", "no_car")
_RANGE = {"estimate": "value", "low": "low", "high": "high", "limit_low": "least", "limit_high": "most"}
_MINUTES = {"median": "value", "p10": "low", "p90": "high"}
PLANNED_KEYS = ("planned_build", "still_stuck")
"""Of what an edition may not know; then they are None."""

# Figures that JSON keeps under another name.
_UNDER = {"most_deprived_fifth": "imd."}


class NamedFigure(NamedTuple):
    """One number by its name in JSON.

    Attributes
    ----------
    name
        Its path, parts joined by full stops.
    value
        None where it cannot be.
    measure
        What it is of.
    unit
        What it is in.
    is_rate
        Whether it is the measure's rate.
    sources
        Ids of the sources it needs besides the measure's.
    interval
        Where nine of ten draws of it lie, where it is the estimate itself and drawn; in the unit of its value.
    in_part
        Whether it is of some of the place's neighbourhoods alone, of which nothing is published.
    """

    name: str
    value: float | int | None
    measure: Measure
    unit: str
    is_rate: bool
    sources: tuple[str, ...] = ()
    interval: Interval | None = None
    in_part: bool = False


def rate_key(measure: Measure) -> str:
    """Name a figure's rate."""
    unit = "share" if measure.percent else measure.rate_unit.replace(",", "").replace(" ", "_")
    return measure.rate_key or f"{measure.key}_{unit}"


def named_figures(answer: PlaceFigures) -> list[NamedFigure]:
    """Name every figure of a place.

    Parameters
    ----------
    answer
        As `geo.figures.place.show` gives it.

    Returns
    -------
    list of NamedFigure
        Counts and minutes, then rates, then what stands beside the claim, then what is planned, where that is known.
    """
    rates = (rate._replace(name=f"rates.{rate.name}") for rate in _rates(answer.figures))
    planned = () if answer.planned is None else planned_figures(answer.planned)
    return [*_values(answer.figures), *rates, *_claim(answer.claim), *planned]


def planned_figures(planned: PlannedBuild) -> Iterator[NamedFigure]:
    """List the numbers of what is planned in a place.

    Parameters
    ----------
    planned
        As `geo.figures.planned.planned_build` gives it.

    Yields
    ------
    NamedFigure
        Premises by status and those that could not be placed; premises and people still stuck.
    """
    for name in (*STATUSES, "unplaced"):
        yield NamedFigure(f"planned_build.{name}", getattr(planned, name), PLANNED_BUILD, PLANNED_BUILD.unit,
                          is_rate=False)
    yield NamedFigure("still_stuck.premises", planned.not_planned, PLANNED_BUILD, PLANNED_BUILD.unit, is_rate=False)
    for name, value in (("estimate", planned.people), ("low", planned.low), ("high", planned.high)):
        yield NamedFigure(f"still_stuck.people.{name}", value, STILL_STUCK, STILL_STUCK.unit, is_rate=False)


def place_json(answer: PlaceFigures, sure: Certainty, notes: Sequence[str] = ()) -> dict[str, Any]:
    """Write an answer as plain JSON.

    Parameters
    ----------
    answer
        As `geo.figures.place.show` gives it.
    sure
        Of the same place and view, as `geo.figures.certainty.certainty` gives it.
    notes
        Its notes in words.

    Returns
    -------
    dict
        Numbers, texts, lists and dicts; None where a figure cannot be. Premises are whole where Ofcom publishes them.
    """
    figures = _nested(named_figures(answer))
    carried = answer.claim.carried_forward
    figures["claim"]["carried_forward"] = None if carried is None else asdict(carried)
    return {
        "edition": answer.edition.as_json(), "view": answer.view.options(), "place": answer.place.facts(),
        **figures, **({} if answer.planned else dict.fromkeys(PLANNED_KEYS)), "certainty": certainty_json(sure),
        "comparators": {name: {"premises_below_share": {}, **_nested(_rates(figures))}
                        for name, figures in {**answer.regions, **answer.nations}.items()},
        "notes": list(notes),
    }


def certainty_json(sure: Certainty) -> dict[str, Any]:
    """Write as plain JSON how sure the figures of a place are.

    Parameters
    ----------
    sure
        As `geo.figures.certainty.certainty` gives it.

    Returns
    -------
    dict
        Key of a figure → p05 and p95; with `_by_speed` added, speed → the same; rates, the same by the names of the
        rates; rank by people in the gap, of how many and by count and rate, or None where the place is not ranked.
    """
    def rank(found: RankCertainty | None) -> dict[str, float] | None:
        """Write one rank."""
        return None if found is None else found._asdict()

    return {
        **{key: found._asdict() for key, found in sure.counts.items()},
        **{f"{key}_by_speed": {speed: found._asdict() for speed, found in speeds.items()}
           for key, speeds in sure.by_speed.items()},
        "rates": {rate_key(FIGURES[key]): _in_unit(FIGURES[key], found)._asdict() for key, found in sure.rates.items()},
        "rank": sure.ranks and {
            "of": sure.ranks.of, "count": rank(sure.ranks.count), "rate": rank(sure.ranks.rate)},
    }


def _in_unit(measure: Measure, found: Interval) -> Interval:
    """Give a rate's interval in the unit in which the rate stands among a place's figures."""
    return Interval(*(end / measure.per for end in found)) if measure.place_rate else found


def _claim(claim: Claim) -> Iterator[NamedFigure]:
    """List the numbers that stand beside the claim."""
    gap, turn = FIGURES["people_in_gap"], FIGURES["nowhere_to_turn"]
    far, jobs = FIGURES["cut_off_by_rail"], FIGURES["remote_capable"]
    numbers: list[tuple[Any, ...]] = [
        ("england_people_in_gap_per_1000_workers", claim.england_rate, gap, gap.rate_unit),
        ("ratio_to_england", claim.ratio_to_england, gap, "times England's rate"),
        ("worked_at_home_2021", claim.worked_at_home, gap, gap.unit),
        *((f"nowhere_to_turn_at.{minutes}", people, turn, turn.unit)
          for minutes, people in claim.nowhere_to_turn_at.items()),
        ("borderline_people", claim.borderline_people, turn, turn.unit),
        *((f"nowhere_to_turn_by.{way}", people, turn, turn.unit) for way, people in claim.nowhere_to_turn_by.items()),
        ("few_departures", claim.few_departures, far, far.unit),
        ("beyond_every_hub", claim.beyond_every_hub, turn, turn.unit),
        *((f"carried_forward.{name}", getattr(claim.carried_forward, name), turn, turn.unit, "coverage-by-area")
          for name in ("people_in_gap", "nowhere_to_turn") if claim.carried_forward is not None),
        ("could_but_do_not", claim.could_but_do_not, jobs, jobs.unit, "commons-library"),
    ]
    for name, value, measure, unit, *sources in numbers:
        yield NamedFigure(f"claim.{name}", value, measure, unit, unit == measure.rate_unit, tuple(sources))


def _nested(figures: Iterable[NamedFigure]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for figure in figures:
        *path, last = figure.name.split(".")
        part = found
        for name in path:
            part = part.setdefault(name, {})
        part[last] = figure.value
    return found


def _values(figures: Mapping[str, Figure]) -> Iterator[NamedFigure]:
    for measure in in_order(_FIRST, ["no_car"]):
        if measure.key != "premises_below":
            yield from _numbers(measure.key, figures[measure.key])
        if measure.by_speed:
            name = "people_in_gap_by_speed" if measure.has_range else measure.key
            for speed in SPEEDS:
                yield from _numbers(f"{name}.{speed}", figures[f"{measure.key}.{speed}"])


def _numbers(name: str, figure: Figure) -> Iterator[NamedFigure]:
    """List the numbers of one figure."""
    measure = figure.measure
    if measure.summary == "minutes" or measure.has_range:
        ends = _MINUTES if measure.summary == "minutes" else _RANGE
        numbers = {end: getattr(figure, attribute) for end, attribute in ends.items()}
        for end, value in numbers.items():
            if value is not None or measure.summary == "minutes":
                sure = figure.interval if ends[end] == "value" else None
                yield NamedFigure(f"{name}.{end}", value, measure, measure.unit, is_rate=False, interval=sure)
    elif measure.has_count:
        yield NamedFigure(name, figure.value, measure, measure.unit, is_rate=False, interval=figure.interval)
    else:
        name = f"{_UNDER.get(measure.key, '')}{rate_key(measure)}"
        yield NamedFigure(name, figure.rate, measure, measure.rate_unit, is_rate=False, interval=figure.rate_interval)


def _rates(figures: Mapping[str, Figure]) -> Iterator[NamedFigure]:
    """Rates of one place, sums over sums; of a nation those that are published."""
    for measure in in_order(_FIRST_RATES, _WITHOUT_RATE):
        keys = {f"{measure.key}.{speed}": f".{speed}" for speed in SPEEDS} if measure.key == "premises_below" else {
            measure.key: ""}
        for key, ending in keys.items():
            figure = figures.get(key)
            if figure and measure.rate_unit and measure.summary != "minutes":
                rate = figure.share if measure.place_rate else figure.rate
                unit = measure.place_rate or measure.rate_unit
                sure = figure.rate_interval and _in_unit(measure, figure.rate_interval)
                yield NamedFigure(f"{rate_key(measure)}{ending}", rate, measure, unit, is_rate=True, interval=sure)
