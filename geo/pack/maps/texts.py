"""The words around a printed map: title, meaning, sources, and what it shows for who cannot see it."""

from typing import NamedTuple

import pandas as pd

from geo.core.choices import ACCESS, KINDS, WORK
from geo.core.measures import MEASURES
from geo.edition.partnerships import known_name
from geo.figures.profile import PlaceProfile
from geo.maps.classes import LIGHT, MISSING, legend
from geo.sources.catalogue import AUTHORITIES, LOCALITIES, OUTPUT_AREAS
from geo.sources.licences import credit_sentences
from geo.words.claim import bases
from geo.words.definitions import label, legend_heading, map_meaning
from geo.words.made import made_up, with_mark

_BROADBAND_SOURCES = ("census-occupations", AUTHORITIES, OUTPUT_AREAS, LOCALITIES, "connectivity")
_RAIL_SOURCES = ("postcodes", "stations", "timetable")


class Texts(NamedTuple):
    """The words around one map."""

    title: str              # measure and place
    meaning: str            # what the figures are
    basis: tuple[str, ...]  # how sure they are
    foot: str               # edition, options and credit
    credit: str             # what publishers ask for


def map_texts(profile: PlaceProfile, measure: str) -> Texts:
    """Write the words around a map of a measure."""
    view, edition = profile.view, profile.edition
    record = MEASURES[measure]
    people, rail = record.has_range, record.by_rail
    basis = (*[edition.broadband_basis] * people, *[edition.rail_basis] * rail)
    sources = ("boundaries-lsoa", "stops", *_BROADBAND_SOURCES * people, *_RAIL_SOURCES * rail)
    credit = " ".join(credit_sentences(row for row in edition.manifest["sources"] if row["id"] in sources))
    chosen = [*[f"work: {WORK[view.work].label}"] * people,
              *[f"to the station: {ACCESS[view.access].label.lower()}"] * rail]
    named = with_mark(f"edition {edition.id}", edition)
    foot = f"Swathe, {named}; {' and '.join(basis)} figures; {'; '.join(chosen)}. {credit}"
    title = f"{label(record, view).removesuffix(', median')}: {_short_name(profile)}"
    said = " ".join(filter(None, [made_up(edition), map_meaning(record, view)]))
    return Texts(title, said, basis, foot, credit)


def _short_name(profile: PlaceProfile) -> str:
    """Name the place as short as a title needs it."""
    edition, place = profile.edition, profile.place
    if place.kind == "lsoa":
        msoa = edition.areas.loc[place.code, "msoa"]
        return f"{place.name}, {edition.names('msoa').loc[msoa]}"
    more = len(place.parts) - 3
    if more <= 0 or known_name(place.code) or place.name == profile.view.name:
        return place.name
    return f"{' + '.join(part.name for part in place.parts[:3])} and {more} more"


def caption(profile: PlaceProfile, texts: Texts, *, blank: bool) -> str:
    """Say beneath a map what it shows, with basis and attribution, and what is left white on it if anything is."""
    basis = [text for name, text in bases(profile.answer).items() if name in texts.basis]
    white = ["White is sea, or land that the data do not cover."] * blank
    return " ".join([f"{texts.title}. {texts.meaning}", *basis, *white, texts.credit])


def alt_text(profile: PlaceProfile, measure: str, classes: pd.Series, title: str) -> str:
    """Say what a map shows, for who cannot see it, from the classes of the place's LSOAs."""
    counts = "; ".join(f"{row.label}: {row.areas:,}" for row in legend(measure, LIGHT, classes) if row.areas)
    areas = KINDS["lsoa"].label if len(classes) == 1 else KINDS["lsoa"].plural
    return (f"Map. {title}. {legend_heading(MEASURES[measure])}. {len(classes):,} {areas} by class: {counts}. "
            f"{_worst(profile, measure, classes)}".strip())


def _worst(profile: PlaceProfile, measure: str, classes: pd.Series) -> str:
    """Say where the highest class is."""
    with_value = classes[classes < MISSING]
    if with_value.empty:
        return "None has a figure. "
    worst = int(with_value.max())
    if worst == 0:
        return "None is above the lowest class. "
    inside = profile.edition.areas.loc[classes.index]
    kind = "authority" if len(inside["authority"].unique()) > 1 else "msoa"
    counts = inside.loc[classes == worst, kind].value_counts()
    names = profile.edition.names(kind).loc[counts.index]
    found = sorted(zip(-counts, names, strict=True))
    listed = "; ".join(f"{name} ({-count:,})" for count, name in found[:3])
    most = " most often" if len(found) > 3 else ""
    return f"The highest class found, {legend(measure, LIGHT, classes)[worst].label}, is{most} in {listed}. "
