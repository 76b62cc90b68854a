"""What is said of editions: which one is seen where a newer one is served, and what is not in one."""

from collections.abc import Iterable, Mapping
from datetime import date

from geo.core.measures import Measure
from geo.edition.at_hand import EditionAtHand
from geo.edition.manifest import METHOD, SCHEMA
from geo.edition.store import Edition
from geo.words.claim import sentence_case
from geo.words.cover import built_on, day
from geo.words.definitions import label

NEWEST = "See the same in the newest edition."
SINCE = "See what changed since."

LACKING: Mapping[str, tuple[str, str]] = {
    "context": ("coverage over time, claimants and active businesses",
                "No place has its line over time, and newer coverage is not set beside the counts."),
    "lines": ("railway lines", "Maps are drawn without them."),
    "localities": ("towns and villages by name", "A search finds none of them, and maps do not name them."),
    "connections": ("the trains of its day", "What if cannot change journeys."),
    "changes": ("how passengers change trains", "What if cannot change journeys."),
    "detours": ("ways round the water", "What if cannot change journeys where water is in the way."),
    "contracts": ("contracts to build lines", "No contract is named."),
    "postcode_lines": ("lines by postcode", "A search for a postcode does not say what Ofcom counts there."),
    "former-districts": ("districts abolished since 2009", "They cannot be chosen or ranked."),
    "census-travel": ("who worked at home on census day", "It is not set beside who could."),
    "census-cars": ("households without a car", "They are not counted."),
    "imd": ("deprivation", "Places are not described by it, and no fair share can be asked for."),
    "census-age": ("residents by age", "Places are not compared with those most like them."),
    "commons-library": ("faster lines that are not taken up", "They are not set beside the gap."),
    "coast": ("which neighbourhoods are on the coast", "Nothing is told of the coast."),
    "planned": ("what is under contract or planned", "Nothing is taken off the gap for it."),
    "members": ("Members of Parliament", "A search by their names finds nothing."),
    "mobile": ("mobile coverage", "It is not told of any place."),
    "homes_factor": ("how homes differ from other premises",
                     "People in the gap go by all premises, and are too many where businesses are worse served."),
    "england": ("England’s workers and homes", "Rates are not set against England’s."),
    "evidence": ("what was measured of jobs and lines going together", "The range is not set beside it."),
    "broadband_validation": ("a test of the estimate", "How far out it is is not known, and nothing is drawn of it."),
    "locality_validation": ("a test of the estimate by locality", "How far out a ward may be is not known."),
    "waiting": ("half of the wait for a train", "Who has nowhere to turn is not counted with it."),
    "departures": ("how many trains there are", "Who has fewer than two trains an hour is not counted."),
    "any-hub": ("the way to the nearest hub", "Who lives far from every hub is not counted."),
}
"""What an edition may lack (`geo.edition.lacks`) → what that is, and what it costs."""


def not_here(keys: Iterable[str]) -> str:
    """Say what an edition lacks, in a sentence; "" where it lacks nothing."""
    named = "; ".join(LACKING[key][0] for key in keys)
    return f"Not in this edition: {named}." if named else ""


def not_here_rows(keys: Iterable[str]) -> list[tuple[str, str]]:
    """Say of each thing that an edition lacks what that costs."""
    return [(sentence_case(LACKING[key][0]), LACKING[key][1]) for key in keys]


def measure_not_here(measure: Measure) -> str:
    """Say that no place has a figure."""
    return f"‘{label(measure)}’ is not in this edition: no place has a figure."


def numbers_in_words(edition: Edition) -> str:
    """Tell the numbers of an edition's schema and method, beside those of this version."""
    schema, method = (edition.manifest.get(name, 0) for name in ("schema", "method"))
    said = f"Schema {schema or 'without a number'}, method {method or 'without a number'}"
    return said if (schema, method) == (SCHEMA, METHOD) else (
        f"{said}; this version of Swathe builds schema {SCHEMA}, method {METHOD}")


def seeing_older(shown: Edition, newest: EditionAtHand) -> str:
    """Say that an edition is not the newest one."""
    ours, theirs = _told_apart(built_on(shown), newest.built_at.date())
    return f"You are seeing the figures of the edition of {ours} ({shown.id}). A newer one is here, of {theirs}."


def say_changes(shown: Edition, other: EditionAtHand) -> str:
    """Offer to say what changed since another edition."""
    _, theirs = _told_apart(built_on(shown), other.built_at.date())
    return f"Say what changed since the edition of {theirs} ({other.id})"


def _told_apart(ours: date, theirs: date) -> tuple[str, str]:
    """Name two days by their months, where these differ."""
    if (ours.year, ours.month) != (theirs.year, theirs.month):
        return f"{ours:%B %Y}", f"{theirs:%B %Y}"
    return day(ours), day(theirs)
