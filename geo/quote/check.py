"""Compare what a text claims with an edition: in the view it is read in, in other views, and in other editions."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from geo.core.cache import cached
from geo.core.choices import CLOCKS, ENGLAND, REGIONS, SPEEDS
from geo.core.errors import SwatheError
from geo.core.measures import FIGURES, MEASURES
from geo.core.rounding import about
from geo.core.view import View
from geo.edition.store import Edition
from geo.figures.certainty import place_ranks
from geo.quote.compared import beside
from geo.quote.names import Named, find_places
from geo.quote.numbers import COMPARES, Number
from geo.quote.reading import Claimed, claims
from geo.quote.spelled import hundredth
from geo.quote.subjects import Subject
from geo.quote.tolerances import holds
from geo.quote.values import Among, Ranked, Truth, ranks, station_truths, truths
from geo.quote.vocabulary import KIND_WORDS

Mark = Literal["holds", "elsewhere", "not so", "not ours"]
MARKS: tuple[Mark, ...] = ("holds", "elsewhere", "not so", "not ours")

LONGEST = 10_000
"""Letters of a text that is checked."""

MOST, MOST_LOOKED_FOR = 200, 10
"""Numbers of a text that are checked, and of those that do not hold that are looked for in other views."""

_LIMITS = range(60, 361, 30)
_TOTALS, _SOME = frozenset({"residents", "workers", "households", "premises"}), 3
"""A count of people or premises that is a third of all or fewer, or three times as many, is not said of all of them."""
_MOST_OF_A_RATE = 1000
_TELLING = 3      # digits that a number must have to be looked for in views further off
_COUNTIES = re.compile(r"\bcounties\b", re.IGNORECASE)
_RATE = re.compile(r"\brates?\b|share|(?:per|every) 1,?000|proportion|percentage|per cent|%|relative", re.IGNORECASE)
_COUNT = re.compile(r"\bnumber|most (?:people|homes|premises|residents)|fewest|\bcount\b|in absolute", re.IGNORECASE)
_SHARE_OF_WHOLE = r"accounts? for|of (?:the )?(?:region|county|all|{})|['\u2019]s (?:total|people)|home to"


@dataclass(frozen=True)
class Finding:
    """What was found of one number.

    Attributes
    ----------
    start, end, text
        The number as it stands.
    mark
        One of `MARKS`.
    kind
        Of the number, as `geo.quote.numbers.Kind`.
    place
        Code of the place that it is said of; "" where none is.
    subject
        The figure that it is said of; None where none is.
    view
        In which the truth is; of another edition where `edition` is named.
    truth
        What the number is there; None where it is not known.
    ranked
        Of a rank: what it is; ends of its interval, where it has one.
    spread
        The ranks between which it lies, from the worst.
    worst
        Whether a rank is counted from the worst.
    station
        CRS code of the station that a time is said of; "" for none.
    other
        Code of the place that it is compared with, or ranked in.
    against
        Of an order of two places: the figure of `other`.
    edition
        Id of another edition that it holds in; "" otherwise.
    changed
        The option of the view that was changed for it to hold; "" otherwise.
    why
        Of what is not ours: "place" (none is named), "elsewhere" (it is none of the edition's), "several" (it may be
        several), "figure" (none of ours is meant), "form" (the figure has no such number).
    notes
        "estimated" where an estimate is quoted as if it were a count; "interval" where a rank is surer than it is.
    """

    start: int
    end: int
    text: str
    mark: Mark
    kind: str
    place: str = ""
    subject: Subject | None = None
    view: View | None = None
    truth: Truth | None = None
    ranked: tuple[Ranked, ...] = ()
    spread: tuple[int, int] | None = None
    worst: bool = True
    station: str = ""
    other: str = ""
    against: Truth | None = None
    edition: str = ""
    changed: str = ""
    why: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Checked:
    """A text that was checked.

    Attributes
    ----------
    text
        As it was given.
    view
        In which it was read where it does not say.
    findings
        In the order of the text.
    places
        Every place it names, hubs of journeys too.
    """

    text: str
    view: View
    findings: tuple[Finding, ...]
    places: tuple[Named, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing in it is not so."""
        return all(finding.mark != "not so" for finding in self.findings)


def check(edition: Edition, view: View, text: str, others: Sequence[Edition] = ()) -> Checked:
    """Check every number of a text.

    Parameters
    ----------
    edition
        The edition served.
    view
        What is meant where the text does not say.
    text
        At most `LONGEST` letters; of its numbers the first `MOST` are checked.
    others
        Other editions to look in for what does not hold.

    Returns
    -------
    Checked
        A finding for every number that is a claim.
    """
    found: list[Finding] = []
    for claim in claims(edition, view, text, MOST):
        looked_for = sum(finding.mark in {"not so", "elsewhere"} for finding in found)
        found.append(_check(edition, claim, text, others if looked_for < MOST_LOOKED_FOR else None))
    return Checked(text, view, tuple(found), tuple(find_places(edition, text)))


def _check(edition: Edition, claim: Claimed, text: str, others: Sequence[Edition] | None) -> Finding:
    """Check one number; in other views and editions too, unless there is None."""
    number = claim.number
    blank = Finding(number.start, number.end, text[number.start:number.end], "not ours", number.kind)
    if claim.foreign or not (claim.subjects or claim.station):
        return _told_later(edition, claim, text, blank) or replace(blank, why="figure")
    if claim.station and not re.search(r"median|resident|average", claim.around, re.IGNORECASE):
        return _from_station(edition, claim, blank)
    codes, why = _codes(edition, claim, text)
    if not codes:
        return replace(blank, why=why)
    tried = list(_tried(edition, claim, codes, blank))
    again = _tried(edition, replace(claim, subjects=claim.spoken_of), codes, blank)
    right = next((finding for finding in [*tried, *again] if finding.mark == "holds"), None)
    if right is not None:
        return _noted(right, claim, text)
    wrong = [finding for finding in tried if finding.mark == "not so"]
    if not wrong or claim.guessed:
        return replace(blank if claim.guessed or not tried else tried[0], why="form")
    elsewhere = None if others is None else _elsewhere(edition, claim, codes, blank, others)
    return elsewhere or (replace(wrong[0], mark="not ours", why="several") if why == "several" else wrong[0])


def _told_later(edition: Edition, claim: Claimed, text: str, blank: Finding) -> Finding | None:
    """Look whether a number of which nothing says what it is, is a figure of which the text speaks later."""
    if claim.foreign or not claim.told_later or _digits(claim.number) < _TELLING:
        return None
    codes, _ = _codes(edition, claim, text)
    tried = _tried(edition, replace(claim, subjects=claim.told_later), codes, blank)
    return next((_noted(finding, claim, text) for finding in tried if finding.mark == "holds"), None)


def _from_station(edition: Edition, claim: Claimed, blank: Finding) -> Finding:
    """Compare a time with a station's journeys."""
    before = claim.around.removesuffix(claim.after)
    words = before if re.search(r"fastest|quickest|at best|typical|usual", before, re.IGNORECASE) else claim.around
    found = station_truths(edition, claim.station, claim.views[0].hub, words)
    started = replace(blank, station=claim.station, view=claim.views[0].replace(station=claim.station))
    if not found:
        return replace(started, why="form")
    right = next((truth for truth in found if _is_right(claim.number, truth)), None)
    return replace(started, mark="holds" if right else "not so", truth=right or found[0])


def _codes(edition: Edition, claim: Claimed, text: str) -> tuple[list[str], str]:
    """List the places that a number may be of; where there are none, say why."""
    if claim.together:
        joined = "+".join(dict.fromkeys(place.codes[0] for place in claim.together if place.codes[0] != ENGLAND))
        return [edition.place(joined).code], ""
    if not claim.places:
        return [], "place"
    codes: list[str] = []
    several = ""
    for place in claim.places:
        if len(place.codes) > 1:
            chosen, several = _of_kind_said(edition, place.codes, text)
            codes += chosen
        else:
            codes += place.codes
    return list(dict.fromkeys(codes)), several if codes else "elsewhere"


def _of_kind_said(edition: Edition, codes: Sequence[str], text: str) -> tuple[list[str], str]:
    """Choose among places of one name: the largest, and those of a kind that the text speaks of."""
    kinds = [edition.place(code).kind for code in codes]
    if kinds[0] in {"ward", "msoa", "lsoa"}:
        return list(codes), "several" if kinds.count(kinds[0]) > 1 else ""
    spoken = [code for code, kind in zip(codes, kinds, strict=True)
              if kind in KIND_WORDS and KIND_WORDS[kind].search(text)]
    return list(dict.fromkeys([codes[0], *spoken])), ""


def _tried(edition: Edition, claim: Claimed, codes: Sequence[str], blank: Finding) -> Iterator[Finding]:
    """Compare a number with each figure and place that may be meant."""
    for code in codes:
        for subject in claim.subjects:
            for view in claim.views if "speed" in FIGURES[subject.key].options else claim.views[:1]:
                yield _compared(edition, claim, view.replace(place=code), code, subject, blank)


def _compared(
    edition: Edition, claim: Claimed, view: View, code: str, subject: Subject, blank: Finding,
) -> Finding:
    """Compare a number with one figure of one place in one view."""
    number = claim.number
    started = replace(blank, place=code, subject=subject, view=view)
    if number.kind == "rank":
        return _rank(edition, claim, view, code, subject, started)
    if number.kind in COMPARES:
        return _beside(edition, claim, view, subject, started)
    whole = _whole_of(edition, claim, code)
    read = [(as_said, truth) for as_said in _readings(number, claim.like)
            for truth in truths(edition, view, subject, as_said.kind, whole)]
    if not read:
        return started
    right = next((truth for as_said, truth in read if _is_right(as_said, truth)), None)
    shown = right or _meant([truth for _, truth in read], claim.around)
    if not right and subject.key in _TOTALS and not 1 / _SOME < number.said.value / max(shown.value, 1) < _SOME:
        return started      # some of them, and not all
    return replace(started, mark="holds" if right else "not so", truth=shown,
                   other=whole if shown.of == "whole" else "")


def _readings(number: Number, like: str) -> list[Number]:
    """List what a number without a unit may be: a rate or per cent that goes without saying, else a count."""
    if number.kind != "count":
        return [number]
    rate = replace(number, kind="rate")
    share = replace(number, kind="share", said=hundredth(number.said), to=number.to and hundredth(number.to))
    if number.said.digit < 1 and number.said.value < _MOST_OF_A_RATE:
        return [rate, *[share] * (number.said.value <= 100)]
    return {"rate": [rate, number], "share": [share, number]}.get(like, [number])


def _meant(found: Sequence[Truth], around: str) -> Truth:
    """Choose of several shares the one that the words ask for."""
    wanted = "gap" if re.search(r"of (?:whom|them|those|these)", around) else ""
    return next((truth for truth in found if truth.of == wanted), found[0])


@cached(2)
def _share_of_whole(edition: Edition) -> re.Pattern[str]:
    """Find what is said of a part of the region, a county or all."""
    counties = edition.places_of("county")
    large = counties.loc[counties.index.str.startswith("E10") & ~counties["neighbour"], "name"]
    named = "|".join(map(re.escape, (edition.region.name, *large)))
    return re.compile(_SHARE_OF_WHOLE.format(named), re.IGNORECASE)


def _whole_of(edition: Edition, claim: Claimed, code: str) -> str:
    """Find the larger place that a share may be of."""
    if claim.number.kind != "share" or not _share_of_whole(edition).search(claim.around):
        return ""
    larger = [place.codes[0] for place in claim.others if place.codes and place.codes[0] not in {code, ENGLAND}]
    return larger[0] if larger else edition.region.code


def _is_right(number: Number, truth: Truth) -> bool:
    if number.to is None:
        end = {"least": 0, "most": 1}.get(number.word)
        at_end = end is not None and any(
            holds(number.said, "exact", ends[end], _printed(ends[end], number)) for ends in truth.ranges)
        return at_end or holds(number.said, number.word, truth.value, truth.printed)
    low, high = number.said, number.to
    if high.digit < low.digit or high.value >= 1000 > low.value:
        low = low._replace(rounded=low.digit)
    return any(all(holds(said, "exact", end, _printed(end, number)) for said, end in ((low, first), (high, last)))
               for first, last in truth.ranges)


def _printed(value: float, number: Number) -> float:
    return float(about(max(value, 0)).replace(",", "")) if number.kind == "count" else value


def _rank(edition: Edition, claim: Claimed, view: View, code: str, subject: Subject, started: Finding) -> Finding:
    in_england = any(place.codes[:1] == (ENGLAND,) for place in claim.others[-1:])
    if code == ENGLAND or in_england or subject.key not in MEASURES:     # nothing is ranked in England
        return started
    place = edition.place(code)
    around = claim.around
    if place.kind not in edition.kinds() or place.kind == "region":
        return started
    kind = "county" if _COUNTIES.search(around) and code in edition.places_of("county").index else place.kind
    like = "district" if re.search(r"\bdistricts?\b", around) else "unitary" if "unitar" in around else "all"
    types = edition.region.authority_types
    like = like if like in types and code.startswith(types[like].prefix) else "all"
    within = next((other.codes[0] for other in claim.others if other.codes and other.codes[0] not in {code, ENGLAND}
                   and edition.place(other.codes[0]).kind in {"region", "county", "authority", "lep"}
                   and {*place.lsoas} < {*edition.place(other.codes[0]).lsoas}), edition.region.code)
    before = around.removesuffix(claim.after)
    by = _by(re.split("[,;]", claim.after)[0]) or _by(before) or _by(around) or ("count", "rate")
    found: list[Ranked] = []
    for way in dict.fromkeys([like, "all"]) if claim.number.of else [like]:
        try:
            some = ranks(edition, view, subject, Among(kind, within, way), by)
        except SwatheError:
            continue
        found = found or some
        if claim.number.of and some and some[0].of == claim.number.of:
            found = some
    if not found or (claim.number.of and not 1 / 2 < claim.number.of / found[0].of < 2):
        return started      # "best of the five": of others than are ranked here
    right = [row for row in found if _rank_right(edition, claim, view, subject, row)]
    plain = within == edition.region.code and like == "all" and kind == place.kind
    sure = place_ranks(edition, view, FIGURES[subject.key], place) if plain else None
    chosen = right[0] if right else found[0]
    drawn = None if sure is None else sure.count if chosen.by == "count" else sure.rate
    return replace(started, mark="holds" if right else "not so", ranked=tuple(right or found), other=within,
                   worst=from_worst(claim.number, subject),
                   spread=None if drawn is None else (drawn.p05, drawn.p95))


def _by(around: str) -> tuple[str, ...]:
    if _RATE.search(around):
        return ("rate",)
    if _COUNT.search(around):
        return ("count",)
    return ()


_HIGH = frozenset(["highest", "most", "largest", "biggest", "longest", "greatest"])
_LOW = frozenset(["lowest", "fewest", "smallest", "shortest", "least"])


def from_worst(number: Number, subject: Subject) -> bool:
    """Tell from which end a rank is counted.

    Parameters
    ----------
    number
        The rank.
    subject
        What is ranked by.

    Returns
    -------
    bool
        Whether from the worst; so it is where the text does not say.
    """
    if number.extreme in _HIGH | _LOW:
        return ((number.extreme in _HIGH) != subject.opposite) == FIGURES[subject.key].worst_high
    return number.extreme not in {"best", "quickest"}


def _rank_right(edition: Edition, claim: Claimed, view: View, subject: Subject, row: Ranked) -> bool:
    number, measure = claim.number, FIGURES[subject.key]
    if number.of and number.of != row.of:
        return False
    if number.within:
        most = number.said.value * (row.of if number.said.fraction else 1)
        return (row.worst if from_worst(number, subject) else row.best) <= max(most, 1)
    if number.to is None:
        return (row.worst if from_worst(number, subject) else row.best) == number.said.value
    sure = place_ranks(edition, view, measure, edition.place(view.place))
    drawn = None if sure is None else sure.count if row.by == "count" else sure.rate
    return drawn is not None and (drawn.p05, drawn.p95) == (number.said.value, number.to.value)


def _beside(edition: Edition, claim: Claimed, view: View, subject: Subject, started: Finding) -> Finding:
    found = beside(edition, claim, view, subject)
    if found is None:
        return started
    return replace(started, mark="holds" if found.right else "not so", truth=found.truth, other=found.other,
                   against=found.against)


def _noted(finding: Finding, claim: Claimed, text: str) -> Finding:
    """Add what a reader must know beside a number that holds."""
    notes = []
    estimated = finding.truth is not None and "estimated" in finding.truth.basis
    if estimated and not re.search("estimate", text, re.IGNORECASE):
        notes.append("estimated")
    if finding.spread and finding.spread[0] != finding.spread[1] and claim.number.to is None:
        notes.append("interval")
    return replace(finding, notes=tuple(notes))


def _elsewhere(
    edition: Edition, claim: Claimed, codes: Sequence[str], blank: Finding, others: Sequence[Edition],
) -> Finding | None:
    """Look for a number in other views, changing one option that the text does not name, and in other editions."""
    for option, view in _other_views(claim):
        for finding in _tried(edition, replace(claim, views=(view,)), codes[:1], blank):
            if finding.mark == "holds":
                return replace(finding, mark="elsewhere", changed=option)
    for other in others:
        try:
            for finding in _tried(other, claim, codes, blank):
                if finding.mark == "holds":
                    return replace(finding, mark="elsewhere", edition=other.id)
        except SwatheError:      # an edition of other places
            continue
    return None


def _other_views(claim: Claimed) -> Iterator[tuple[str, View]]:
    """List views that differ in one option that the text leaves open and that the figure depends on.

    None for ranks and comparisons: among so few, any is right in some view.
    """
    if claim.number.kind == "rank" or claim.number.kind in COMPARES:
        return
    depends = {option for subject in claim.subjects[:1] for option in FIGURES[subject.key].options}
    offered: dict[str, Sequence[str | int]] = {"speed": tuple(SPEEDS), "clock": tuple(CLOCKS)}
    if _digits(claim.number) >= _TELLING:
        offered |= {"hub": tuple(REGIONS[claim.views[0].region].hubs), "minutes": _LIMITS}
    for option, values in offered.items():
        if option in claim.named or option not in depends:
            continue
        for value in values:
            if value != getattr(claim.views[0], option):
                yield option, claim.views[0].replace(**{option: value})


def _digits(number: Number) -> int:
    """Count the digits that a number is given with."""
    return len(str(round(number.said.value / number.said.rounded))) if number.said.rounded else 0
