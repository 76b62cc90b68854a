"""The words of the Explore page, as plain text."""

from collections.abc import Mapping
from typing import Any

from geo.context import context_of
from geo.places import Place
from geo.text import percent
from geo.view import View
from geo.vocabulary import HUBS, MEASURES, SPEEDS
from geo.words.claim import carried, duration
from pages.parts.data import edition, kept, place

__all__ = ["context_rows", "lies_in", "meaning", "sentence", "source_of", "spell_context"]

_MEANT = {
    "remote_capable": "Residents whose job can be done from home, of 1,000 in work: estimated from their occupations.",
    "residents": "Usual residents, Census 2021.",
    "within_30_min_walk_of_station": "Residents within 30 minutes’ walk of a station with trains, in a straight line "
                                     "times 1.3.",
    "imd_decile": "How deprived an area is, by the English Indices of Deprivation. For a larger place: the decile of "
                  "the neighbourhood that its median resident lives in.",
    "connectivity_score": "How easily jobs, shops, schools and other services can be reached, by the Department for "
                          "Transport’s score. For a larger place: the mean of its residents.",
    "mobile_4g": "Ofcom publishes this by council: every place inside one council shows the council’s figure.",
    "rural": "Residents of neighbourhoods that the Office for National Statistics classes as rural.",
}


def meaning(view: View) -> str:
    """Say what the map shows, with its basis.

    Parameters
    ----------
    view
        What is shown.

    Returns
    -------
    str
        Plain sentences; for context also source and vintage.
    """
    measure = MEASURES[view.show]
    served = edition()
    far = f"{duration(view.minutes)} from {HUBS[view.hub].label} " + (
        "by train" if view.clock == "train" else "door to hub")
    gap = f"Residents in jobs that can be done from home, where the line cannot carry {carried(view.speed)}"
    said = {
        "people_in_gap": f"{gap}, of 1,000 in work.",
        "nowhere_to_turn": f"{gap}, who also live more than {far}, of 1,000 in work.",
        "premises_below": f"Homes and businesses, {SPEEDS[view.speed].label[0].lower()}{SPEEDS[view.speed].label[1:]}.",
        "cut_off_by_rail": f"Residents who live more than {far}.",
        "door_to_hub_minutes": f"Minutes from the door to {HUBS[view.hub].label} for the median resident.",
        "train_to_hub_minutes": f"Minutes on the train to {HUBS[view.hub].label} for the median resident.",
        **_MEANT,
    }[view.show]
    if measure.context:
        return f"{said} Context, in no other figure. {source_of(measure.context)}."
    bases = []
    if view.show in {"people_in_gap", "nowhere_to_turn", "premises_below"}:
        bases.append({"estimated": "broadband below council level is estimated", "measured": "broadband is measured"}
                     [served.broadband_basis])
    if measure.by_rail:
        bases.append({"indicative": "rail times are indicative", "timetable": "rail times are from a timetable"}
                     [served.rail_basis])
    return f"{said} {sentence('; '.join(bases))}." if bases else said


def lies_in(here: Place) -> str:
    """Say where a place lies.

    Parameters
    ----------
    here
        The place.

    Returns
    -------
    str
        For example " in Hartland Coast, Torridge"; empty where the name says it.
    """
    served = edition()
    within = ""
    if here.kind in {"lsoa", "msoa", "ward", "constituency"}:
        places = served.places
        row = places[(places["kind"] == here.kind) & (places["code"] == here.code)].iloc[0]
        within = str(row["within"]) if row["within"] != here.name else ""
        if here.kind == "lsoa":
            msoa = served.areas.loc[here.code, "msoa"]
            within = f"{places.loc[places['code'] == msoa, 'name'].iloc[0]}, {within}"
    return f" in {within}" if within else ""


def sentence(text: str) -> str:
    """Begin a text with a capital letter and leave all others as they are.

    Parameters
    ----------
    text
        Not empty.

    Returns
    -------
    str
        The text.

    Examples
    --------
    >>> sentence("neighbourhood (LSOA)")
    'Neighbourhood (LSOA)'
    """
    return text[0].upper() + text[1:]


def source_of(source_id: str) -> str:
    """Credit a source of the edition.

    Parameters
    ----------
    source_id
        As in the manifest.

    Returns
    -------
    str
        Publisher and vintage; that it is missing, where it is.
    """
    for source in edition().manifest["sources"]:
        if source["id"] == source_id:
            return f"Source: {source['title']}; {source['publisher']}, {source['vintage']}"
    return "The source is not in this edition"


def spell_context(key: str, value: float | None) -> str:
    """Spell a context figure.

    Parameters
    ----------
    key
        A key of `MEASURES` that is context.
    value
        As `geo.context.context_of` gives it.

    Returns
    -------
    str
        With its unit.
    """
    if value is None:
        return "no figure published"
    if MEASURES[key].rate_unit.startswith("share"):
        return f"{percent(value)} of {MEASURES[key].unit}"
    return f"{value:.0f} of 10 (1 is the most deprived)" if key == "imd_decile" else f"{value:.0f} of 100"


def context_rows(here: Place) -> list[Mapping[str, Any]]:
    """Tell what publishers say of a place besides.

    Parameters
    ----------
    here
        The place.

    Returns
    -------
    list of dict
        label, value (spelled) and source (publisher and vintage) of each context measure.
    """
    values = _context(here.code)
    sources = {source["id"]: f"{source['publisher']}, {source['vintage']}" for source in edition().manifest["sources"]}
    return [{"label": MEASURES[key].label, "value": spell_context(key, value),
             "source": sources.get(MEASURES[key].context, "not in this edition")} for key, value in values.items()]


@kept(256)
def _context(code: str) -> dict[str, float | None]:
    return context_of(edition(), place(code).lsoas)
