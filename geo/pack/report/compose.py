"""The report: its chapters in reading order, and the two-page brief made of the same blocks."""

from collections.abc import Mapping
from dataclasses import replace

from geo.core.choices import CLOCKS, HUBS, SPEEDS
from geo.edition.places import OWN_AREA
from geo.figures.profile import PlaceProfile
from geo.pack.file.manifest import link
from geo.pack.maps.compose import DrawnMap
from geo.pack.report import chapters
from geo.pack.report.blocks import Block, Bullets, Document, Heading, Table, plain
from geo.pack.request import Request
from geo.sources.licences import credit_sentences, without_share_alike
from geo.words.claim import spoken_name
from geo.words.notes import notes_in_words

BRIEF_ROWS = 6
"""Rows of the table of a brief, where two pages have room for them."""


def _sources(profile: PlaceProfile) -> str:
    """Name the sources, and what their publishers ask for, in one paragraph."""
    sources = profile.edition.manifest["sources"]
    publishers = "; ".join(dict.fromkeys(
        name.strip() for source in without_share_alike(sources) for name in str(source["publisher"]).split(";")))
    return (f"Sources: {publishers}; each file with its vintage is listed in edition {profile.edition.id} and under "
            f"‘Method and data’ in the app. {' '.join(credit_sentences(without_share_alike(sources)))}")


def document(request: Request, profile: PlaceProfile, blocks: list[Block]) -> Document:
    """Put blocks under the title, subtitle and footer of a place's report."""
    edition, view = profile.edition, profile.view
    subtitle = (f"{SPEEDS[view.speed].label}; {HUBS[view.hub].label} more than {view.minutes} minutes away "
                f"({CLOCKS[view.clock].label.lower()})")
    footer = f"Edition {edition.id} · broadband {edition.broadband_basis} · rail {edition.rail_basis}"
    title = request.title or f"Who could work from home in {spoken_name(profile.place.name)}, but can’t"
    return Document(title, subtitle, request.author, footer, "" if _is_own(profile) else link(profile), tuple(blocks))


def report(request: Request, profile: PlaceProfile, maps: Mapping[str, DrawnMap]) -> Document:
    """Put the report of an evidence pack together."""
    return document(request, profile, [
        *chapters.claim(request, profile), *chapters.need(profile, maps), *chapters.definitions(profile),
        *chapters.every_figure(profile), *chapters.who(profile), *chapters.rail(profile, maps),
        *chapters.inside(profile), *chapters.where_first(profile), *chapters.what_if(profile),
        *chapters.already_there(profile),
        *chapters.limits(profile), *chapters.views(profile), *chapters.assumptions(profile),
        *chapters.sources(profile), *chapters.check(profile),
    ])


def brief(request: Request, profile: PlaceProfile, maps: Mapping[str, DrawnMap], rows: int = BRIEF_ROWS) -> Document:
    """Put a brief of two pages together: the claim, and where the need is."""
    kind = chapters.need_kind(profile)
    blocks: list[Block] = [
        *chapters.claim(request, profile), Heading("Where the need is"),
        chapters.picture(maps["people-in-gap"]),
    ]
    if kind is not None and rows:
        table: Table = chapters.places_table(profile, kind)
        count = len(profile.inside[kind])
        short = table if count <= rows else replace(
            table, rows=table.rows[:rows], caption=f"{chapters.table_title(kind)}: the first {rows} of {count:,}.")
        blocks.append(short)
    said = frozenset({"broadband", "rail"})     # by the claim
    notes = tuple(notes_in_words(profile.answer, without=said)[:3])
    return document(request, profile, [
        *blocks, *([Bullets(notes)] if notes else []),
        plain(_sources(profile), "small"),
        *([] if _is_own(profile) else [plain(
            f"Check it: python -m geo show {profile.place.code}, or open the app's address followed by "
            f"{link(profile)}", "small")]),
    ])


def _is_own(profile: PlaceProfile) -> bool:
    """Tell whether a report is about an own area, which no link carries and no command knows."""
    return profile.place.kind == OWN_AREA
