"""How coverage has changed, how neighbourhoods differ, and what wireless and satellite answer."""

import pandas as pd

from geo.core.choices import ENGLAND
from geo.core.rounding import percent
from geo.figures.context import coverage_over_time
from geo.figures.doubts import indoor_4g
from geo.figures.profile import PlaceProfile
from geo.maps.charts import coverage_svg, strip_svg
from geo.maps.classes import LIGHT
from geo.pack.report.blocks import Block, Heading, Picture, Table, plain
from geo.pack.report.chapters.opening import marks
from geo.pack.report.charts import CHART_WIDTH, chart_pngs
from geo.pack.report.numbering import see
from geo.words.authority import (
    COVERAGE,
    NOT_IN_EDITION,
    authority_heads,
    authority_rows,
    coverage_sentence,
    land_sentence,
    level,
)
from geo.words.claim import sentence_case
from geo.words.doubts import wireless
from geo.words.neighbourhoods import EACH_DOT, strip_alt, strip_note, strips

TREND, WIRELESS = "How coverage has changed", "Mobile, fixed wireless and satellite"

_DRAWN = 3      # areas of a chart: an authority, the region and England
_DASHES = ("solid", "dashed", "dotted")


def spread(profile: PlaceProfile) -> list[Block]:
    """Draw how the place's neighbourhoods differ; nothing of a single one."""
    table = profile.neighbourhoods
    if len(table) < 2 or table["per_1000"].isna().all():
        return []
    strip, region = strips(profile)["people_in_gap"], profile.edition.region
    png, = chart_pngs([strip_svg(table, strip.column, (strip.here, strip.region), LIGHT, None)])
    ends = [f"solid line: {profile.place.name}, {strip.text(strip.here)}",
            *[f"dashed line: {region.name}, {strip.text(strip.region)}"] * (profile.place.code != region.code)]
    caption = f"{strip.title}: neighbourhoods. {EACH_DOT} {strip_note(strip, table)} {sentence_case('; '.join(ends))}."
    return [Picture("neighbourhoods", png, CHART_WIDTH, strip_alt(strip, table).replace(
        " The table of all neighbourhoods has the same figures.", ""), caption,
        (str(profile.edition.broadband_basis),), key="neighbourhoods")]


def trend(profile: PlaceProfile) -> list[Block]:
    """Say how coverage of the whole authorities has changed, and draw that of a single one beside England's."""
    edition, table = profile.edition, profile.authorities
    if table.empty:
        return [Heading(TREND), plain(NOT_IN_EDITION)]
    areas = dict(table["name"].items())
    said = [coverage_sentence(edition, code, name) for code, name in list(areas.items())[:_DRAWN] if code != ENGLAND]
    said = [text for text in (*said, land_sentence(edition, table)) if text]
    drawn = _drawn(profile, {str(code): str(name) for code, name in areas.items()}) if len(areas) <= _DRAWN else []
    counted = Table(
        "Coverage, claimants and active businesses of whole authorities, as published.",
        tuple(authority_heads(edition)), tuple(tuple(row) for row in authority_rows(table)), right=(1, 2, 3, 4),
        widths=(2, 1.2, 1.2, 1.3, 1.3),
        basis=("official",), key="authorities")
    where = f" {', '.join(see(block.key) for block in drawn)} and {see('authorities')} show it." if drawn else ""
    return [Heading(TREND), plain(level(profile.place, table) + where), *map(plain, said), *drawn, counted]


def _drawn(profile: PlaceProfile, areas: dict[str, str]) -> list[Picture]:
    table = coverage_over_time(profile.edition, areas)
    rows = {series: found for series in COVERAGE if len(found := table[table["series"] == series])}
    lines = "; ".join(f"{dash}: {name}" for dash, name in zip(_DASHES, areas.values(), strict=False))
    pngs = chart_pngs([coverage_svg(found, LIGHT) for found in rows.values()])
    alts = {series: f"A line for each area by date. {_ends(found)}" for series, found in rows.items()}
    return [Picture(f"coverage-{series}".replace("_", "-"), png, CHART_WIDTH, alts[series],
                    f"{COVERAGE[series]}: share of homes and businesses by date. Lines {lines}.", ("official",),
                    key=f"coverage-{series}".replace("_", "-"))
            for series, png in zip(rows, pngs, strict=True)]


def _ends(rows: pd.DataFrame) -> str:
    """Say where each line of a chart begins and ends."""
    said = []
    for name, found in rows.groupby("area", sort=False):
        first, last = found.iloc[0], found.iloc[-1]
        said.append(f"{name}: {percent(first['share'])} in {first['date']:%B %Y}, {percent(last['share'])} in "
                    f"{last['date']:%B %Y}")
    return f"{'; '.join(said)}."


def other_ways(profile: PlaceProfile) -> list[Block]:
    """Answer mobile, fixed wireless and satellite with what is published, and say what is not."""
    found = wireless(profile.edition, profile.answer, indoor_4g(profile.edition, profile.view, profile.place))
    return [Heading(WIRELESS, 2), Table(
        f"{WIRELESS}: what is counted.", ("Figure", "Value"),
        tuple((number.label, number.value) for number in found.numbers), right=(1,), widths=(3, 2),
        basis=marks(dict.fromkeys(found.basis)), key="wireless"), *map(plain, found.answer)]
