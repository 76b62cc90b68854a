"""Where first: neighbourhoods to upgrade so that most people leave the gap, or half of them do.

To upgrade a neighbourhood is to give every premises of it that lacks the speed a line that has it: all of its people in
the gap leave it, and each premises is counted once, in its own neighbourhood. Where the order alone is exact it is
taken from the top; where whole neighbourhoods must fit into a limit or meet a condition, that is a knapsack, which
`scipy.optimize.milp` solves and says how far from the best its answer may be.
"""

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp

from geo.core.errors import ViewError
from geo.core.measures import FIGURES
from geo.core.priority_terms import LEAST, Terms
from geo.core.view import View
from geo.edition.places import Place
from geo.edition.store import Edition
from geo.figures.areas import area_figures
from geo.figures.draws import is_drawn, lsoa_draws
from geo.figures.intervals import ENDS
from geo.figures.planned import share_left
from geo.layers.small_area import Floats

_FIFTH_DECILES = 2
_ROUNDING = 1e-9      # of a sum, relative
_EXACT = 100          # candidates among which the very best choice is found; among more one that is nearly as good
_NEARLY = 1e-3
_INFEASIBLE = 2       # status of `milp`

SECONDS = 5
"""After which the solver gives the best it has."""


class Priorities(NamedTuple):
    """Where first.

    Attributes
    ----------
    table
        Index LSOA code, in the order asked for; name, locality (name of its MSOA), authority (code), deprived (bool),
        premises (to upgrade), people_out_of_gap, cumulative_premises, cumulative_people, and of these two the ends of
        the interval, …_p05 and …_p95: missing where nothing is drawn.
    candidates
        As `candidates` gives them.
    people, premises
        In the gap and below the speed in the whole place, what is under contract or planned left out.
    reached
        False where half of the gap is asked for and all that the terms allow takes out less.
    gap
        By how much of its worth the best choice may be better (0 to 1); None where the order alone is exact.
    """

    table: pd.DataFrame
    candidates: pd.DataFrame
    people: float
    premises: float
    reached: bool
    gap: float | None


def left_to_upgrade(edition: Edition, view: View, lsoas: pd.Index) -> pd.DataFrame:
    """Count what is to be upgraded: what is under contract or planned for a gigabit is left out, people in proportion.

    Parameters
    ----------
    edition
        The edition served.
    view
        Its speed and table of jobs count.
    lsoas
        Codes of neighbourhoods.

    Returns
    -------
    pandas.DataFrame
        Index as given; float64 left (`geo.figures.planned.share_left`), premises and people.
    """
    rows = area_figures(edition, view).loc[lsoas]
    below = rows[f"premises_below_{view.speed}"]
    left = share_left(edition, view.speed, lsoas)
    return pd.DataFrame({"left": left, "premises": below * left,
                         "people": rows[f"people_in_gap_{view.speed}_estimate"] * left})


def candidates(edition: Edition, view: View, place: Place, least: float = LEAST) -> pd.DataFrame:
    """List the neighbourhoods that may come first.

    Parameters
    ----------
    edition
        The edition served.
    view
        Its speed and table of jobs count.
    place
        Any place.
    least
        Premises to upgrade that each must have. Without a floor a list by people of each premises names comfortable
        places with a dozen bad lines: the share of homes without the line cancels out of that rate.

    Returns
    -------
    pandas.DataFrame
        Index LSOA code, sorted; name, locality (name of its MSOA), authority (code), deprived (bool: in England's most
        deprived fifth), left, premises, people (`left_to_upgrade`). Where nobody is in the gap nothing is listed.
    """
    areas = edition.areas.loc[place.lsoas]
    table = left_to_upgrade(edition, view, place.lsoas).assign(
        name=areas["name"], locality=areas["msoa"].map(edition.names("msoa")), authority=areas["authority"],
        deprived=areas["imd_decile"] <= _FIFTH_DECILES)
    wanted = (table["premises"] >= least) & (table["people"] > 0) & (table["premises"] > 0)
    return table.loc[wanted, ["name", "locality", "authority", "deprived", "left", "premises", "people"]].sort_index()


def in_order(table: pd.DataFrame, by: str) -> pd.DataFrame:
    """Put candidates in order.

    Parameters
    ----------
    table
        As `candidates` gives it.
    by
        One of `geo.core.priority_terms.ORDERS`.

    Returns
    -------
    pandas.DataFrame
        The same rows, the first to upgrade first; ties by code.
    """
    worth = table["people"] if by == "people" else table["people"] / table["premises"]
    return table.loc[worth.sort_index().sort_values(ascending=False, kind="stable").index]


def where_first(edition: Edition, view: View, place: Place, terms: Terms) -> Priorities:
    """Choose the neighbourhoods to upgrade first, and put them in order.

    With a number of premises those are chosen that together take most people out of the gap, in whichever order they
    are listed. Half of the gap is reached by people with the fewest neighbourhoods, by rate with the fewest premises.

    Parameters
    ----------
    edition
        The edition served.
    view
        Its speed is the one that lines are upgraded to, and people are counted in the gap at; its table of jobs counts.
    place
        Any place.
    terms
        What is asked.

    Returns
    -------
    Priorities
        Empty where no neighbourhood is a candidate, or none fits.

    Raises
    ------
    ViewError
        No choice meets all the terms.
    """
    listed, whole = candidates(edition, view, place, terms.least), left_to_upgrade(edition, view, place.lsoas)
    people = float(whole["people"].sum())
    ordered = in_order(listed, terms.by)
    if terms.fair_share and not listed["deprived"].any():     # none can be chosen, whatever else is asked
        return Priorities(curve(edition, view, ordered.head(0)), listed, people, float(whole["premises"].sum()),
                          not terms.halve, None)
    chosen, reached, gap = choose(ordered, terms, people / 2 if terms.halve else 0.0)
    return Priorities(curve(edition, view, ordered[chosen]), listed, people, float(whole["premises"].sum()), reached,
                      gap)


def choose(table: pd.DataFrame, terms: Terms, target: float) -> tuple[Floats, bool, float | None]:
    """Choose neighbourhoods, by their order where that alone is exact.

    Parameters
    ----------
    table
        As `in_order` gives it.
    terms
        What is asked.
    target
        People who must leave the gap; 0 to take out as many as can be.

    Returns
    -------
    chosen : numpy.ndarray
        Of each row whether it is (bool).
    reached : bool
        Whether so many leave it; where they cannot, as many are taken out as can be.
    gap : float or None
        As in `Priorities`.

    Raises
    ------
    ViewError
        No choice meets all the terms.
    """
    reachable = table["people"].sum() >= target * (1 - _ROUNDING)
    if terms.is_fair or terms.premises is not None or (terms.by == "rate" and target and reachable):
        found = solve(table, terms, target)
        if found is None and target:
            found, reachable = solve(table, terms, 0.0), False
        if found is None:
            raise ViewError("no choice of neighbourhoods meets all of that: more premises, a smaller fair share or "
                            "fewer in every authority may be right")
        return found[0], bool(reachable), found[1]
    if not target:
        return np.ones(len(table), dtype=bool), True, None
    before = table["people"].cumsum() - table["people"]
    return (before < target * (1 - _ROUNDING)).to_numpy(), bool(reachable), None


def solve(table: pd.DataFrame, terms: Terms, target: float) -> tuple[Floats, float] | None:
    """Choose whole neighbourhoods under conditions, by mixed-integer programming.

    Parameters
    ----------
    table
        As `candidates` gives it.
    terms
        Its limit and its conditions of fairness.
    target
        People who must leave the gap, with as few neighbourhoods (by people) or premises (by rate) as can be; 0 to take
        out as many people as can be.

    Returns
    -------
    chosen : numpy.ndarray
        Of each row whether it is (bool).
    gap : float
        By how much of its worth the best choice may be better, 0 to 1.

        None instead of both where no choice meets the terms.

    Raises
    ------
    ViewError
        Whether one does was not found out in time.
    """
    if table.empty:
        return None if target else (np.zeros(0, dtype=bool), 0.0)
    people, premises = (table[name].to_numpy(dtype="float64") for name in ("people", "premises"))
    worth = -people if not target else np.ones(len(table)) if terms.by == "people" else premises
    found = milp(worth, integrality=np.ones(len(table)), bounds=Bounds(0, 1),
                 options={"time_limit": SECONDS, "mip_rel_gap": 0.0 if len(table) <= _EXACT else _NEARLY},
                 constraints=[LinearConstraint(*row) for row in _conditions(table, terms, target)])
    if found.x is None and found.status == _INFEASIBLE:
        return None
    if found.x is None:
        raise ViewError(f"terms that are not settled within {SECONDS} seconds: fewer of them, or a smaller place, may "
                        "be right")
    return np.asarray(found.x > 0.5), max(float(found.mip_gap), 0.0)


def _conditions(table: pd.DataFrame, terms: Terms, target: float) -> Iterator[tuple[Floats, float, float]]:
    """Say each condition as a weighted sum and its ends."""
    premises = table["premises"].to_numpy(dtype="float64")
    if target:
        yield table["people"].to_numpy(dtype="float64"), target, math.inf
    if terms.premises is not None:
        yield premises, -math.inf, terms.premises
    if terms.fair_share:
        yield premises * (table["deprived"].to_numpy() - terms.fair_share), 0.0, math.inf
    if terms.every_authority:
        for authority in table["authority"].unique():
            there = premises * (table["authority"] == authority).to_numpy()
            yield there, min(terms.every_authority, there.sum() * (1 - _ROUNDING)), math.inf


def curve(edition: Edition, view: View, chosen: pd.DataFrame) -> pd.DataFrame:
    """Sum the neighbourhoods up from the first, with the interval of each sum.

    Parameters
    ----------
    edition, view
        Those that candidates are of.
    chosen
        Rows of `candidates`, in order.

    Returns
    -------
    pandas.DataFrame
        As `Priorities.table`.
    """
    table = chosen.rename(columns={"people": "people_out_of_gap"}).assign(
        cumulative_premises=chosen["premises"].cumsum(), cumulative_people=chosen["people"].cumsum())
    for name, drawn in _drawn(edition, view, chosen["left"]).items():
        ends = np.quantile(np.cumsum(drawn, axis=0), ENDS, axis=1)
        table[f"cumulative_{name}_p05"], table[f"cumulative_{name}_p95"] = ends
    return table.drop(columns="left")


def _drawn(edition: Edition, view: View, left: pd.Series) -> dict[str, Floats]:
    """Draw the premises to upgrade and the people of neighbourhoods; a draw of nothing where nothing is drawn."""
    rows, shares = edition.areas.index.get_indexer(left.index), left.to_numpy()[:, None]
    keys = {"premises": FIGURES["premises_below"], "people": FIGURES["people_in_gap"]}
    return {name: shares * lsoa_draws(edition, view, key, rows) if is_drawn(edition, key) else
            np.full((len(left), 1), np.nan) for name, key in keys.items()}


def by_authority(found: Priorities, edition: Edition, view: View) -> pd.DataFrame:
    """Sum a list up by authority.

    Parameters
    ----------
    found
        As `where_first` gives it.
    edition, view
        Those it was made of.

    Returns
    -------
    pandas.DataFrame
        Index authority code, most premises first; name, neighbourhoods (how many), premises, people, and of these two
        the ends of the interval, …_p05 and …_p95: missing where nothing is drawn.
    """
    authority = found.table["authority"]
    sums = found.table.groupby(authority)[["premises", "people_out_of_gap"]].sum()
    table = sums.rename(columns={"people_out_of_gap": "people"}).assign(
        name=edition.names("authority").loc[sums.index], neighbourhoods=authority.value_counts().loc[sums.index])
    for name, drawn in _drawn(edition, view, found.candidates.loc[found.table.index, "left"]).items():
        ends = [np.quantile(drawn[(authority == code).to_numpy()].sum(axis=0), ENDS) for code in sums.index]
        table[[f"{name}_p05", f"{name}_p95"]] = np.reshape(ends, (-1, 2))
    return table.sort_values(["premises", "name"], ascending=[False, True])[
        ["name", "neighbourhoods", "premises", "premises_p05", "premises_p95", "people", "people_p05", "people_p95"]]


def priority_rows(found: Priorities, edition: Edition) -> list[dict[str, Any]]:
    """Spell a list as plain rows, for JSON.

    Parameters
    ----------
    found
        As `where_first` gives it.
    edition
        Names its id and basis in every row.

    Returns
    -------
    list of dict
        Columns of the table; optimality_gap, broadband_basis and edition alike in every row. None where a figure cannot
        be.
    """
    plain = found.table.astype(object).where(found.table.notna(), None)
    said = {"optimality_gap": found.gap, "broadband_basis": edition.broadband_basis, "edition": edition.id}
    return [{"code": code, **row, **said} for code, row in plain.to_dict("index").items()]
