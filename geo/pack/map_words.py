"""The words around a printed map: title, meaning, sources, and what it shows for who cannot see it."""

from typing import NamedTuple

import pandas as pd

from geo.core.measures import MEASURES
from geo.edition import Edition
from geo.figures.profile import PlaceProfile
from geo.maps import LIGHT, MISSING, legend
from geo.places import Place
from geo.sources.catalogue import read_attributions, read_catalogue
from geo.vocabulary import ACCESS, KINDS, WORK
from geo.words.claim import bases
from geo.words.definitions import label, legend_heading, map_meaning

__all__ = ["Texts", "alt_text", "caption", "map_texts"]

_SOURCES = {
    "broadband": ("census-occupations", "ofcom-authority", "connectivity"),
    "rail": ("postcodes", "stations", "timetable"),
}


class Texts(NamedTuple):
    """The words around one map.

    Parameters
    ----------
    title
        Measure and place.
    meaning
        What the figures are.
    basis
        How sure they are.
    foot
        Edition, options and credit.
    credit
        What publishers ask for.
    """

    title: str
    meaning: str
    basis: tuple[str, ...]
    foot: str
    credit: str


def map_texts(profile: PlaceProfile, measure: str) -> Texts:
    """Write the words around a map.

    Parameters
    ----------
    profile
        Of the place.
    measure
        A key of `MEASURES`.

    Returns
    -------
    Texts
        Plain texts.
    """
    view, edition, record = profile.view, profile.edition, MEASURES[measure]
    title = label(record, view).removesuffix(", median")
    meaning = map_meaning(record, view)
    people, rail = record.has_range, record.by_rail
    basis = (*[edition.broadband_basis] * people, *[edition.rail_basis] * rail)
    sources = ("boundaries-lsoa", *_SOURCES["broadband"] * people, *_SOURCES["rail"] * rail)
    sentences, catalogue = read_attributions(), read_catalogue()
    credit = " ".join(dict.fromkeys(sentences[key] for source in sources for key in catalogue[source].attribution))
    access = ACCESS[view.access].label.lower()
    chosen = [*[f"work: {WORK[view.work].label}"] * people, *[f"to the station: {access}"] * rail]
    foot = f"Swathe, edition {edition.id}; {' and '.join(basis)} figures; {'; '.join(chosen)}. {credit}"
    return Texts(f"{title}: {_spoken(edition, profile.place)}", meaning, basis, foot, credit)


def _spoken(edition: Edition, place: Place) -> str:
    """Name the place as short as a title needs it."""
    if place.kind == "lsoa":
        msoa = edition.areas.loc[place.code, "msoa"]
        return f"{place.name}, {edition.places.loc[edition.places['code'] == msoa, 'name'].iloc[0]}"
    more = len(place.parts) - 3
    return f"{' + '.join(part.name for part in place.parts[:3])} and {more} more" if more > 0 else place.name


def caption(profile: PlaceProfile, texts: Texts, *, blank: bool) -> str:
    """Say beneath a map what it shows, with basis and attribution.

    Parameters
    ----------
    profile
        Of the place.
    texts
        As `map_texts` gives them.
    blank
        Whether there is sea, or land that is not mapped.

    Returns
    -------
    str
        Sentences.
    """
    basis = [text for name, text in bases(profile.answer).items() if name in texts.basis]
    white = ["White is sea, or land that the data do not cover."] * blank
    return " ".join([f"{texts.title}. {texts.meaning}", *basis, *white, texts.credit])


def alt_text(profile: PlaceProfile, measure: str, classes: pd.Series, title: str) -> str:
    """Say what a map shows, for who cannot see it.

    Parameters
    ----------
    profile
        Of the place.
    measure
        A key of `MEASURES`.
    classes
        Of the place's LSOAs, as `geo.maps.classify` gives them.
    title
        Of the map.

    Returns
    -------
    str
        Sentences.
    """
    rows = [row for row in legend(measure, LIGHT, classes) if row.areas]
    counts = "; ".join(f"{row.label}: {row.areas:,}" for row in rows)
    some = KINDS["lsoa"].label if len(classes) == 1 else KINDS["lsoa"].plural
    return (f"Map. {title}. {legend_heading(MEASURES[measure])}. {len(classes):,} {some} by class: {counts}. "
            f"{_worst(profile, measure, classes)}The same figures stand as a table in the report.")


def _worst(profile: PlaceProfile, measure: str, classes: pd.Series) -> str:
    """Say where the highest class is."""
    with_value = classes[classes < MISSING]
    if with_value.empty:
        return "None has a figure. "
    worst = int(with_value.max())
    if worst == 0:
        return "None is above the lowest class. "
    label = legend(measure, LIGHT, classes)[worst].label
    places = profile.edition.places
    inside = profile.edition.areas.loc[classes.index]
    kind = "authority" if len(inside["authority"].unique()) > 1 else "msoa"
    counts = inside.loc[with_value.index[with_value == worst], kind].value_counts()
    names = places[places["kind"] == kind].set_index("code")["name"].loc[counts.index]
    found = sorted(zip(-counts, names, strict=True))
    listed = "; ".join(f"{name} ({-count:,})" for count, name in found[:3])
    most = " most often" if len(found) > 3 else ""
    return f"The highest class found, {label}, is{most} in {listed}. "
