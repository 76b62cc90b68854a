"""The claim and its four figures: sentences and numbers made from a place's figures, as plain text."""

from typing import NamedTuple

from geo.core.choices import KINDS, REGIONS, Region
from geo.core.measures import FIGURES
from geo.core.rounding import about, percent
from geo.edition.own_place import NAME
from geo.figures.place import Figure, PlaceFigures
from geo.words.definitions import basis_meaning, cannot_be_had, distance, label
from geo.words.intervals import in_brackets, interval_beside, rate_in_brackets

CARDS = ("people_in_gap", "nowhere_to_turn", "premises_below", "cut_off_by_rail")
"""The figures that a place is introduced with."""

JOBS = "in jobs of the kind that can be done from home"

_REGIONS = {region.name: region.spoken for region in REGIONS.values()}
_WITH_ARTICLE = ("Isle", "Forest of", "Heart of", "West of England", "New Forest", "Vale of")


class Card(NamedTuple):
    """One figure set large: its label, the figure, what must stand beside it (a line each), what it rests on."""

    key: str
    label: str
    value: str
    notes: tuple[str, ...]
    basis: tuple[str, ...]


def spoken_name(name: str) -> str:
    """Say a place's name as it stands in a sentence: with an article where English wants one, without "City of".

    >>> spoken_name("South West"), spoken_name("Bristol, City of"), spoken_name("Torridge")
    ('the South West', 'Bristol', 'Torridge')
    """
    if name == NAME:
        return f"the {name.lower()}"
    plain = name.replace(", City of", "").replace(", County of", "")
    return _REGIONS.get(plain) or (f"the {plain}" if plain.startswith(_WITH_ARTICLE) else plain)


def full_name(region: Region) -> str:
    """Name a region for whoever may not know of which country it is.

    >>> [full_name(REGIONS[code]) for code in ("E12000002", "E12000007")]
    ['North West England', 'London']
    """
    return f"{region.name} England" if region.name.endswith(("East", "West")) else region.name


def who_could(place: str) -> str:
    """Head what is said of a place, spoken of by its name."""
    return f"Who could work from home in {place}, but can’t"


def kind_label(kind: str, count: int = 1) -> str:
    """Name a kind of place, or a partnership, in plain words; singular for one."""
    if kind not in KINDS:
        return kind if count == 1 else f"{kind}s"
    return KINDS[kind].label if count == 1 else KINDS[kind].plural


def sentence_case(text: str) -> str:
    """Begin a text with a capital letter and leave all others as they are.

    >>> sentence_case("neighbourhood (LSOA)")
    'Neighbourhood (LSOA)'
    """
    return text[:1].upper() + text[1:]


def people(count: float) -> str:
    """Say how many people, in a sentence."""
    if count < 0.5:
        return "fewer than one person" if count else "nobody"
    return "about one person" if about(count) == "1" else f"about {about(count)} people"


def number(count: float) -> str:
    """Write an estimated count where it stands alone.

    >>> number(0), number(0.3), number(1234)
    ('0', 'fewer than 1', 'about 1,230')
    """
    return "fewer than 1" if 0 < count < 0.5 else f"about {about(count)}" if count else "0"


def part(count: float, whole: float) -> str:
    """Say how many of them.

    >>> part(0, 9), part(0.2, 9), part(4, 9), part(8.9, 9), part(251, 253)
    ('none', 'fewer than one', 'about 4', 'all', 'almost all')
    """
    if count < 0.5:
        return "fewer than one" if count else "none"
    if count > whole - 0.5:
        return "all"
    if about(count) == "1":
        return "about one"
    return "almost all" if about(count) == about(whole) and count > 0.95 * whole else f"about {about(count)}"


def count_of(figure: Figure) -> str:
    """Write a count: published ones whole and exact, estimates rounded, with "about"."""
    return f"{figure.count:,}" if figure.published else number(figure.count)


def cut_off(answer: PlaceFigures) -> str:
    """Say how many residents are cut off by rail; of all of them none of the census count's digits is dropped."""
    count, residents = answer["cut_off_by_rail"].count, answer["residents"].count
    return f"all {residents:,}" if residents and count > residents - 0.5 else number(count)


def borderline(answer: PlaceFigures) -> str:
    """Say how many residents a small change of the timetable would move across the limit."""
    count = answer["borderline"].count
    return f"{number(count) if count else 'nobody'} within 10 minutes of that limit"


def headline(answer: PlaceFigures) -> tuple[str, ...]:
    """Say the claim in one sentence, the ratio to England first: pieces, every second one (the figures) set strong."""
    gap, claim = answer["people_in_gap"], answer.claim
    name, where = spoken_name(answer.place.name), f"where {cannot_be_had(answer.view.speed)}"
    if not gap.count or gap.rate is None:
        return (f"In {name} ", "nobody", f" is {JOBS.replace('jobs', 'a job')} and lives {where}.")
    start: tuple[str, ...]
    if claim.ratio_to_england is None or claim.england_rate is None:
        live = "lives" if gap.count < 1.5 else "live"
        start = (f"In {name} ", people(gap.count), f"{in_brackets(gap)} {JOBS} {live} {where}")
    else:
        start = (f"Of every 1,000 workers in {name}, ", rate(gap.rate), f" are {JOBS} and live {where}, ",
                 f"{times(claim.ratio_to_england)} England’s rate", f" (about {rate(claim.england_rate)}): ",
                 people(gap.count), in_brackets(gap))
    turn = answer["nowhere_to_turn"].count
    if not turn:
        return (*start[:-1], f"{start[-1]}; none of them lives {distance(answer.view)}{_cliff(answer)}.")
    of_them, live = part(turn, gap.count), "lives" if turn < 1.5 else "live"
    live = f" also {live} {distance(answer.view)}{_cliff(answer)}."
    if of_them == "all":
        return (*start[:-1], f"{start[-1]}, ", "all of whom", live)
    return (*start[:-1], f"{start[-1]}, of whom ", of_them, live)


def rate(per_thousand: float) -> str:
    """Write people of every 1,000 workers: to one decimal, and small ones to two digits.

    >>> rate(13.44), rate(0.0421)
    ('13.4', '0.042')
    """
    return f"{per_thousand:,.1f}" if per_thousand >= 0.95 else f"{per_thousand:.2g}"


def times(ratio: float) -> str:
    """Say how many times.

    >>> times(1.893), times(15.5), times(0.4), times(0.004)
    ('1.9 times', '16 times', '0.4 times', 'less than a tenth of')
    """
    return "less than a tenth of" if ratio < 0.1 else f"{ratio:.{int(ratio < 9.95)}f} times"


def _cliff(answer: PlaceFigures) -> str:
    """Say in the sentence itself what ten minutes make, where the minutes are indicative."""
    if answer.edition.rail_basis != "indicative":
        return ""
    near, far = (about(people) for people in answer.claim.nowhere_to_turn_at.values())
    if not answer["nowhere_to_turn"].count:
        return "" if near == "0" else f" ({near} if the limit is ten minutes less: the minutes are indicative)"
    if near == far == about(answer["nowhere_to_turn"].count):
        return " (the same if the limit is ten minutes less or more: the minutes are indicative)"
    return f" ({near} if the limit is ten minutes less, {far} if ten more: the minutes are indicative)"


def other_speeds(answer: PlaceFigures) -> str:
    """Say the same by the legal minimum, the strict test and the target of policy, but for the speed that is chosen."""
    tests = {"uso": "by the legal minimum (10/1 Mbit/s)", "10": "by the strict test (10 Mbit/s)",
             "gigabit": "by the target of public policy (a gigabit)"}
    said = [f"{words}: {_ranged(answer.at('people_in_gap', speed))}"
            for speed, words in tests.items() if speed != answer.view.speed]
    return f"{sentence_case('; '.join(said))}."


def _ranged(gap: Figure) -> str:
    return people(gap.count) if gap.count < 0.5 else f"about {about(gap.count)}{in_brackets(gap)}"


def bases(answer: PlaceFigures) -> dict[str, str]:
    """Explain what the figures of an answer rest on: basis → sentence, broadband first."""
    edition = answer.edition
    return {name: basis_meaning(name, edition) for name in (edition.broadband_basis, edition.rail_basis)}


def cards(answer: PlaceFigures) -> tuple[Card, ...]:
    """Write the four figures of a place."""
    gap, turn, below, far = (answer[key] for key in CARDS)
    of_workers = "no workers live here" if gap.rate is None else f"{rate(gap.rate)} of every 1,000 workers"
    limit = distance(answer.view)
    values = (number(gap.count), number(turn.count), count_of(below), cut_off(answer))
    of_them = "all of them" if turn.count and part(turn.count, gap.count) == "all" else "of them"
    between = [[said] if (said := interval_beside(figure)) else [] for figure in (gap, turn, below, far)]
    notes = (
        (*between[0], f"{of_workers}{rate_in_brackets(gap)}"), (*between[1], f"{of_them}: also {limit}"),
        (*between[2], f"{percent(below.rate)} of {count_of(answer['premises'])} homes and businesses"),
        (*between[3], f"residents, {percent(far.rate)}, live {limit}", borderline(answer)))
    return tuple(Card(key, label(FIGURES[key]), value, beside, answer[key].basis)
                 for key, value, beside in zip(CARDS, values, notes, strict=True))
