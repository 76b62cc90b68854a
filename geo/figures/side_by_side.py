"""Places side by side: the same figures of several places, each with its range, rate and basis."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from geo.core.choices import SPEEDS
from geo.core.measures import LIMITS, Measure, in_order
from geo.figures.place import Figure, PlaceFigures

_FIRST = (
    "people_in_gap", "nowhere_to_turn", "residents", "households", "workers", "remote_capable", "works_from_home",
    "rural", "coastal", "most_deprived_fifth", "train_to_hub_minutes", "door_to_hub_minutes", "cut_off_by_rail",
    "borderline", "within_30_min_walk_of_station", "premises",
)
_NOT_LISTED = ("premises_below", "no_car")
_RATES_FIRST = (
    "people_in_gap", "nowhere_to_turn", "premises_below", "remote_capable", "works_from_home", "cut_off_by_rail",
    "train_to_hub_minutes", "door_to_hub_minutes", "within_30_min_walk_of_station", "most_deprived_fifth", "rural",
    "coastal",
)
_WITHOUT_RATE = ("residents", "households", "workers", "borderline", "premises", "no_car")


@dataclass(frozen=True)
class Row:
    """One figure of several places.

    Attributes
    ----------
    measure
        What it is.
    speed
        The speed it is at, where it stands for one of all speeds; else "".
    figures
        One a place, in the order asked; None where it is not known of a place.
    """

    measure: Measure
    speed: str
    figures: tuple[Figure | None, ...]

    @property
    def key(self) -> str:
        """Name of the figure, with its speed where there is one for each."""
        return f"{self.measure.key}.{self.speed}" if self.speed else self.measure.key


def all_figures(answers: Sequence[PlaceFigures]) -> list[Row]:
    """Set every figure of places side by side.

    Parameters
    ----------
    answers
        As `geo.figures.place.show` gives them, of one edition and one set of options.

    Returns
    -------
    list of Row
        Group by group.
    """
    rows = [_row(measure, "", [answer.figures for answer in answers]) for measure in in_order(_FIRST, _NOT_LISTED)]
    limits = Row(LIMITS, "", tuple(Figure(LIMITS, low=gap.least, high=gap.most, basis=gap.basis)
                                   for gap in (answer["people_in_gap"] for answer in answers)))
    rows.insert(1, limits)
    by_speed = (rows[0].measure, answers[0]["premises_below"].measure)
    return rows + [_row(measure, speed, [answer.figures for answer in answers])
                   for measure in by_speed[::-1] for speed in SPEEDS]


def rates_and_minutes(answers: Sequence[PlaceFigures]) -> tuple[list[Row], list[str]]:
    """Set rates, shares and minutes of places side by side, and what is published for nations.

    Parameters
    ----------
    answers
        As for `all_figures`; the first is the place looked at.

    Returns
    -------
    rows : list of Row
        Figures that have a rate, and the median minutes; one column more for each nation.
    nations : list of str
        Their names.
    """
    nations = answers[0].nations
    tables = [*(answer.figures for answer in answers), *nations.values()]
    rows = []
    for measure in in_order(_RATES_FIRST, _WITHOUT_RATE):
        speeds = SPEEDS if measure.key == "premises_below" else ("",)
        rows += [_row(measure, speed, tables) for speed in speeds]
    return rows, list(nations)


def _row(measure: Measure, speed: str, tables: Sequence[Mapping[str, Figure]]) -> Row:
    key = f"{measure.key}.{speed}" if speed else measure.key
    return Row(measure, speed, tuple(table.get(key) for table in tables))
