"""What to ask for, and of whom: sentences that a councillor can say in a meeting, from what is known and no more."""

from collections.abc import Iterator
from typing import NamedTuple

from geo.core.choices import ALL_HUBS, WORK
from geo.core.measures import BASES
from geo.core.rounding import percent
from geo.core.view import View
from geo.figures.profile import PlaceProfile
from geo.words.claim import count_of, spoken_name
from geo.words.definitions import cannot_be_had, duration, month, rail_words
from geo.words.intervals import in_brackets
from geo.words.planned import contracts_known
from geo.words.priorities import HALF_OF_ONE, halving

HEADING = "What to ask for"

FUNDER = "Building Digital UK (which pays for lines that the market does not build)"

WHOLE_LIST = ("what_to_do", "The whole list, and other terms")
"""The page that has it, and what a link to it says."""

_MANY = 3
"""Councils that are named."""


class Ask(NamedTuple):
    """One thing to ask for: in two words, in a sentence or two, the places that it names (code, name), its bases.

    `more` is the address of the page that has more of it, and what a link to that says.
    """

    topic: str
    text: str
    places: tuple[tuple[str, str], ...] = ()
    basis: tuple[str, ...] = ()
    more: tuple[str, str] | None = None


def dated(profile: PlaceProfile) -> tuple[tuple[str, str, str], ...]:
    """Say what the claim is made from, and of when: basis, its mark, and the source with its date."""
    edition = profile.answer.edition
    trains = ("a pattern timetable" if edition.rail_basis == "indicative" else
              rail_words(edition.rail_basis, edition.rail_source))
    said = {edition.broadband_basis: f"Broadband: Ofcom, {month(edition.lines_vintage)}",
            "jobs": f"Jobs: Census 2021; {WORK[profile.view.work].label}", edition.rail_basis: f"Trains: {trains}"}
    return tuple((basis, BASES[basis].mark, source) for basis, source in said.items())


def asks(profile: PlaceProfile) -> tuple[Ask, ...]:
    """Write what to ask for: lines, where first, trains."""
    return tuple(_asks(profile))


def _asks(profile: PlaceProfile) -> Iterator[Ask]:
    below = profile.answer["premises_below"]
    if below.count >= 0.5:
        yield Ask("Lines", _lines(profile), (), below.basis)
    else:
        yield Ask("Lines", f"There is nothing to ask for at this speed: no home or business is counted "
                           f"{_where(profile.view)}.", (), below.basis)
    yield from _first(profile)
    if profile.answer["cut_off_by_rail"].count >= 0.5:
        yield Ask("Trains", _trains(profile), (), profile.answer["cut_off_by_rail"].basis)


def _where(view: View) -> str:
    return f"where {cannot_be_had(view.speed)}"


def _lines(profile: PlaceProfile) -> str:
    below = profile.answer["premises_below"]
    what = "home or business" if below.count < 1.5 else "homes and businesses"
    asked = (f"Ask {councils(profile)} and {FUNDER}: of {'the ' * below.published}{count_of(below)} {what}"
             f"{in_brackets(below)} {_where(profile.view)} ({percent(below.rate)} of all here), how many are under "
             "contract, and by when? What is planned for the rest?")
    return f"{asked} {contracts_known(profile.edition, profile.view.work, profile.place)}"


def councils(profile: PlaceProfile) -> str:
    """Name the councils of a place: its authorities, and the county above where there is one."""
    areas = profile.edition.areas.loc[profile.place.lsoas]
    authorities = areas["authority"].drop_duplicates()
    counties = areas.loc[areas["county"] != areas["authority"], "county"].drop_duplicates()
    names = [*sorted(spoken_name(name) for name in profile.edition.names("authority").loc[authorities]),
             *sorted(spoken_name(name) for name in profile.edition.names("county").loc[counties])]
    if len(authorities) > _MANY:
        return f"its {len(names)} councils"
    return ", ".join(f"{name} council" for name in names)


def _first(profile: PlaceProfile) -> Iterator[Ask]:
    """Say how many premises would halve the gap, and name the neighbourhoods where to begin."""
    gap = profile.answer["people_in_gap"]
    if gap.count < 0.5:
        return
    if len(profile.place.lsoas) == 1:
        yield Ask("Where first", HALF_OF_ONE, (), gap.basis)
        return
    found = profile.halving
    if found.table.empty:      # all of it is under contract
        return
    named = tuple((str(code), f"{row['name']} ({row['locality']})") for code, row in found.table.head(2).iterrows())
    yield Ask("Where first", halving(found), named, gap.basis, WHOLE_LIST)


def _trains(profile: PlaceProfile) -> str:
    said, slow = trains_here(profile)
    return said if not slow else (
        f"{said} Ask what would bring it under {duration(profile.view.minutes)}: what minutes off would do is worked "
        "out under ‘What to do’, What if.")


def trains_here(profile: PlaceProfile) -> tuple[str, bool]:
    """Say which station a place has, with its trains and their minutes; tell whether they take longer than asked."""
    view, known = profile.view, profile.stations[profile.stations["departures"].gt(0).fillna(value=False)]
    hub = ALL_HUBS[view.hub].label
    if known.empty:
        return f"No station with trains to {hub} can be reached from here without crossing the sea.", False
    best = known.iloc[0]
    which = f"Its station quickest to {hub}" if best["inside"] else "The nearest station with trains"
    away = "" if best["inside"] else f", {best['km']:.0f} km by land"
    trains = "1 train" if best["departures"] == 1 else f"{best['departures']} trains"
    said = (f"{which} is {best['name']}{away}: {trains} to {hub} from 06:00 to 10:00, {best['typical']:.0f} minutes as "
            "a rule.")
    return said, bool(best["typical"] > view.minutes)
