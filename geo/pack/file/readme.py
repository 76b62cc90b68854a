"""The README of a pack: what is in it and how to check it, in plain words."""

import textwrap

from geo.edition.places import OWN_AREA
from geo.figures.profile import PlaceProfile
from geo.pack.file.manifest import link, view_name
from geo.pack.request import Request, verify_command
from geo.sources.licences import credit_sentences, without_share_alike
from geo.words.claim import bases
from geo.words.made import made_up
from geo.words.notes import notes_in_words

README = "README.txt"

_WIDTH = 78
_FIRST = "\ntables/where-first.csv: neighbourhoods to upgrade first, on the terms that were asked for"
_WHAT_IF = ("\ntables/what-if.csv, who-gains.csv: where the what-if that was asked for changes anything, and for whom")
_CHANGED = ("\ntables/changes.csv, stations-changed.csv: what changed since edition {against}, and what it comes from; "
            "stations whose journeys changed")
_CONTENTS = """
WHAT IS IN IT
report.pdf, report.docx: the report, to read, and to work into a paper of your own
maps/: its maps, for print (PNG) and to scale (SVG)
tables/: every figure as CSV, and all of them in one Excel workbook{first}{what_if}{changed}
tables/dictionary.csv: what every column is; csv-metadata.json says the same to programs
areas.gpkg: boundaries and figures for QGIS or ArcGIS, British National Grid; QGIS opens it in the app's colours
manifest.json: what was asked, every headline figure, and the checksum of every file, for programs

HOW TO CHECK IT
With Swathe and the edition{s} named above on your computer, run:
{verify}
It works every headline figure and every CSV out again from the edition, makes the whole pack again and compares it \
byte for byte, and names what was changed. The pack may be this file, one packed again, or the folder it was \
unpacked into.

WHERE THE FIGURES COME FROM"""


def readme_bytes(profile: PlaceProfile, request: Request) -> bytes:
    """Write the README as plain text: UTF-8, lines ended so that Windows shows them."""
    edition, place = profile.edition, profile.place
    sources, site = edition.manifest["sources"], request.site and f"{request.site}/"
    paragraphs = [
        *filter(None, [made_up(edition)]),
        request.title or f"Evidence pack: {place.name}", *([request.author] if request.author else []), "",
        f"Place: {place.name} ({place.code})", f"View: {view_name(profile.view)}", f"Edition: {edition.id}",
        *([f"Compared with: {profile.earlier.id}"] if profile.earlier else []),
        *([f"The same view in the app: {site}{link(profile)}"] if place.kind != OWN_AREA else []),
        *(["", "Author's note:", *request.note.split("\n")] if request.note else []),
        *_CONTENTS.format(first=_FIRST if profile.first else "",
                            what_if=_WHAT_IF if profile.what_if else "",
                            changed=_CHANGED.format(against=profile.view.against) if profile.earlier else "",
                            s="s" if profile.earlier else "", verify=verify_command(profile.view)).split("\n"),
        *(f"{mark}: {meaning}" for mark, meaning in bases(profile.answer).items()), *notes_in_words(profile.answer),
        "", "SOURCES AND LICENCES",
        *(f"{source['title']}. {source['publisher']}, {source['vintage']}. {source['licence']}" for source in sources),
        "", *credit_sentences(without_share_alike(profile.all_sources)),
    ]
    lines = [line for text in paragraphs for line in textwrap.wrap(
        text, _WIDTH, break_long_words=False, break_on_hyphens=False, subsequent_indent="  ") or [""]]
    return "".join(f"{line}\r\n" for line in lines).encode()
