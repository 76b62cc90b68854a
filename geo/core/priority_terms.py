"""What is asked of a list of neighbourhoods to upgrade first: its order, where it stops, what is fair."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from geo.core.errors import ViewError

if TYPE_CHECKING:
    from geo.core.view import View

ORDERS = ("people", "rate")
"""By people in the gap, or by people in the gap of each premises to upgrade."""

LEAST = 50
"""Premises below the speed that make a neighbourhood a candidate, unless asked otherwise."""

HALVE = "halve"
"""How a link spells that a list stops at half of the gap."""


@dataclass(frozen=True)
class Terms:
    """What is asked of a list.

    Attributes
    ----------
    by
        One of `ORDERS`.
    least
        Premises below the speed that make a neighbourhood a candidate.
    premises
        At most so many are upgraded; None for no limit.
    halve
        Whether to stop where half of the people in the gap are out of it.
    fair_share
        At least this share of the premises upgraded, 0 to 1, is in England's most deprived fifth of neighbourhoods
        (IMD deciles 1 and 2).
    every_authority
        At least so many premises in every authority that has candidates; all of them where it has fewer.

    Raises
    ------
    ViewError
        A value that cannot be.
    """

    by: str = ORDERS[0]
    least: float = LEAST
    premises: float | None = None
    halve: bool = False
    fair_share: float = 0.0
    every_authority: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        if self.by not in ORDERS:
            raise ViewError(f"by ‘{self.by}’: one of {' '.join(ORDERS)} is right")
        if not 0 <= self.fair_share <= 1:
            raise ViewError(f"a fair share of {self.fair_share:g}: 0 to 1 is right")
        if self.halve and self.premises is not None:
            raise ViewError("half of the gap and a number of premises at once: one of the two is right")

    @property
    def is_fair(self) -> bool:
        """Whether a condition of fairness is set."""
        return self.fair_share > 0 or self.every_authority > 0


def affordable(budget: float, cost: float) -> float:
    """Work out how many premises a budget pays for.

    Parameters
    ----------
    budget, cost
        Pounds in all, and for each premises: both the reader's.

    Returns
    -------
    float
        Premises, not rounded.

    Raises
    ------
    ViewError
        Nothing is upgraded for nothing.
    """
    if not cost > 0:
        raise ViewError(f"a cost of £{cost:g} for each premises: more than 0 is right")
    return budget / cost


class Stop(NamedTuple):
    """Where a list stops: at half of the gap where nothing is given.

    Attributes
    ----------
    premises
        At most so many are upgraded.
    budget, cost
        Pounds in all, and for each premises: both the reader's.
    """

    premises: int | None = None
    budget: int | None = None
    cost: int | None = None

    def in_link(self) -> str:
        """Spell it as a link does.

        Returns
        -------
        str
            As `geo.core.view.View.first` takes it.
        """
        if self.budget is not None:
            return f"{self.budget}/{self.cost}"
        return HALVE if self.premises is None else str(self.premises)


def stop_of(first: str) -> Stop:
    """Read where a list stops from a link's spelling.

    Parameters
    ----------
    first
        As `geo.core.view.View.first` takes it; empty for half of the gap.

    Returns
    -------
    Stop
        Whole premises or pounds.

    Examples
    --------
    >>> stop_of("halve").in_link(), stop_of("900").premises, stop_of("5000000/2000").cost
    ('halve', 900, 2000)
    """
    if first in {"", HALVE}:
        return Stop()
    pounds, _, cost = first.partition("/")
    return Stop(budget=int(pounds), cost=int(cost)) if cost else Stop(premises=int(pounds))


def terms_of(view: "View") -> Terms:
    """Read what a view asks of a list.

    Parameters
    ----------
    view
        Its first, order, least, fair and every count here.

    Returns
    -------
    Terms
        To stop at half of the gap where the view does not say where.
    """
    stop = stop_of(view.first)
    paid = affordable(stop.budget, stop.cost) if stop.budget is not None and stop.cost is not None else stop.premises
    return Terms(by=view.order, least=view.least, premises=paid, halve=paid is None, fair_share=view.fair / 100,
                 every_authority=view.every)
