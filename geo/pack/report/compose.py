"""The report: its chapters in reading order, and the two-page brief made of the same blocks."""

import io
from collections.abc import Mapping
from dataclasses import replace

import segno

from geo.core.choices import ALL_HUBS, CLOCKS, SPEEDS
from geo.edition.places import OWN_AREA
from geo.figures.profile import PlaceProfile
from geo.pack.file.manifest import link
from geo.pack.maps.compose import DrawnMap
from geo.pack.report.blocks import Block, Bullets, Document, Heading, Paragraph, Table, plain
from geo.pack.report.chapters import end, figures, lines, method, opening, plans
from geo.pack.report.chapters import need as where
from geo.pack.report.chapters import rail as trains
from geo.pack.report.chapters.since import since
from geo.pack.report.numbering import numbered, resolved, see
from geo.pack.request import Request
from geo.sources.licences import credit_sentences, without_share_alike
from geo.words import cover, summary
from geo.words.claim import bases, spoken_name, who_could
from geo.words.made import made_up, with_mark
from geo.words.notes import notes_in_words
from geo.words.questions import QUESTIONS, questions

BRIEF_ROWS = 6
"""Rows of the table of a brief, where two pages have room for them."""


def _sources(profile: PlaceProfile) -> str:
    """Name the sources, and what their publishers ask for, in one paragraph."""
    sources = profile.edition.manifest["sources"]
    publishers = "; ".join(dict.fromkeys(
        name.strip() for source in without_share_alike(sources) for name in str(source["publisher"]).split(";")))
    return (f"Sources: {publishers}; each file with its vintage is listed in edition {profile.edition.id} and under "
            f"‘Method and data’ in the app. {' '.join(credit_sentences(without_share_alike(sources)))}")


def document(request: Request, profile: PlaceProfile, blocks: tuple[Block, ...]) -> Document:
    """Put blocks under the title, subtitle and footer of a place's report."""
    edition, view = profile.edition, profile.view
    made = f"{made_up(edition)} " if edition.made else ""
    subtitle = (f"{made}{SPEEDS[view.speed].label}; {ALL_HUBS[view.hub].label} more than {view.minutes} minutes away "
                f"({CLOCKS[view.clock].label.lower()})")
    footer = f"Edition {edition.id} · broadband {edition.broadband_basis} · rail {edition.rail_basis}"
    footer = with_mark(footer, edition)
    title = request.title or who_could(spoken_name(profile.place.name))
    return Document(title, subtitle, request.author, footer, address(request, profile), blocks,
                    day=cover.report_day(edition, request.date))


def address(request: Request, profile: PlaceProfile) -> str:
    """Say where the same view is seen: the whole address where the site is known; nothing of an own area."""
    if _is_own(profile):
        return ""
    return f"{request.site}/{link(profile)}" if request.site else link(profile)


def _same_view(request: Request) -> str:
    """Say before a link what it leads to."""
    return cover.SAME_VIEW if request.site else cover.NO_HOST


def qr_code(text: str) -> bytes:
    """Draw a code that a telephone reads, as PNG: the same text gives the same bytes."""
    out = io.BytesIO()
    segno.make_qr(text, error="m").save(out, kind="png", scale=8, border=2)
    return out.getvalue()


def report(request: Request, profile: PlaceProfile, maps: Mapping[str, DrawnMap]) -> Document:
    """Put the report of an evidence pack together: its first page, the list of its contents, and the chapters."""
    seen = address(request, profile)
    blocks = numbered([
        *opening.claim(request, profile), *where.need(profile, maps), *figures.definitions(profile),
        *figures.every_figure(profile), *figures.who(profile), *trains.rail(profile, maps),
        *where.inside(profile), *lines.spread(profile), *plans.where_first(profile), *plans.what_if(profile),
        *figures.already_there(profile), *lines.other_ways(profile), *figures.planned(profile), *lines.trend(profile),
        *since(profile),
        *method.limits(profile), *method.views(profile), *method.assumptions(profile),
        *method.formulas(), *method.quality(profile),
        *end.sources(profile), *end.check(profile, f"{_same_view(request)}: {seen}" if seen else ""),
    ])
    opened = _opened(request, profile, document(request, profile, blocks))
    kind = where.need_kind(profile)
    table = "" if kind is None else f"{see(f'by-{kind}')} and "
    more = plain(f"Where: {table}{see('people-in-gap')}. How sure the figures are: {see('sure')}.", "small")
    return replace(opened, contents=True, summary=(*opened.summary, resolved(more, blocks)))


def first_page(request: Request, profile: PlaceProfile) -> Document:
    """Put the first page of a report together, without what follows."""
    return _opened(request, profile, document(request, profile, ()))


def _opened(request: Request, profile: PlaceProfile, whole: Document) -> Document:
    return replace(cited(request, profile, whole), summary=tuple(_summary(profile)))


def cited(request: Request, profile: PlaceProfile, whole: Document) -> Document:
    """Add what a reader needs to cite a report, and the code to scan."""
    edition, when = profile.edition, whole.day or cover.built_on(profile.edition)
    facts = [("Date", cover.day(when)), ("Made with", cover.version(edition)),
             *[("Contact", request.contact)] * bool(request.contact),
             (cover.CITE, cover.citation(edition, whole.title, request.author, when, request.site and whole.link))]
    if whole.link:
        facts.append((_same_view(request), whole.link))
    return replace(whole, facts=tuple(facts), qr=qr_code(whole.link) if request.site and whole.link else b"")


def _summary(profile: PlaceProfile) -> list[Block]:
    claim, *others = summary.findings(profile)
    kind = where.need_kind(profile)
    named = "" if kind is None else summary.most_people(profile, kind)
    weak = cover.weak([*bases(profile.answer)])
    blocks: list[Block] = [Heading(summary.HEADING), Paragraph((claim,), "claim"), Bullets(tuple(others))]
    if named:
        blocks += [Heading(summary.WHERE, 2), plain(named)]
    blocks += [Heading(summary.ASK, 2), Bullets(summary.ask(profile))]
    return [*blocks, plain(weak, "mark")] if weak else blocks


def brief(request: Request, profile: PlaceProfile, maps: Mapping[str, DrawnMap], rows: int = BRIEF_ROWS) -> Document:
    """Put a brief of two pages together: the claim, and where the need is."""
    kind = where.need_kind(profile)
    blocks: list[Block] = [
        *opening.claim(request, profile), Heading("Where the need is"),
        where.picture(maps["people-in-gap"]),
    ]
    if kind is not None and rows:
        table: Table = where.places_table(profile, kind)
        count = len(profile.inside[kind])
        short = table if count <= rows else replace(
            table, rows=table.rows[:rows], caption=f"{where.table_title(kind)}: the first {rows} of {count:,}.")
        blocks.append(short)
    said = frozenset({"broadband", "rail"})     # by the claim
    notes = tuple(notes_in_words(profile.answer, without=said)[:3])
    opened = "open" if request.site else "open the app's address followed by"
    asked = [Paragraph(("", f"{number}. {question.whom}: ", question.text), "small")
             for number, question in enumerate(questions(profile), 1)]
    whole = document(request, profile, (
        *blocks, Heading(QUESTIONS, 2), *asked, *([Bullets(notes)] if notes else []),
        plain(_sources(profile), "small"),
        *([] if _is_own(profile) else [plain(
            f"Check it: python -m geo show {profile.place.code}, or {opened} {address(request, profile)}", "small")]),
    ))
    return replace(whole, compact=True)


def _is_own(profile: PlaceProfile) -> bool:
    """Tell whether a report is about an own area, which no link carries and no command knows."""
    return profile.place.kind == OWN_AREA
