"""The claim and its four figures: sentences and numbers made from the figures of `show`, as plain text."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from geo.text import about, percent
from geo.vocabulary import HUBS, KINDS
from geo.words.timetable import timetable_name

__all__ = [
    "Figure",
    "bases",
    "between",
    "broadband_basis",
    "carried",
    "cut_off",
    "distance",
    "duration",
    "four_figures",
    "headline",
    "kind_label",
    "other_speeds",
    "premises_count",
    "spoken_name",
]

_CARRIED = {
    "uso": "10 Mbit/s down and 1 up, the legal minimum",
    "10": "10 Mbit/s",
    "30": "superfast broadband (30\u00a0Mbit/s)",
    "100": "100 Mbit/s",
    "300": "ultrafast broadband (300\u00a0Mbit/s)",
    "gigabit": "a gigabit",
}
_HALF_HOURS = {
    30: "half an hour", 60: "an hour", 90: "an hour and a half", 120: "two hours", 150: "two and a half hours",
    180: "three hours", 210: "three and a half hours", 240: "four hours", 270: "four and a half hours",
    300: "five hours", 330: "five and a half hours", 360: "six hours",
}
_WITH_ARTICLE = ("South West", "Isle", "Forest of", "Heart of", "West of England", "New Forest", "Vale of")


def duration(minutes: int) -> str:
    """Say a time as people do.

    Parameters
    ----------
    minutes
        Whole minutes.

    Returns
    -------
    str
        In words for whole and half hours, else in minutes.

    Examples
    --------
    >>> duration(120), duration(100)
    ('two hours', '100 minutes')
    """
    return _HALF_HOURS.get(minutes, f"{minutes} minutes")


def spoken_name(name: str) -> str:
    """Say a place's name as it stands in a sentence.

    Parameters
    ----------
    name
        As its publisher spells it.

    Returns
    -------
    str
        With an article where English wants one, without "City of".

    Examples
    --------
    >>> spoken_name("South West"), spoken_name("Bristol, City of"), spoken_name("Torridge")
    ('the South West', 'Bristol', 'Torridge')
    """
    plain = name.replace(", City of", "").replace(", County of", "")
    return f"the {plain}" if plain.startswith(_WITH_ARTICLE) and not plain.startswith("South West ") else plain


def kind_label(kind: str, count: int = 1) -> str:
    """Name a kind of place.

    Parameters
    ----------
    kind
        A key of `KINDS`, or "partnership".
    count
        How many.

    Returns
    -------
    str
        Plain words, singular for one.
    """
    if kind not in KINDS:
        return kind if count == 1 else f"{kind}s"
    return KINDS[kind].label if count == 1 else KINDS[kind].plural


def carried(speed: str) -> str:
    """Say what the line cannot carry.

    Parameters
    ----------
    speed
        A key of `geo.vocabulary.SPEEDS`.

    Returns
    -------
    str
        To follow "cannot carry".
    """
    return _CARRIED[speed]


def distance(view: Mapping[str, Any]) -> str:
    """Say how far is too far.

    Parameters
    ----------
    view
        The "view" of an answer of `geo.figures.show`.

    Returns
    -------
    str
        For example "more than two hours from London by train".
    """
    way = " by train" if view["clock"] == "train" else ", counted from the door"
    return f"more than {duration(view['minutes'])} from {HUBS[view['hub']].label}{way}"


def between(figure: Mapping[str, float]) -> str:
    """Say the range of a figure.

    Parameters
    ----------
    figure
        With low and high.

    Returns
    -------
    str
        "between a and b".
    """
    return f"between {about(figure['low'])} and {about(figure['high'])}"


def _people(count: float) -> str:
    return "fewer than one person" if 0 < count < 0.5 else f"about {about(count)} people" if count else "nobody"


def _ranged(gap: Mapping[str, float]) -> str:
    if gap["estimate"] < 0.5:
        return _people(gap["estimate"])
    return f"about {about(gap['estimate'])} ({between(gap)})"


def headline(answer: Mapping[str, Any]) -> tuple[str, ...]:
    """Say the claim in one sentence, with its range.

    Parameters
    ----------
    answer
        As `geo.figures.show` gives it.

    Returns
    -------
    tuple of str
        Pieces, every second one (the figures) to be set strong; joined they are the sentence.
    """
    gap, turn, view = answer["people_in_gap"], answer["nowhere_to_turn"], answer["view"]
    means = "the line or fixed wireless" if view["speed"] == "uso" else "the line"
    start = f"In {spoken_name(answer['place']['name'])} "
    claim = f" in jobs that can be done from home, where {means} cannot carry {carried(view['speed'])}"
    are = "is" if gap["estimate"] < 0.5 else "are"
    if not gap["estimate"]:
        return (start, "nobody", f" is{claim}.")
    pieces = (start, _people(gap["estimate"]), f" ({between(gap)}) {are}{claim}")
    if not turn["estimate"]:
        return (*pieces[:-1], f"{pieces[-1]}; none of them lives {distance(view)}.")
    of_them = "fewer than one" if turn["estimate"] < 0.5 else f"about {about(turn['estimate'])}"
    return (*pieces[:-1], f"{pieces[-1]}; of them, ", of_them, f" also live {distance(view)}.")


def other_speeds(answer: Mapping[str, Any]) -> str:
    """Say the same by the strict test and by the target of public policy, which always stand beside.

    Parameters
    ----------
    answer
        As `geo.figures.show` gives it.

    Returns
    -------
    str
        One sentence; it leaves out the speed that is chosen.
    """
    tests = {"10": "By the strict test (10 Mbit/s)", "gigabit": "by the target of public policy (a gigabit)"}
    said = [
        f"{words}: {_ranged(answer['people_in_gap_by_speed'][speed])}"
        for speed, words in tests.items() if speed != answer["view"]["speed"]
    ]
    sentence = "; ".join(said)
    return f"{sentence[0].upper()}{sentence[1:]}."


def broadband_basis(answer: Mapping[str, Any], *, published: bool = False) -> str:
    """Name the basis of a broadband figure.

    Parameters
    ----------
    answer
        As `geo.figures.show` gives it.
    published
        Whether the figure is a count of premises that Ofcom publishes for this place.

    Returns
    -------
    str
        "published", "estimated" or "measured".
    """
    return "published" if published else str(answer["edition"]["broadband_basis"])


def cut_off(answer: Mapping[str, Any]) -> str:
    """Say how many residents are cut off by rail.

    Parameters
    ----------
    answer
        As `geo.figures.show` gives it.

    Returns
    -------
    str
        "about 12,300", or "all 57,088": then none of the census count's digits is dropped.
    """
    count, residents = answer["cut_off_by_rail"], answer["residents"]
    return f"all {residents:,}" if residents and count > residents - 0.5 else f"about {about(count)}"


def bases(answer: Mapping[str, Any]) -> dict[str, str]:
    """Explain the bases of an edition.

    Parameters
    ----------
    answer
        As `geo.figures.show` gives it.

    Returns
    -------
    dict of str to str
        Basis → sentence, broadband first.
    """
    meanings = {
        "estimated": "Broadband is counted by Ofcom for each authority and constituency; how it is spread over the "
                     "neighbourhoods inside them is estimated.",
        "measured": "Broadband is counted from Ofcom's figures for each output area.",
        "indicative": "Rail times come from a pattern timetable compiled by hand, not from an official feed: "
                      "minutes may be out.",
        "timetable": f"Rail times come from the {timetable_name(answer['rail_source'])}.",
    }
    return {basis: meanings[basis] for basis in
            (answer["edition"]["broadband_basis"], answer["edition"]["rail_basis"])}


class Figure(NamedTuple):
    """One figure of the four.

    Parameters
    ----------
    label
        What it is called.
    value
        The figure, spelled.
    notes
        What must stand beside it, a line each.
    basis
        How sure: "published", "estimated", "measured", "indicative" or "timetable"; one or two of them.
    """

    label: str
    value: str
    notes: tuple[str, ...]
    basis: tuple[str, ...]


def four_figures(answer: Mapping[str, Any]) -> tuple[Figure, ...]:
    """Spell the four figures of a place.

    Parameters
    ----------
    answer
        As `geo.figures.show` gives it.

    Returns
    -------
    tuple of Figure
        People in the gap, nowhere to turn, premises in the gap, cut off by rail.
    """
    gap, turn, rates, view = (answer[key] for key in ("people_in_gap", "nowhere_to_turn", "rates", "view"))
    below, premises = answer["premises_below"][view["speed"]], answer["premises"]
    published = isinstance(premises, int)
    rail = answer["edition"]["rail_basis"]
    broadband = broadband_basis(answer)
    share = percent(rates["premises_below_share"][view["speed"]])
    return (
        Figure("People in the gap", f"about {about(gap['estimate'])}",
               (between(gap), _per_thousand(rates["people_in_gap_per_1000_workers"])), (broadband,)),
        Figure("Nowhere to turn", f"about {about(turn['estimate'])}",
               (between(turn), f"of them: also {distance(view)}"), (broadband, rail)),
        Figure("Premises in the gap", premises_count(below),
               (f"{share} of {premises_count(premises)} homes and businesses",),
               (broadband_basis(answer, published=published),)),
        Figure("Cut off by rail", cut_off(answer),
               (f"residents, {percent(rates['cut_off_by_rail_share'])}, live {distance(view)}",
                f"about {about(answer['borderline'])} within 10 minutes of that limit"), (rail,)),
    )


def premises_count(count: float) -> str:
    """Spell a count of premises: published ones are whole and exact, estimates are neither.

    Parameters
    ----------
    count
        A whole number where it is published.

    Returns
    -------
    str
        With separators; "about" before an estimate.
    """
    return f"{count:,}" if isinstance(count, int) else f"about {about(count)}"


def _per_thousand(rate: float | None) -> str:
    return "no workers live here" if rate is None else f"{rate:,.1f} of every 1,000 workers"
