"""A sheet for a meeting: one side of A4 with a claim, a map, three questions and a figure not to use."""

from dataclasses import replace

from geo.core.errors import PackError
from geo.edition.store import Edition
from geo.figures.profile import PlaceProfile, place_profile
from geo.pack.file.manifest import sheet_name
from geo.pack.maps.compose import draw_maps
from geo.pack.report.blocks import Block, Document, Heading, Paragraph, plain
from geo.pack.report.chapters.need import picture
from geo.pack.report.compose import cited, document
from geo.pack.report.pdf import page_count, pdf_bytes
from geo.pack.request import Request
from geo.words.beside_claim import basis_words, beside_claim
from geo.words.claim import headline, other_speeds
from geo.words.context import about_place
from geo.words.questions import NOT_TO_USE, QUESTIONS, not_to_use, questions


def make_sheet(edition: Edition, request: Request) -> tuple[str, bytes]:
    """Make the sheet of a place, from an edition with geometry: its file's name, and the PDF.

    A PackError says that the author's own words leave no room for it on one side.
    """
    profile = place_profile(edition, request.view)
    whole = sheet(request, profile)
    for shorter in (whole, *_shortened(whole)):
        if page_count(shorter) == 1:
            return sheet_name(profile), pdf_bytes(shorter)
    raise PackError("the title, the author and the note leave no room for a sheet of one side: shorten them")


def sheet(request: Request, profile: PlaceProfile) -> Document:
    """Put a sheet together: all of it stands on the first page."""
    answer, figure = profile.answer, not_to_use(profile)
    drawn = picture(draw_maps(profile, ("people-in-gap",), svg=False, small=True)["people-in-gap"])
    asked = [Paragraph(("", f"{number}. {question.whom}: ", question.text))
             for number, question in enumerate(questions(profile), 1)]
    blocks: list[Block] = [
        *(plain(said) for said in about_place(profile.edition, profile.place)),
        Paragraph(headline(answer), "claim"), plain(other_speeds(answer), "small"), drawn,
        *(plain(line) for line in request.note.split("\n") if line),
        Heading(QUESTIONS), *asked,
        Heading(NOT_TO_USE), Paragraph(("", f"{figure.figure}. ", figure.why), "mark"),
    ]
    england = beside_claim(answer)[0]
    blocks.append(Paragraph(("", f"{england.heading}. ", f"{england.text} ({basis_words(england)})"), "small"))
    return replace(cited(request, profile, document(request, profile, ())), summary=tuple(blocks), compact=True)


def _shortened(whole: Document) -> list[Document]:
    """Leave out what a sheet can do without, the last first: what England has, then other speeds."""
    without = tuple(block for block in whole.summary if not (isinstance(block, Paragraph) and block.role == "small"))
    return [replace(whole, summary=whole.summary[:-1]), replace(whole, summary=without)]
