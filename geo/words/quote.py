"""What was found in a text that somebody quotes: marks, what a number is instead, and how near it must be."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from geo.core.choices import ALL_HUBS, ENGLAND
from geo.core.measures import BASES, FIGURES
from geo.core.rounding import about, decimal, percent
from geo.edition.store import Edition
from geo.quote.check import Checked, Finding, Mark
from geo.quote.numbers import COMPARES
from geo.quote.tolerances import TOLERANCES
from geo.quote.values import Truth
from geo.words.certainty import ordinal
from geo.words.claim import kind_label, sentence_case, spoken_name, times
from geo.words.definitions import OPTIONS, label, row_label

TITLE = "Check a quote"
INTRODUCTION = ("Paste a text: each place, number and rank in it is set against the figures of this edition, in the "
                "view that its words ask for. What the text leaves open is taken from the choices at the side.")
NOTHING_IS_KEPT = "The text is read here and dropped at the end of your visit. It is in no link and is sent to nobody."
MEANINGS: Mapping[str, str] = MappingProxyType({
    "holds": "the number is the figure’s, as near as its own words ask for.",
    "holds in another view or edition": "it is not in the view that is asked for, but with one other choice that the "
                                        "text leaves open (speed, clock, hub or limit), or in another edition at hand.",
    "not so": "the figure is another one, which is given with its interval and what it rests on.",
    "not ours": "no place is named, or it is of something that no figure here is about: money, years, other sources.",
})
HOW_READ = (
    ("Places are known by their capitals: names of every kind, names that people use, codes, England and the region. "
     "One name of several places means the council, unless the text speaks of constituencies or wards."),
    ("A number belongs to the place that it stands before (‘1,310 in Torridge’), else to the one before it, else to "
     "the place that the text spoke of last. Without any it is not ours."),
    ("Which figure is meant is told by the words behind the number, then before it, then in the sentence, then in a "
     "question or heading before it; the words are in `data/quoted_words.csv`. In a table that was pasted (cells apart "
     "by tabs, upright strokes or wide gaps) the heading of the column tells it. A count of something that no figure "
     "counts (‘400 sheep’) is not ours."),
    ("A speed, a hub and a limit that are named (‘gigabit’, ‘from Bristol’, ‘more than 90 minutes’) are the view’s, "
     "and no claim; nor are years, dates, addresses and telephone numbers."),
    ("A range must be the published one: the interval, or the range from low to high. Its ends alone may be quoted "
     "with ‘at least’ and ‘up to’. What is denied (‘not 5,000 but …’) is no claim."),
    ("A rank must be the figure’s own; where it is less sure than that, it is said. It is among the region’s "
     "places of its kind, unless a smaller whole is named. Where neither number nor rate is said, either will do."),
    ("A count of residents, workers, households or premises is compared with all of them only where it is between a "
     "third of all and three times as many; any other is said of some of them."),
    ("A part of a ranking (‘among the worst tenth’, ‘one of the five worst’) holds where the figure’s own rank is in "
     "it. Two places set beside each other by name (‘more people in the gap than Torridge’) are compared by number "
     "where people or premises are said, by rate where a rate or share is said; else either will do. ‘10.6 percentage "
     "points above’ is a difference of shares, ‘10.6 per cent above’ a part of the other share."),
    "What else is said without a number (‘worse than its neighbours’, ‘risen since’) is not checked.",
)
HOW_CHECKED = "How near a number must be"
FOUND_HEADER = ("Number", "Mark", "What it is")
TOLERANCES_HEADER = ("Said", "What it allows")

_MARKS = {"holds": "holds", "elsewhere": "holds in another view", "not so": "not so", "not ours": "not ours"}
_COUNTED: Mapping[Mark, tuple[str, str]] = MappingProxyType({
    "holds": ("holds", "hold"),
    "elsewhere": ("holds in another view or edition", "hold in another view or edition"),
    "not so": ("is not so", "are not so"), "not ours": ("is not ours to check", "are not ours to check"),
})
_WHY = {
    "place": "no place is named that it could be of",
    "elsewhere": "the place it is said of is none of this edition’s",
    "several": "the place it is said of may be several: name the council too",
    "figure": "it is of something that no figure here is about",
    "form": "there is no such figure here",
}
_NOTES = {
    "estimated": "it is an estimate, and the text does not say so",
    "interval": "the rank is less sure than it is put",
}
_OF = {"gap": "of the people in the gap", "capable": "of people whose job can be done from home"}
_BY = {"count": "by number", "rate": "by rate"}


def mark_words(finding: Finding) -> str:
    """Name a mark."""
    return "holds in another edition" if finding.edition else _MARKS[finding.mark]


def summary(checked: Checked) -> str:
    """Say how many numbers were found, and how many of each mark.

    >>> from geo.core.view import View
    >>> summary(Checked("", View(), (), ()))
    'No number was found in the text.'
    """
    if not checked.findings:
        return "No number was found in the text."
    counted = Counter(finding.mark for finding in checked.findings)
    parts = [f"{counted[mark]} {one if counted[mark] == 1 else many}"
             for mark, (one, many) in _COUNTED.items() if counted[mark]]
    total = len(checked.findings)
    return f"{total} number{'' if total == 1 else 's'}: {', '.join(parts)}."


def place_name(edition: Edition, code: str) -> str:
    """Name a place of a finding, as it is said in a sentence."""
    return "England" if code == ENGLAND else spoken_name(edition.place(code).name) if code else ""


def measure_words(finding: Finding) -> str:
    """Name the figure that a number is said of."""
    if finding.station:
        return f"to {ALL_HUBS[finding.view.hub].label}" if finding.view else ""
    if finding.subject is None:
        return ""
    measure = FIGURES[finding.subject.key]
    named = row_label(measure, finding.view) if finding.view else label(measure)
    if finding.subject.opposite:
        return f"All but: {named[0].lower()}{named[1:]}"
    return named


def it_is(edition: Edition, finding: Finding) -> str:
    """Say what a number is: with its interval and what it rests on."""
    if finding.ranked:
        return _rank_words(edition, finding)
    if finding.truth is None:
        return ""
    if finding.kind in COMPARES:
        return _beside(edition, finding, finding.truth)
    said = _value(finding, finding.truth)
    if finding.station:
        said = f"{'the fastest' if finding.truth.of == 'fastest' else 'typically'} {said}"
    share_of = _OF.get(finding.truth.of) or (
        f"of {place_name(edition, finding.other)}" if finding.truth.of == "whole" else "")
    based = ", ".join(BASES[name].mark for name in finding.truth.basis)
    return f"{' '.join(filter(None, [said, share_of]))}{_range(finding)}{f', {based}' if based else ''}"


def _beside(edition: Edition, finding: Finding, truth: Truth) -> str:
    """Say how a figure stands to that of another place."""
    other = place_name(edition, finding.other)
    if finding.against is not None:
        own, theirs = (_value(replace(finding, kind=each.of), each) for each in (truth, finding.against))
        return f"{own}, and {theirs} in {other}"
    way = "above" if truth.value > 0 else "below"
    if finding.kind == "points":
        return f"{decimal(100 * abs(truth.printed))} percentage points {way} {other}’s"
    if finding.kind == "percent more":
        return f"{percent(abs(truth.value))} {way} {other}’s"
    return f"{times(truth.value)} {other}’s"


def _value(finding: Finding, truth: Truth) -> str:
    kind = _form(finding)
    if kind == "count":
        return f"{truth.value:,.0f}" if truth.published else f"about {about(max(truth.value, 0))}"
    if kind == "share":
        return percent(truth.value)
    if kind == "minutes":
        return f"{truth.value:,.0f} minutes"
    unit = FIGURES[finding.subject.key].rate_unit if finding.subject else ""
    return f"{decimal(truth.value)} {unit}".strip() if unit.startswith("per") else f"{decimal(truth.value)}"


def _form(finding: Finding) -> str:
    """Tell in which form a truth is said: a number without a unit may be a rate."""
    truth = finding.truth
    if finding.kind == "count" and truth is not None and truth.printed != round(truth.printed):
        return "share" if truth.value <= 1 else "rate"
    return finding.kind


def _range(finding: Finding) -> str:
    truth, form = finding.truth, _form(finding)
    if truth is None or not truth.ranges or truth.published:
        return ""
    low, high = truth.ranges[0]
    if form == "minutes":
        return f" (a tenth {low:,.0f} or less, a tenth {high:,.0f} or more)"
    said = [about(max(end, 0)) if form == "count" else percent(end) if form == "share" else decimal(max(end, 0))
            for end in (low, high)]
    return "" if said[0] == said[1] else f" (between {said[0]} and {said[1]})"


def _rank_words(edition: Edition, finding: Finding) -> str:
    """Say where a place ranks, from the end that the text counts from."""
    end = "worst" if finding.worst else "best"
    ranks = [(row.worst if finding.worst else row.best, row) for row in finding.ranked]
    said = "; ".join(f"{end if rank == 1 else f'{ordinal(rank)} {end}'} {_BY[row.by]}" for rank, row in ranks)
    spread, of = finding.spread, finding.ranked[0].of
    between = (f" (between {ordinal(spread[0])} and {ordinal(spread[1])} worst, nine times in ten)"
               if spread and spread[0] != spread[1] else "")
    kind = kind_label(edition.place(finding.place).kind, of)
    return f"{said} of {of:,} {kind} in {place_name(edition, finding.other)}{between}"


def finding_words(edition: Edition, finding: Finding) -> str:
    """Say in one sentence what was found of a number."""
    if finding.mark == "not ours":
        return sentence_case(f"{_WHY.get(finding.why, _WHY['form'])}.")
    whose = (f"{edition.stations.loc[finding.station, 'name']} station" if finding.station else
             place_name(edition, finding.place))
    about_what = f"{sentence_case(whose)}, {_uncapped(measure_words(finding))}"
    instead = f"{about_what}: {it_is(edition, finding)}."
    if finding.mark == "elsewhere":
        instead += (f" So it is in edition {finding.edition}." if finding.edition else
                    f" So it is with another choice of ‘{OPTIONS[finding.changed]}’.")
    notes = "; ".join(_NOTES[note] for note in finding.notes)
    return f"{instead} {sentence_case(notes)}." if notes else instead


def _uncapped(text: str) -> str:
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def finding_link(edition: Edition, finding: Finding) -> str:
    """Say where the figure is seen in the app; nothing where there is none."""
    if finding.view is None or finding.mark == "not ours":
        return ""
    view = finding.view if finding.place != ENGLAND else finding.view.replace(place=edition.region.code)
    page = "rail" if finding.station else "place"
    return f"{page}?{urlencode({**view.to_query(), 'edition': finding.edition or edition.id})}"


def finding_rows(edition: Edition, checked: Checked) -> list[dict[str, Any]]:
    """Spell findings as plain rows, for JSON: offsets into the text, in letters."""
    return [{
        "start": finding.start, "end": finding.end, "quote": finding.text, "mark": finding.mark, "kind": finding.kind,
        "place": {"code": finding.place, "name": place_name(edition, finding.place)} if finding.place else None,
        "station": finding.station or None, "measure": finding.subject.key if finding.subject else None,
        "opposite": bool(finding.subject and finding.subject.opposite),
        "view": finding.view.options() if finding.view and finding.subject else None,
        "value": finding.truth.value if finding.truth else None,
        "low": finding.truth.ranges[0][0] if finding.truth and finding.truth.ranges else None,
        "high": finding.truth.ranges[0][1] if finding.truth and finding.truth.ranges else None,
        "basis": list(finding.truth.basis) if finding.truth else [],
        "ranks": [row._asdict() for row in finding.ranked],
        "said": finding_words(edition, finding), "link": finding_link(edition, finding), "notes": list(finding.notes),
    } for finding in checked.findings]


def place_rows(edition: Edition, checked: Checked) -> list[dict[str, Any]]:
    """Spell the places that a text names, for JSON."""
    return [{"start": named.start, "end": named.end, "quote": named.name, "hub": named.hub or None,
             "code": named.codes[0] if named.codes else None,
             "name": place_name(edition, named.codes[0]) if named.codes else None} for named in checked.places]


def tolerance_rows() -> list[tuple[str, str]]:
    """List what the words before a number allow, for the page and the documents."""
    return [("a number alone" if not rule.words else ", ".join(f"‘{word}’" for word in rule.words), rule.allows)
            for rule in TOLERANCES.values()]


def numbered(checked: Checked) -> str:
    """Write the text with the number of its finding after each piece that was checked."""
    pieces: list[str] = []
    at = 0
    for number, finding in enumerate(checked.findings, 1):
        pieces += [checked.text[at:finding.end], f" [{number}: {mark_words(finding)}]"]
        at = finding.end
    return "".join([*pieces, checked.text[at:]])


def lines(edition: Edition, checked: Checked) -> Sequence[str]:
    """Say what was found, a line a number."""
    return [f"[{number}] {finding.text!r}: {mark_words(finding)}. {finding_words(edition, finding)}"
            for number, finding in enumerate(checked.findings, 1)]
