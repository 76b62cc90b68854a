"""What is said above and below the tables of a place's page."""

from geo.core.choices import ALL_HUBS
from geo.edition.store import Edition
from geo.figures.place import PlaceFigures
from geo.figures.profile import PlaceProfile
from geo.words.definitions import month, rail_words

RATES = ("Rates and shares, each one total divided by another. A dash: not in this edition, which knows of England "
         "only broadband and people in the gap.")
EACH_NAME = "Each figure’s name opens what it means."
COVERAGE_BY_DATE = "Share of homes and businesses, by the date of Ofcom’s counts; a dash: not published."
PLATFORM = ("Times from platform to platform; the figures above use, for every postcode, the station that is quickest "
            "door to door.")
NO_STATION = "No station is in this place, nor within 40 km of it without crossing the sea."
NO_MOBILE = "This edition has no figures of mobile coverage."

# Kinds of place that Ofcom's figures of mobile coverage are published for, or that are made of such.
_OF_AUTHORITIES = {"authority", "county", "region", "lep"}


def every_speed(shown: PlaceProfile) -> str:
    """Caption the gap at every speed."""
    basis = shown.edition.broadband_basis
    return (f"Homes and businesses that cannot get each speed, and people in the gap. Premises: "
            f"{'Ofcom’s counts' if shown.place.premises_published else basis}; people: {basis}.")


def fewest(basis: str, few: int, all_of_them: int) -> str:
    """Caption the neighbourhoods that hold half of the gap, of which the first few are named."""
    more = f" The first {few} of {all_of_them:,}." if all_of_them > few else ""
    return ("The fewest neighbourhoods that together hold half of the people in the gap, most first "
            f"({basis}): where two are close, their order is not sure.{more}")


def shares(basis: str) -> str:
    """Caption deprivation, rurality, age and cars beside the gap."""
    return ("Shares, from the Census of 21 March 2021, the English Indices of Deprivation 2025 and the ONS rural–urban "
            f"classification; the last column is {basis}.")


def stations(answer: PlaceFigures, edition: Edition) -> str:
    """Caption the stations of a place."""
    return (f"To {ALL_HUBS[answer.view.hub].label} on a weekday: fastest journey, typical journey (the next train, at "
            "any minute from 06:00 to 10:00), changes, and departures in those four hours; "
            f"{rail_words(edition.rail_basis, edition.rail_source)}. Distances are by land from the middle of the "
            "place: in a straight line, or round the water where that would cross it.")


def mobile(edition: Edition, kind: str) -> str:
    """Caption indoor 4G of the authorities of a place of a kind."""
    return ("Share of homes and businesses with 4G indoors, by how many of the four networks reach them; Ofcom’s "
            f"counts by authority, {month(edition.manifest['vintages']['ofcom-mobile'])}."
            + ("" if kind in _OF_AUTHORITIES else " Not known for smaller areas than these."))


def coast(basis: str) -> str:
    """Caption people in the gap on the coast and inland."""
    return f"The coast, neighbourhood by neighbourhood; {basis}."


def alone(of: str, count: int) -> str:
    """Say that a place is a single neighbourhood, and among which it stands."""
    return f"This is a single neighbourhood: here it stands among the {count:,} of {of}."
