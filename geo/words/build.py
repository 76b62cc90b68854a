"""What a build says of the edition that it wrote, and the check of it."""

from collections.abc import Mapping
from typing import Any

from geo.edition.identity import MADE
from geo.words.made import made_sentence

UPDATE = "python -m geo update --into downloads --edition my-edition"
"""The command that fetches what publishers offer and builds an edition from it: with output areas, a measured one."""


def about_build(manifest: Mapping[str, Any]) -> list[str]:
    """Say what the edition rests on, what was left out or is missing, and what to look at before it is used."""
    rows = manifest["sources"]
    return [
        *filter(None, [made_sentence(manifest.get(MADE, ""))]),
        f"broadband: {manifest['broadband_basis']}; rail: {manifest['rail_basis']}, of {manifest['rail_day']}",
        *_warned(manifest),
        *(f"in {row['file']}, {what}" for row in rows for what in row.get("left_out", [])),
        f"{manifest['postcodes_outside']:,} postcodes lie outside the mapped area and are not used",
        *stand_ins(manifest),
        *unplaced(manifest),
        *(f"not used: {feed}" for row in rows for feed in row.get("not_used", [])),
        *(f"not used: {file}" for file in manifest.get("not_used", [])),
        *(f"without {lack['title']}: {lack['without_it']}" for lack in manifest["missing"]),
    ]


def warnings_in(manifest: Mapping[str, Any]) -> list[str]:
    """List what the build warned of: files that differ, and a timetable that is out of date."""
    return [*manifest.get("warnings", []), *(each for row in manifest["sources"] for each in row.get("warnings", []))]


def _warned(manifest: Mapping[str, Any]) -> list[str]:
    return [f"warning: {warning}" for warning in warnings_in(manifest)]


def stand_ins(manifest: Mapping[str, Any]) -> list[str]:
    """Say how many neighbourhoods have no postcode, where there are any."""
    count = len(manifest["areas_without_postcode"])
    return [f"{count:,} LSOAs have no postcode: journeys start at a point inside"] if count else []


def unplaced(manifest: Mapping[str, Any]) -> list[str]:
    """Say how many of BDUK's premises could not be placed, and in which councils, where it has any."""
    if "planned_build" not in manifest:
        return []
    lost = {code: premises for code, premises in manifest["planned_build"]["unplaced"].items() if premises}
    where = f": {', '.join(f'{code} {premises:,}' for code, premises in lost.items())}" if lost else ""
    return [f"{sum(lost.values()):,} of BDUK's premises could not be placed by postcode{where}"]


def checked(manifest: Mapping[str, Any], areas: int) -> list[str]:
    """Say that an edition of so many areas holds, and what its build warned of."""
    warned, lacking = _warned(manifest), stand_ins(manifest)
    verdict = "it holds, but its build warned:" if warned else "all as it should be"
    return [f"{manifest['id']}: {areas:,} LSOAs, {verdict}", *warned, *lacking]
