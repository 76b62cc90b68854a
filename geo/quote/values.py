"""What an edition has for a figure that somebody names: its value in the form that was said, and its ranges."""

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from geo.core.choices import ENGLAND
from geo.core.measures import FIGURES
from geo.core.rounding import about
from geo.core.view import View
from geo.edition.store import Edition
from geo.figures.aggregate import place_context
from geo.figures.claim import claim
from geo.figures.journeys import journey
from geo.figures.place import Figure, show
from geo.figures.ranking import rank, rank_like_with_like
from geo.quote.subjects import Subject


class Truth(NamedTuple):
    """What a number is in an edition and a view.

    Attributes
    ----------
    value
        In the form that was said: a count, a share of 0 to 1, people per 1,000, minutes.
    printed
        The same as the app prints it.
    ranges
        Pairs of ends that are published for it.
    of
        What a share is of, where it is not the figure's own: "gap" (of the people in the gap), "capable" (of those
        whose job can be done from home), "whole" (of the larger place);
        of a journey from a station "typical" or "fastest".
    basis
        What it rests on: keys of `geo.core.measures.BASES`.
    published
        Whether it is published as it is.
    """

    value: float
    printed: float
    ranges: tuple[tuple[float, float], ...] = ()
    of: str = ""
    basis: tuple[str, ...] = ()
    published: bool = False


def figure_of(edition: Edition, view: View, subject: Subject) -> Figure | None:
    """Look up a figure of the view's place.

    Parameters
    ----------
    edition
        The edition served.
    view
        Its place may be England, for what is published of it.
    subject
        The figure.

    Returns
    -------
    Figure or None
        None where there is none.
    """
    if view.place == ENGLAND:
        return show(edition, view.fresh().replace(**view.options())).nations.get("England", {}).get(subject.key)
    figure = show(edition, view).figures.get(subject.key)
    return figure or _context_figure(edition, view, subject)


def _context_figure(edition: Edition, view: View, subject: Subject) -> Figure | None:
    """Look up what publishers say of a place besides."""
    measure = FIGURES[subject.key]
    value = place_context(edition, view.place).get(subject.key, np.nan) if measure.context else np.nan
    return None if np.isnan(value) else Figure(measure, rate=value, basis=measure.bases)


def truths(edition: Edition, view: View, subject: Subject, form: str, whole: str = "") -> list[Truth]:
    """List what a number may rightly be.

    Parameters
    ----------
    edition
        The edition served.
    view
        Of the place that is meant.
    subject
        The figure that is meant.
    form
        "count", "share", "rate" or "minutes".
    whole
        Code of a larger place that a share may be of; "" for none.

    Returns
    -------
    list of Truth
        The plainest first; none where the figure has no such form.
    """
    figure = figure_of(edition, view, subject)
    found = [] if figure is None else _forms(edition, view, subject, figure, form, whole)
    return [truth._replace(basis=figure.basis, published=figure.published) for truth in found if figure is not None]


def _forms(edition: Edition, view: View, subject: Subject, figure: Figure, form: str, whole: str) -> list[Truth]:
    """List the values of a figure in one form."""
    measure = figure.measure
    if view.place == ENGLAND:
        if figure.rate is None or form not in {"rate", "share"}:
            return []
        plain = _rate(figure, (1000 if form == "rate" else 1) / measure.per, 1 if form == "rate" else 3)
        return [_rest(plain) if subject.opposite else plain]
    if form == "minutes":
        return _minutes(figure) if measure.summary == "minutes" else []
    if form == "count":
        return _count(edition, view, subject, figure)
    if measure.summary in {"mean", "median"} and not measure.percent:
        return [Truth(figure.rate, round(figure.rate, 1))] if figure.rate is not None else []
    found = []
    if form == "rate" and measure.per == 1000:
        found = [_rate(figure, 1.0, 1)]
    elif form == "rate" and figure.share is not None:
        found = [_rate(figure, 1000.0 / measure.per, 1)]
    elif form == "share" and figure.share is not None:
        plain = _rate(figure, 1.0 / measure.per, 3)
        found = [_rest(plain)] if subject.opposite else [plain]
    if form == "share":
        found += _other_shares(edition, view, subject, figure, whole)
    return found


def _rate(figure: Figure, factor: float, decimals: int) -> Truth:
    value = (figure.rate or 0.0) * factor
    drawn = figure.rate_interval
    ranges = ((max(drawn.p05, 0) * factor, drawn.p95 * factor),) if drawn else ()
    return Truth(value, round(value, decimals), ranges)


def _rest(truth: Truth) -> Truth:
    return Truth(1 - truth.value, round(1 - truth.value, 3), tuple((1 - high, 1 - low) for low, high in truth.ranges))


def _minutes(figure: Figure) -> list[Truth]:
    if figure.value is None:
        return []
    ranges = [(float(low), float(high)) for low, high in ((figure.low, figure.high), figure.interval or (None, None))
              if low is not None and high is not None]
    return [Truth(float(figure.value), float(figure.value), tuple(ranges))]


def _count(edition: Edition, view: View, subject: Subject, figure: Figure) -> list[Truth]:
    value = figure.value
    if value is None and figure.rate is not None and figure.measure.summary in {"share", "sum"}:
        base = figure.measure.denominator
        total = show(edition, view).figures.get(base)
        value = figure.rate * total.value if total is not None and total.value is not None else None
    if value is None:
        return []
    count = float(value)
    ranges = [(low, high) for low, high in (figure.interval or (None, None), (figure.low, figure.high),
                                            (figure.least, figure.most)) if low is not None and high is not None]
    if subject.opposite:
        whole = show(edition, view)["premises" if subject.key == "premises_below" else "residents"].count
        count, ranges = whole - count, [(whole - high, whole - low) for low, high in ranges]
    return [Truth(count, float(about(max(count, 0)).replace(",", "")), tuple(ranges))]


def _other_shares(edition: Edition, view: View, subject: Subject, figure: Figure, whole: str) -> list[Truth]:
    """List shares of something else than the figure's own: of the people in the gap, of a larger place."""
    if figure.value is None:
        return []
    answer, found = show(edition, view), []
    bases = {"nowhere_to_turn": ("gap", "people_in_gap"), "people_in_gap": ("capable", "remote_capable")}
    if subject.key in bases:
        of, base = bases[subject.key]
        total = answer[base].count
        found += [Truth(figure.count / total, round(figure.count / total, 3), (), of)] if total else []
    if whole and whole not in {ENGLAND, view.place}:
        total = show(edition, view.replace(place=whole)).figures[subject.key].count
        found += [Truth(figure.count / total, round(figure.count / total, 3), (), "whole")] if total else []
    return found


def station_truths(edition: Edition, station: str, hub: str, words: str) -> list[Truth]:
    """List what a journey from a station may rightly be said to take.

    Parameters
    ----------
    edition
        The edition served.
    station
        CRS code.
    hub
        A key of the edition's hubs.
    words
        The clause: it may ask for the fastest train or the typical journey.

    Returns
    -------
    list of Truth
        Of the fastest and the typical one, as the words ask; none where no train goes.
    """
    found = journey(edition, station, hub)
    both = {"typical": found.typical, "fastest": found.fastest}
    if re.search(r"fastest|quickest|at best|as little as", words, re.IGNORECASE):
        del both["typical"]
    elif re.search(r"typical|usual", words, re.IGNORECASE):
        del both["fastest"]
    return [Truth(minutes, round(minutes), (), of, (found.basis,))
            for of, minutes in both.items() if minutes is not None]


class Ranked(NamedTuple):
    """Where a place is in a ranking.

    Attributes
    ----------
    worst, best
        From the worst, and from the other end; places that tie share the first of their ranks.
    of
        How many are ranked.
    by
        "count" or "rate".
    value
        What it is ranked by.
    """

    worst: int
    best: int
    of: int
    by: str
    value: float


class Among(NamedTuple):
    """Which places one is ranked among.

    Attributes
    ----------
    kind
        A key of `geo.core.choices.KINDS`.
    within
        Code of the place that holds them.
    like
        Type of the authorities ranked; "all" for all.
    """

    kind: str
    within: str
    like: str


def ranks(edition: Edition, view: View, subject: Subject, among: Among, by: Sequence[str]) -> list[Ranked]:
    """Rank the view's place among its kind.

    Parameters
    ----------
    edition
        The edition served.
    view
        Of the place that is meant.
    subject
        What it is ranked by.
    among
        The places ranked.
    by
        "count", "rate" or both.

    Returns
    -------
    list of Ranked
        One for each way to rank that there is.
    """
    measure, found = FIGURES[subject.key], []
    for per in by:
        if per == "count" and not measure.has_count:
            continue
        asked = {"within": among.within, "measure": subject.key, "per": per}
        table = (rank_like_with_like(edition, view, like=among.like, **asked)
                 if among.like != "all" and among.kind == "authority" else rank(edition, view, by=among.kind, **asked))
        row = table[table["code"] == view.place]
        if row.empty:
            continue
        column = "rate" if per == "rate" and measure.has_count else "value"
        worst, values = int(row["rank"].iloc[0]), table[column]
        value = float(row[column].iloc[0])
        worse = values > value if measure.worst_high else values < value
        same = int((values == value).sum())
        found.append(Ranked(worst, len(table) - int(worse.sum()) - same + 1, len(table), per, value))
    return found


def ratio(edition: Edition, view: View, subject: Subject, other: str) -> float | None:
    """Divide a place's rate by another's.

    Parameters
    ----------
    edition
        The edition served.
    view
        Of the place that is meant.
    subject
        The figure.
    other
        Code of the other place, which may be England.

    Returns
    -------
    float or None
        None where one of them is not known.
    """
    if subject.key == "people_in_gap" and other == ENGLAND and view.place != ENGLAND:
        return claim(edition, view, edition.place(view.place)).ratio_to_england
    found = []
    for code in (view.place, other):
        figure = figure_of(edition, view.replace(place=code), subject)
        value = None if figure is None else figure.value if figure.measure.summary == "minutes" else figure.rate
        if value is None:
            return None
        found.append(1 - value if subject.opposite and figure is not None and figure.measure.percent else value)
    return found[0] / found[1] if found[1] else None
