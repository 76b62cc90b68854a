"""Answers as tables for people: the same figures as `--json`, rounded, with their units, ranges and basis."""

from argparse import Namespace
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from geo.core.choices import ALL_HUBS, SPEEDS
from geo.core.measures import FIGURES, MEASURES, Measure
from geo.core.rounding import about, decimal, percent, span
from geo.core.view import View
from geo.edition.places import Place
from geo.edition.store import Edition
from geo.figures.certainty import PlaceRanks
from geo.figures.intervals import Interval
from geo.figures.journeys import Journey
from geo.figures.likeness import Alike
from geo.figures.place import Figure, PlaceFigures
from geo.figures.priorities import Priorities
from geo.figures.robust import Held
from geo.figures.what_if import CHANGING, Outcome
from geo.words.certainty import IN_BANDS, among_worst_ten, rank_cells, rank_words, ranked_by
from geo.words.claim import cut_off, kind_label, number
from geo.words.definitions import definition, label, rail_words
from geo.words.intervals import figure_cell, in_brackets, interval_cell, rate_in_brackets
from geo.words.notes import notes_in_words
from geo.words.robust import claim_words, left_out, views_held, where_it_fails
from geo.words.what_if import GAINS_HEADER, change_cell, gains_rows, what_it_does


def table(rows: Sequence[Sequence[str]], left: int = 1) -> str:
    """Line up a table of texts, the header first; so many leading columns are words, set flush left."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) if index < left else cell.rjust(width)
                  for index, (cell, width) in enumerate(zip(row, widths, strict=True))).rstrip()
        for row in rows)


def _minutes(figure: Figure) -> str:
    numbers = (figure.value, figure.low, figure.high)
    median, low, high = ("no rail" if number is None else f"{number}" for number in numbers)
    return low if figure.low is None else (
        f"{median}{in_brackets(figure)}; a tenth {low} or less, a tenth {high} or more")


def show_text(answer: PlaceFigures, ranks: PlaceRanks | None) -> str:
    """Write a place's figures for a person: several lines, none of them empty at the end."""
    place, view, edition = answer.place, answer.view, answer.edition
    hub, lsoas = ALL_HUBS[view.hub].label, len(place.lsoas)
    clock = "by train" if view.clock == "train" else "door to door"
    estimated, rail = f" [{edition.broadband_basis}]", f" [{edition.rail_basis}]"
    by_speed = [["premises that cannot get", "premises", "share", "people in the gap", "between"]]
    for speed, choice in SPEEDS.items():
        below, gap = answer.at("premises_below", speed), answer.at("people_in_gap", speed)
        by_speed.append([choice.label, f"{below.count:,.0f}", percent(below.rate), number(gap.count),
                         figure_cell(gap)])
    rows = [
        ["Residents", f"{answer['residents'].value:,}"],
        ["Residents in work", f"{answer['workers'].value:,}"],
        ["  whose job can be done from home",
         f"{_sure(answer['remote_capable'])}, {percent(answer['remote_capable'].share)}"],
        ["Premises", f"{answer['premises'].count:,.0f}"],
        ["People in the gap" + estimated, _sure(answer["people_in_gap"])],
        *_rank_lines(answer.place.kind, ranks),
        ["  per 1,000 residents in work", _sure_rate(answer["people_in_gap"])],
        [f"{label(FIGURES['nowhere_to_turn'])}: also over {view.minutes} min from {hub} {clock}" + rail,
         _sure(answer["nowhere_to_turn"])],
        [f"Residents over {view.minutes} min from {hub} {clock}" + rail,
         f"{cut_off(answer)}{in_brackets(answer['cut_off_by_rail'])}, {percent(answer['cut_off_by_rail'].rate)}"],
        ["  within 10 minutes of that limit", _sure(answer["borderline"])],
        [f"Minutes by train to {hub}, median" + rail, _minutes(answer["train_to_hub_minutes"])],
        [f"Minutes door to {hub}, median" + rail, _minutes(answer["door_to_hub_minutes"])],
        *([name, percent(answer[key].rate)] for key, name in _SHARES.items()),
    ]
    return "\n".join([
        f"{place.name} ({kind_label(place.kind)}, {place.code}, {lsoas:,} LSOA{'s' * (lsoas != 1)})",
        f"{SPEEDS[view.speed].label}; work: {view.work}; access: {view.access}; edition {edition.id}",
        "", table(rows, left=2), "", table(by_speed), "", _comparison(answer), "",
        f"People in the gap: {definition(FIGURES['people_in_gap'], view)}", *notes_in_words(answer),
    ])


_SHARES = {"within_30_min_walk_of_station": "Within 30 minutes' walk of a station",
           "most_deprived_fifth": "In the most deprived fifth of England", "rural": "In rural areas",
           "coastal": "On the coast"}


def _sure(figure: Figure) -> str:
    return f"{number(figure.count)}{in_brackets(figure)}"


def _sure_rate(figure: Figure) -> str:
    return f"{_rate(figure.rate)}{rate_in_brackets(figure)}"


def _rank_lines(kind: str, ranks: PlaceRanks | None) -> list[list[str]]:
    found = {} if ranks is None else {"number": ranks.count, "rate": ranks.rate}
    of = 0 if ranks is None else ranks.of
    return [[f"  worst by {by}", f"{rank_words(rank, of, kind)} of {of:,}" if kind in IN_BANDS else "; ".join(
                filter(None, [rank_words(rank, of, kind), among_worst_ten(rank)]))]
            for by, rank in found.items() if rank]


def _rate(rate: float | None) -> str:
    return "not known" if rate is None else decimal(rate)


def _comparison(answer: PlaceFigures) -> str:
    """Set the place beside its region and England, published where they are."""
    rows = [["beside", "premises below", "in the gap per 1,000", "nowhere to turn per 1,000"]]
    for name, figures in {answer.place.name: answer.figures, **answer.regions, **answer.nations}.items():
        rates = [figures[key].rate if key in figures else None
                 for key in ("premises_below", "people_in_gap", "nowhere_to_turn")]
        rows.append([name, percent(rates[0]), *map(_rate, rates[1:])])
    return table(rows)


def rank_text(ranking: pd.DataFrame, options: Namespace, sure: pd.DataFrame | None, heading: str) -> str:
    """Write a ranking, cut to what is wanted, for a person: the heading, then a line a place."""
    chosen = MEASURES[options.measure]
    ranks, header = ranking["rank"].astype("str"), ["rank"]
    if sure is not None:
        ranks = rank_cells(sure, options.by, ranked_by(chosen, options.per)).loc[ranking["code"]]
        header = [f"rank of {len(sure):,}"]
    header += ["place", "code", chosen.unit if chosen.has_count else chosen.rate_unit]
    header += ["between"] * (sure is not None) + [chosen.rate_unit] * chosen.has_count
    rows = [header]
    for rank, row in zip(ranks, ranking.itertuples(), strict=True):
        value = f"{row.value:,.0f}" if chosen.published else _cell(row.value, chosen, count=chosen.has_count)
        cells = [rank, row.name, row.code, value]
        if sure is not None:
            ends = sure.loc[row.code]
            cells.append(_between(ends["p05"], ends["p95"], chosen))
        cells += [_cell(row.rate, chosen, count=False)] * chosen.has_count
        rows.append(cells)
    return f"{heading}\n{table(rows, left=3)}"


def _between(low: float, high: float, measure: Measure) -> str:
    if pd.isna(low) or (measure.published and low == high):
        return ""
    if measure.has_count:
        return span(low, high)
    return f"{percent(low)} to {percent(high)}" if measure.percent else f"{low:.0f} to {high:.0f}"


def _cell(value: float, measure: Measure, *, count: bool) -> str:
    if pd.isna(value):
        return "no rail" if measure.summary == "minutes" else "no figure"
    if count:
        return about(value)
    return percent(value) if measure.percent else decimal(value)


def like_text(found: Alike, heading: str) -> str:
    """Write the places most like one for a person: the heading, then a line a place."""
    measure = FIGURES["people_in_gap"]
    header = ["place", "code", "distance", measure.label.lower(), "range", measure.rate_unit]
    rows = [[row.name, str(row.Index), f"{row.distance:.2f}", about(row.value), interval_cell(row._asdict()),
             _cell(row.rate, measure, count=False)] for row in found.table.itertuples()]
    return f"{heading}\n{table([header, *rows], left=2)}"


def first_text(found: Priorities, heading: str) -> str:
    """Write the neighbourhoods to upgrade first for a person: the heading, then a line each with the sums so far."""
    header = ["neighbourhood", "in", "code", "premises", "people out", "premises so far", "people so far", "between"]
    rows = [[row.name, row.locality, str(row.Index), about(row.premises), about(row.people_out_of_gap),
             about(row.cumulative_premises), about(row.cumulative_people),
             interval_cell({"p05": row.cumulative_people_p05, "p95": row.cumulative_people_p95})]
            for row in found.table.itertuples()]
    return f"{heading}\n{table([header, *rows], left=3)}"


def what_if_text(edition: Edition, view: View, outcome: Outcome, gains: pd.DataFrame) -> str:
    """Write a what-if for a person: the sentence, figures before and after, and who gains."""
    rows = [["", "before", "after", "change"]]
    for key in CHANGING:
        before, after = outcome.before[key], outcome.after[key]
        sure = outcome.changes.get(key, Interval(np.nan, np.nan))
        based = f"{label(FIGURES[key], view)} [{', '.join(after.basis)}]"
        rows.append([based, *(f"{number(figure.count)}{in_brackets(figure)}" for figure in (before, after)),
                     ", ".join(change_cell(outcome.change(key), *sure))])
    for clock in ("train_to_hub_minutes", "door_to_hub_minutes"):
        minutes = [answer[clock].value for answer in (outcome.before, outcome.after)]
        rows.append([f"{label(FIGURES[clock], view)} [{outcome.after[clock].basis[0]}]", *(
            "no rail" if value is None else f"{value}" for value in minutes), ""])
    groups = [list(GAINS_HEADER), *([cell if isinstance(cell, str) else ", ".join(cell) for cell in row]
                                    for row in gains_rows(gains))]
    return "\n".join(["".join(what_it_does(edition, view, outcome)), "", table(rows), "", table(groups), ""])


def robust_text(place: Place, view: View, found: Sequence[Held]) -> str:
    """Write in how many views claims hold, for a person: a line a claim, with the first views where it fails."""
    rows = [[claim_words(place, held), views_held(held), left_out(held), where_it_fails(held, view)] for held in found]
    return table([[place.name, "true in", "left out", "not true, for example"], *rows], left=4)


def search_text(rows: Sequence[Mapping[str, str | bool]], said: str) -> str:
    """Write what a search found for a person: what there is to say of it, then a line a place."""
    if not rows:
        return said
    cells = [[str(row["name"]), kind_label(str(row["kind"])), str(row["code"]), str(row["authority"]), str(row["note"])]
             for row in rows]
    listed = table([["place", "kind", "code", "authority", "found by"], *cells], left=5)
    return f"{said}\n{listed}" if said else listed


def journey_text(answer: Journey) -> str:
    """Write one station's journey for a person, in one line."""
    basis = rail_words(answer.basis, answer.rail_source)
    start = f"{answer.name} ({answer.station}) to {ALL_HUBS[answer.hub].label}"
    if answer.typical is None:
        return f"{start}: no trains in the timetable [{basis}]"
    return (
        f"{start}: typically {answer.typical:.0f} minutes, fastest {answer.fastest:.0f}, "
        f"{answer.changes} change{'' if answer.changes == 1 else 's'}, "
        f"{answer.departures} departures from 06:00 to 10:00 [{basis}]")
