"""The prose of a report, kept as text beside its setters: geo/pack/report/prose.toml."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from geo.core.choices import ACCESS, ALL_HUBS, CLOCKS, SPEEDS, WORK
from geo.core.measures import BASES, FIGURES
from geo.edition.places import OWN_AREA
from geo.figures.profile import PlaceProfile
from geo.layers.gap import BORDERLINE_MINUTES
from geo.pack.request import verify_command
from geo.words.build import UPDATE
from geo.words.definitions import definition, duration, speed_in_words

_FILE = Path(__file__).with_name("prose.toml")


@cache
def _prose() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def asked(profile: PlaceProfile) -> dict[str, str]:
    """Say what was asked, for the words in braces."""
    view = profile.view
    return {
        "remote_capable": definition(FIGURES["remote_capable"], view), "update": UPDATE,
        "verify": verify_command(view), "against": view.against,
        "premises_below": definition(FIGURES["premises_below"], view), "indicative": BASES["indicative"].meaning,
        "work": WORK[view.work].label, "work_meaning": WORK[view.work].meaning, "speed": speed_in_words(view.speed),
        "speed_meaning": SPEEDS[view.speed].meaning, "why_speed": str(_prose()["why_speed"][view.speed]),
        "far": duration(view.minutes), "hub": ALL_HUBS[view.hub].label, "clock_meaning": CLOCKS[view.clock].meaning,
        "access_meaning": ACCESS[view.access].meaning, "borderline": str(BORDERLINE_MINUTES),
        "edition": profile.edition.id, "code": profile.place.code, "broadband": profile.edition.broadband_basis,
    }


def prose(part: str, key: str, profile: PlaceProfile, **more: str) -> str:
    """Give one text of the report."""
    return str(_prose()[part][key]).format(**asked(profile), **more)


def prose_rows(key: str, profile: PlaceProfile, width: int) -> tuple[tuple[str, ...], ...]:
    """Give the rows of one table of the report, those for another basis left out."""
    facts, edition = asked(profile), profile.edition
    bases = {edition.broadband_basis, edition.rail_basis, "homes" if edition.counts_homes else "all premises",
             *["compared"] * (profile.earlier is not None), "own" if profile.place.kind == OWN_AREA else "linked"}
    return tuple(tuple(cell.format(**facts) for cell in row[:width]) for row in _prose()["rows"][key]
                 if not row[width:] or row[width] in bases)
