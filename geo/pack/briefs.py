"""What stands beside a folder of briefs: a workbook that lists them, and a manifest by which each can be checked."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from xlsxwriter import Workbook

from geo import __version__
from geo.core.measures import FIGURES
from geo.edition.store import Edition
from geo.figures.profile import PlaceProfile
from geo.pack.file.manifest import asked_texts, manifest_bytes
from geo.pack.report.compose import address
from geo.pack.request import Request
from geo.words.context import about_place
from geo.words.cover import report_day
from geo.words.definitions import label
from geo.words.intervals import covers
from geo.words.made import made_up, with_mark

INDEX, MANIFEST = "index.xlsx", "manifest.json"

FORMAT, VERSION = "swathe-briefs", 1
_COLUMNS = (
    ("Place", 34, "text", "name"), ("Code", 13, "text", "code"), ("About it", 40, "text", "about"),
    (label(FIGURES["people_in_gap"]), 12, "#,##0", "people_in_gap.estimate"),
    ("Nine times in ten from", 12, "#,##0", "p05"),
    ("Nine times in ten to", 12, "#,##0", "p95"),
    ("Of every 1,000 workers", 12, "#,##0.0", "rates.people_in_gap_per_1000_workers"),
    ("Times England’s rate", 12, "0.0", "claim.ratio_to_england"),
    (label(FIGURES["nowhere_to_turn"]), 12, "#,##0", "nowhere_to_turn.estimate"),
    ("Homes and businesses without the speed", 14, "#,##0", "premises_below.{speed}"),
    ("Brief", 60, "file", "file"), ("The same view in the app", 60, "link", "link"), ("SHA-256", 68, "text", "sha256"),
)


@dataclass(frozen=True)
class Brief:
    """One brief as made: its file, and what stands of it in the index."""

    file: str
    code: str
    name: str       # of the place
    about: str      # for example its MP, with the date
    sha256: str
    link: str
    p05: float | None       # between which the people in the gap lie nine times in ten
    p95: float | None
    figures: Mapping[str, float | int | None]

    @classmethod
    def of(cls, request: Request, profile: PlaceProfile, file: str, sha256: str) -> "Brief":
        """Describe the brief of a place."""
        place, sure = profile.place, profile.answer["people_in_gap"].interval
        return cls(file, place.code, place.name, " ".join(about_place(profile.edition, place)), sha256,
                   address(request, profile), sure and sure.p05, sure and sure.p95, profile.headline_numbers)


def beside_briefs(edition: Edition, request: Request, kind: str, briefs: Sequence[Brief]) -> dict[str, bytes]:
    """Write what stands beside briefs, by file name; the same briefs give the same bytes."""
    ordered = sorted(briefs, key=lambda brief: (brief.name, brief.code, brief.file))
    index = _index(edition, request, ordered)
    return {INDEX: index, MANIFEST: manifest_bytes({
        "format": FORMAT, "version": VERSION, "code_version": __version__, "edition": edition.facts().as_json(),
        "request": {"kind": kind, "view": request.view.pack_options(), **asked_texts(request)},
        "files": {brief.file: {"code": brief.code, "sha256": brief.sha256, "figures": dict(brief.figures)}
                  for brief in ordered}})}


def _index(edition: Edition, request: Request, briefs: Sequence[Brief]) -> bytes:
    """List briefs: place, headline figures, file, link and checksum."""
    out, speed = io.BytesIO(), request.view.speed
    day = datetime.combine(report_day(edition, request.date), datetime.min.time())
    with Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": with_mark("Swathe: briefs", edition), "author": request.author, "created": day,
                             "comments": with_mark(f"Edition {edition.id}", edition)})
        sheet = book.add_worksheet("Briefs")
        heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        for column, (head, width, kind, name) in enumerate(_COLUMNS):
            sheet.set_column(column, column, width, book.add_format({"num_format": kind}) if "0" in kind else None)
            sheet.write_string(0, column, head, heading)
            for row, brief in enumerate(briefs, 1):
                value = vars(brief)[name] if name in vars(brief) else brief.figures.get(name.format(speed=speed))
                _write(sheet, (row, column), kind, value)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(len(briefs), 1), len(_COLUMNS) - 1)
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        notes = book.add_worksheet("Notes")
        notes.set_column(0, 0, 110, book.add_format({"text_wrap": True, "valign": "top"}))
        for row, text in enumerate((*filter(None, [made_up(edition)]),
                                    f"Figures of edition {edition.id}. They are those of the briefs, not rounded.",
                                    covers(edition), "manifest.json holds the figures and checksum of each.")):
            notes.write_string(row, 0, text)
    return out.getvalue()


def _write(sheet: Any, cell: tuple[int, int], kind: str, value: Any) -> None:
    if value is None or value == "":
        return
    if kind == "file":
        sheet.write_url(*cell, f"external:{value}", string=value)
    elif kind == "link" and str(value).startswith("http") and len(value) < 2000:
        sheet.write_url(*cell, value, string=value)
    elif isinstance(value, str):
        sheet.write_string(*cell, value)
    else:
        sheet.write_number(*cell, value)
