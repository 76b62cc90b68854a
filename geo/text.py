"""Answers as tables for people: the same figures as `--json`, rounded, with their units, ranges and basis."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from geo.vocabulary import HUBS, KINDS, MEASURES, SPEEDS
from geo.words.timetable import rail_words

__all__ = ["about", "counts", "journey_text", "percent", "rank_text", "show_text", "table"]


def about(count: float) -> str:
    """Spell a count of people or premises, rounded as its accuracy allows, with separators.

    Parameters
    ----------
    count
        Not negative.

    Returns
    -------
    str
        Three significant figures from 1,000 up, tens from 100, else whole.

    Examples
    --------
    >>> about(48263.4), about(467.2), about(12.6)
    ('48,300', '470', '13')
    """
    return f"{_rounded(count):,}"


def _rounded(count: float) -> int:
    if count < 100:
        return round(count)
    step: int = 10 ** max(1, len(str(round(count))) - 3)
    return round(count / step) * step


def counts(values: pd.Series, *, published: bool = False) -> pd.Series:
    """Round counts for a table, as `about` spells them in a sentence.

    Parameters
    ----------
    values
        Not negative; missing stays missing.
    published
        Whether whole ones among them are published as they are, so that none of their digits is dropped (a fraction
        tells an estimate).

    Returns
    -------
    pandas.Series
        Int64, same index.

    Examples
    --------
    >>> counts(pd.Series([1589.0, 1589.4, float("nan")]), published=True).tolist()
    [1589, 1590, <NA>]
    """
    def shown(value: float) -> int:
        return int(value) if published and value == int(value) else _rounded(value)

    return values.map(shown, na_action="ignore").astype("Int64")


def percent(share: float | None) -> str:
    """Spell a share of 0 to 1 as a percentage.

    Parameters
    ----------
    share
        None where there is none.

    Returns
    -------
    str
        One decimal.
    """
    return "not known" if share is None or pd.isna(share) else f"{100 * share:.1f} %"


def table(rows: Sequence[Sequence[str]], left: int = 1) -> str:
    """Line up a table of texts.

    Parameters
    ----------
    rows
        The first is the header.
    left
        How many leading columns are words (flush left); the rest are numbers (flush right).

    Returns
    -------
    str
        One line per row.
    """
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) if index < left else cell.rjust(width)
                  for index, (cell, width) in enumerate(zip(row, widths, strict=True))).rstrip()
        for row in rows
    )


def _range(figure: Mapping[str, float]) -> str:
    return f"about {about(figure['estimate'])} ({about(figure['low'])} to {about(figure['high'])})"


def _minutes(figure: Mapping[str, int | None]) -> str:
    def one(value: int | None) -> str:
        return "no rail" if value is None else f"{value}"
    if figure["p10"] is None:
        return "no rail"
    return f"{one(figure['median'])} (a tenth {one(figure['p10'])} or less, a tenth {one(figure['p90'])} or more)"


def _kind(place: Mapping[str, Any]) -> str:
    return KINDS[place["kind"]].label if place["kind"] in KINDS else str(place["kind"])


def show_text(answer: Mapping[str, Any]) -> str:
    """Spell the answer of `geo.figures.show` for a person.

    Parameters
    ----------
    answer
        As `geo.figures.show` gives it.

    Returns
    -------
    str
        Several lines, none of them empty at the end.
    """
    place, view, edition = answer["place"], answer["view"], answer["edition"]
    speed, hub = SPEEDS[view["speed"]], HUBS[view["hub"]].label
    rates, clock = answer["rates"], "by train" if view["clock"] == "train" else "door to door"
    estimated = f" [{edition['broadband_basis']}]"
    rail = f" [{edition['rail_basis']}]"
    by_speed = [["premises that cannot get", "premises", "share", "people in the gap", "range"]] + [
        [SPEEDS[key].label, f"{answer['premises_below'][key]:,.0f}", percent(rates["premises_below_share"][key]),
         about(gap["estimate"]), f"{about(gap['low'])} to {about(gap['high'])}"]
        for key, gap in answer["people_in_gap_by_speed"].items()
    ]
    rows = [
        ["Residents", f"{answer['residents']:,}"],
        ["Residents in work", f"{answer['workers']:,}"],
        ["  whose job can be done from home",
         f"about {about(answer['remote_capable'])} ({percent(rates['remote_capable_share'])})"],
        ["Premises", f"{answer['premises']:,.0f}"],
        ["People in the gap" + estimated, _range(answer["people_in_gap"])],
        ["  per 1,000 residents in work", _rate(rates["people_in_gap_per_1000_workers"])],
        [f"Nowhere to turn: also over {view['minutes']} min from {hub} {clock}" + rail,
         _range(answer["nowhere_to_turn"])],
        [f"Residents over {view['minutes']} min from {hub} {clock}" + rail,
         f"about {about(answer['cut_off_by_rail'])} ({percent(rates['cut_off_by_rail_share'])})"],
        ["  within 10 minutes of that line", f"about {about(answer['borderline'])}"],
        [f"Minutes by train to {hub}, median" + rail, _minutes(answer["train_to_hub_minutes"])],
        [f"Minutes door to {hub}, median" + rail, _minutes(answer["door_to_hub_minutes"])],
        ["Within 30 minutes' walk of a station", percent(answer["within_30_min_walk_of_station"])],
        ["In the most deprived fifth of England", percent(answer["imd"]["most_deprived_fifth_share"])],
        ["In rural areas", percent(answer["rural_share"])],
    ]
    return "\n".join([
        f"{place['name']} ({_kind(place)}, {place['code']}, {place['lsoas']:,} LSOA{'s' * (place['lsoas'] != 1)})",
        f"{speed.label}; work: {view['work']}; access: {view['access']}; edition {edition['id']}",
        "", table(rows, left=2), "", table(by_speed), "", _comparison(answer), "",
        "People in the gap: residents in jobs that can be done from home, where the line cannot carry it.",
        *answer["notes"],
    ])


def _rate(rate: float | None) -> str:
    return "not known" if rate is None or pd.isna(rate) else f"{rate:,.1f}"


def _comparison(answer: Mapping[str, Any]) -> str:
    """Set the place beside its region and England, published where they are."""
    named = {answer["place"]["name"]: answer["rates"], **answer["comparators"]}
    speed = answer["view"]["speed"]
    rows = [["beside", "premises below", "in the gap per 1,000", "nowhere to turn per 1,000"]]
    for name, rates in named.items():
        gap, turn = (rates.get(f"{key}_per_1000_workers") for key in ("people_in_gap", "nowhere_to_turn"))
        rows.append([name, percent(rates["premises_below_share"].get(speed)), _rate(gap), _rate(turn)])
    return table(rows)


def rank_text(ranking: pd.DataFrame, measure: str, heading: str) -> str:
    """Spell a ranking for a person.

    Parameters
    ----------
    ranking
        As `geo.ranking.rank` gives it, cut to what is wanted.
    measure
        A key of `MEASURES`.
    heading
        The line above it.

    Returns
    -------
    str
        One line per place.
    """
    chosen = MEASURES[measure]
    ranged = bool(ranking["low"].notna().any())
    header = ["rank", "place", "code", chosen.unit if chosen.has_count else chosen.rate_unit]
    header += ["range"] * ranged + [chosen.rate_unit] * chosen.has_count
    rows = [header]
    for row in ranking.itertuples():
        value = f"{row.value:,.0f}" if chosen.published else _cell(row.value, chosen.rate_unit, chosen.has_count)
        cells = [str(row.rank), row.name, row.code, value]
        if ranged:
            cells.append(f"{about(row.low)} to {about(row.high)}")
        cells += [_cell(row.rate, chosen.rate_unit, False)] * chosen.has_count
        rows.append(cells)
    return f"{heading}\n{table(rows, left=3)}"


def _cell(value: float, rate_unit: str, is_count: bool) -> str:
    if pd.isna(value):
        return "no rail" if rate_unit == "minutes" else "no figure"
    if is_count:
        return about(value)
    return percent(value) if rate_unit.startswith("share") else f"{value:,.1f}"


def journey_text(answer: Mapping[str, Any]) -> str:
    """Spell one station's journey for a person.

    Parameters
    ----------
    answer
        As `geo.board.journey` gives it.

    Returns
    -------
    str
        One line.
    """
    hub = HUBS[answer["hub"]].label
    start = f"{answer['name']} ({answer['station']}) to {hub}"
    basis = rail_words(answer["basis"], answer["rail_source"])
    if answer["typical"] is None:
        return f"{start}: no trains in the timetable [{basis}]"
    return (
        f"{start}: typically {answer['typical']:.0f} minutes, fastest {answer['fastest']:.0f}, "
        f"{answer['changes']} change{'' if answer['changes'] == 1 else 's'}, "
        f"{answer['departures']} departures from 06:00 to 10:00 [{basis}]"
    )
