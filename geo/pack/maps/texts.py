"""The words around a printed map: title, meaning, sources, and what it shows for who cannot see it."""

from typing import NamedTuple

import pandas as pd

from geo.maps import LIGHT, MISSING, legend, scale_of
from geo.pack.figures import PackFigures
from geo.sources.catalogue import read_attributions, read_catalogue
from geo.vocabulary import ACCESS, HUBS, KINDS, MEASURES, WORK
from geo.words.claim import bases, carried, duration

__all__ = ["Texts", "alt_text", "caption", "map_texts"]

_BROADBAND_SOURCES = ("census-occupations", "ofcom-authority", "connectivity")
_RAIL_SOURCES = ("postcodes", "stations", "timetable")


class Texts(NamedTuple):
    """The words around one map."""

    title: str              # measure and place
    meaning: str            # what the figures are
    basis: tuple[str, ...]  # how sure they are
    foot: str               # edition, options and credit
    credit: str             # what publishers ask for


def map_texts(figures: PackFigures, measure: str) -> Texts:
    """Write the words around a map of a measure."""
    view, edition = figures.view, figures.edition
    people, rail = measure in {"people_in_gap", "nowhere_to_turn"}, MEASURES[measure].by_rail
    basis = (*[edition.broadband_basis] * people, *[edition.rail_basis] * rail)
    sources = ("boundaries-lsoa", *_BROADBAND_SOURCES * people, *_RAIL_SOURCES * rail)
    sentences, catalogue = read_attributions(), read_catalogue()
    credit = " ".join(dict.fromkeys(sentences[key] for source in sources for key in catalogue[source].attribution))
    chosen = [*[f"work: {WORK[view.work].label}"] * people,
              *[f"to the station: {ACCESS[view.access].label.lower()}"] * rail]
    foot = f"Swathe, edition {edition.id}; {' and '.join(basis)} figures; {'; '.join(chosen)}. {credit}"
    title, meaning = _title_and_meaning(figures, measure)
    return Texts(f"{title}: {_short_name(figures)}", meaning, basis, foot, credit)


def _title_and_meaning(figures: PackFigures, measure: str) -> tuple[str, str]:
    view, hub = figures.view, HUBS[figures.view.hub].label
    line = f"Residents in jobs that can be done from home, where the line cannot carry {carried(view.speed)}"
    way = "by train" if view.clock == "train" else "door to hub"
    return {
        "people_in_gap": ("People in the gap", f"{line}, of 1,000 in work."),
        "nowhere_to_turn": (
            "Nowhere to turn",
            f"{line}, who also live more than {duration(view.minutes)} from {hub} {way}, of 1,000 in work."),
        "train_to_hub_minutes": (
            f"Train to {hub}", f"Minutes on the train to {hub}, changes included, for the median resident."),
        "door_to_hub_minutes": (f"Door to {hub}", f"Minutes from the door to {hub} for the median resident."),
    }[measure]


def _short_name(figures: PackFigures) -> str:
    """Name the place as short as a title needs it."""
    edition, place = figures.edition, figures.place
    if place.kind == "lsoa":
        msoa = edition.areas.loc[place.code, "msoa"]
        return f"{place.name}, {edition.places.loc[edition.places['code'] == msoa, 'name'].iloc[0]}"
    more = len(place.parts) - 3
    return f"{' + '.join(part.name for part in place.parts[:3])} and {more} more" if more > 0 else place.name


def caption(figures: PackFigures, texts: Texts, *, blank: bool) -> str:
    """Say beneath a map what it shows, with basis and attribution, and what is left white on it if anything is."""
    basis = [text for name, text in bases(figures.answer).items() if name in texts.basis]
    white = ["White is sea, or land that the data do not cover."] * blank
    return " ".join([f"{texts.title}. {texts.meaning}", *basis, *white, texts.credit])


def alt_text(figures: PackFigures, measure: str, classes: pd.Series, title: str) -> str:
    """Say what a map shows, for who cannot see it, from the classes of the place's LSOAs."""
    counts = "; ".join(f"{row.label}: {row.areas:,}" for row in legend(measure, LIGHT, classes) if row.areas)
    areas = KINDS["lsoa"].label if len(classes) == 1 else KINDS["lsoa"].plural
    return (f"Map. {title}. {scale_of(measure).heading}. {len(classes):,} {areas} by class: {counts}. "
            f"{_worst(figures, measure, classes)}The same figures stand as a table in the report.")


def _worst(figures: PackFigures, measure: str, classes: pd.Series) -> str:
    """Say where the highest class is."""
    with_value = classes[classes < MISSING]
    if with_value.empty:
        return "None has a figure. "
    worst = int(with_value.max())
    if worst == 0:
        return "None is above the lowest class. "
    places, inside = figures.edition.places, figures.edition.areas.loc[classes.index]
    kind = "authority" if len(inside["authority"].unique()) > 1 else "msoa"
    counts = inside.loc[classes == worst, kind].value_counts()
    names = places[places["kind"] == kind].set_index("code")["name"].loc[counts.index]
    found = sorted(zip(-counts, names, strict=True))
    listed = "; ".join(f"{name} ({-count:,})" for count, name in found[:3])
    most = " most often" if len(found) > 3 else ""
    return f"The highest class found, {legend(measure, LIGHT, classes)[worst].label}, is{most} in {listed}. "
