"""A report can be cited: its first page, its list of contents, its numbers, and the address that its code leads to."""

import io
import re
from dataclasses import replace
from typing import Any

import docx
import numpy as np
import pytest
import segno
from docx.oxml.ns import qn
from PIL import Image
from pypdf import PdfReader

from geo import __version__
from geo.core.choices import REGION
from geo.core.errors import PackError
from geo.core.rounding import about, percent
from geo.core.view import View
from geo.edition.own_place import place_of_lsoas
from geo.edition.store import Edition, load_edition
from geo.figures.profile import place_profile
from geo.pack.file.manifest import make_manifest, manifest_bytes, read_manifest, request_of
from geo.pack.maps.compose import DrawnMap, draw_maps
from geo.pack.report.blocks import Document, Formula, Heading, Paragraph, Picture, Table, plain
from geo.pack.report.compose import first_page, qr_code, report
from geo.pack.report.docx import docx_bytes
from geo.pack.report.numbering import numbered, see, short_title
from geo.pack.report.pdf import page_pngs, pdf_bytes
from geo.pack.request import Request, site_address
from tests.fixtures.answers import show_json
from tests.pack.sample import long_table, picture

pytestmark = pytest.mark.slow

SITE = "https://swathe.example.org"


@pytest.fixture(scope="module")
def starter() -> Edition:
    return load_edition()


def whole(edition: Edition, code: str, **asked: str) -> Document:
    profile = place_profile(edition, View(place=code))
    drawn = {name: DrawnMap(name, f"Map {name}", picture().png, b"", 120.0, 80.0, "Alt", "", ("estimated",))
             for name in ("people-in-gap", "nowhere-to-turn", "train-to-hub")}
    return report(Request(profile.view, **asked), profile, drawn)


@pytest.fixture(scope="module")
def cited(starter: Edition) -> Document:
    return whole(starter, "E07000047", site=SITE, date="2026-12-01", contact="lines@example.org", author="The Council")


@pytest.fixture(scope="module")
def pages(cited: Document) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf_bytes(cited))).pages]


def test_the_first_page_says_when_by_whom_with_what_and_where(
    starter: Edition, cited: Document, pages: list[str],
) -> None:
    link = f"{SITE}/place?place=E07000047&edition={starter.id}"
    cited_as = "Cite as: The Council (2026). Who could work from home in West Devon, but can’t. 1 December 2026."
    for said in ("Date: 1 December 2026", f"edition {starter.id} of the data", f"Swathe {__version__}",
                 "Contact: lines@example.org", cited_as, "The Council"):
        assert said in pages[0]
    assert link in pages[0].replace(" ", "") or link in pages[0]
    assert (cited.link, dict(cited.facts)["The same view in the app"]) == (link, link)
    assert link in dict(cited.facts)["Cite as"]


def test_the_code_to_scan_is_that_of_the_address(cited: Document) -> None:
    drawn = Image.open(io.BytesIO(cited.qr)).convert("1")
    matrix = [list(row) for row in segno.make_qr(cited.link, error="m").matrix]
    modules = [[not drawn.getpixel((8 * (x + 2) + 4, 8 * (y + 2) + 4)) for x in range(len(matrix))]
               for y in range(len(matrix))]
    assert modules == [[bool(module) for module in row] for row in matrix]
    assert qr_code(cited.link) == cited.qr


def test_without_a_host_the_path_alone_and_no_code(starter: Edition) -> None:
    document = whole(starter, "E07000047")
    assert document.qr == b""
    assert document.link == f"place?place=E07000047&edition={starter.id}"
    assert any(label.startswith("The same view in the app, after the address at which it is served") and text ==
               document.link for label, text in document.facts)
    assert "http" not in dict(document.facts)["Cite as"]
    assert dict(document.facts)["Date"] == "27 November 2026"      # on which the starter edition was built


def test_an_own_area_has_no_address(starter: Edition) -> None:
    own = place_of_lsoas(starter, ["E01020002", "E01020003"])
    document = whole(starter, own.code, site=SITE)
    assert (document.link, document.qr) == ("", b"")


def test_the_list_of_contents_names_the_page_of_each_chapter_table_and_figure(
    cited: Document, pages: list[str],
) -> None:
    contents = pages[1]
    assert contents.startswith("Contents")
    entries = [block.shown for block in cited.blocks if isinstance(block, Heading) and block.level <= 2]
    entries += [f"{block.number}. {short_title(block)}" for block in cited.blocks if isinstance(block, Table | Picture)]
    assert len(entries) > 30
    for entry in entries:
        found = re.search(re.escape(entry) + r"[ .]*?(\d+)(?= |$)", contents)
        assert found, entry
        assert entry.partition(". ")[2][:40] in pages[int(found[1]) - 1] or entry in pages[int(found[1]) - 1], entry


def test_chapters_tables_and_figures_are_counted_in_order(cited: Document) -> None:
    for kind, name in ((Table, "Table"), (Picture, "Figure")):
        found = [block.number for block in cited.blocks if isinstance(block, kind)]
        assert found == [f"{name} {count}" for count in range(1, len(found) + 1)]
    chapters = [block.number for block in cited.blocks if isinstance(block, Heading) and block.level == 1]
    assert chapters == [str(count) for count in range(1, len(chapters) + 1)]


def test_texts_refer_by_number() -> None:
    blocks = numbered([
        Heading("One", key="one"), plain(f"See {see('late')} and {see('map')}, {see('one')}."),
        replace(long_table(1), key="early"), Heading("Part", 2), replace(picture(), key="map"),
        replace(long_table(1), key="late", caption=f"After {see('early')}")])
    assert blocks[1] == Paragraph(("See Table 2 and Figure 1, chapter 1.",))
    assert isinstance(blocks[5], Table)
    assert (blocks[5].caption, blocks[5].number) == ("After Table 1", "Table 2")
    assert isinstance(blocks[3], Heading)
    assert blocks[3].number == "1.1"
    with pytest.raises(PackError, match="refers to 'nothing'"):
        numbered([plain(see("nothing"))])


@pytest.mark.parametrize("code", [REGION, "E07000047", "E05011923", "E01020002", "E07000047+E07000046"])
def test_the_summary_says_what_show_says(starter: Edition, code: str) -> None:
    profile = place_profile(starter, View(place=code))
    answer = show_json(starter, View(place=profile.place.code))
    page = PdfReader(io.BytesIO(pdf_bytes(first_page(Request(profile.view, site=SITE), profile))))
    assert len(page.pages) == 1
    said = " ".join(page.pages[0].extract_text().split())
    assert f"{answer['claim']['ratio_to_england']:.1f} times England’s rate" in said or (
        f"{answer['claim']['ratio_to_england']:.0f} times England’s rate" in said)
    assert "Ask " in said
    rank = answer["certainty"]["rank"]
    if code == "E07000047":
        assert rank["rate"]["p05"] == rank["rate"]["p95"] == 1
        assert "West Devon is worst of the South West’s 27 local authorities" in said
    if code == REGION:
        first = profile.inside["authority"]["name"].head(3)
        assert all(name.replace(", City of", "") in said for name in first)


@pytest.mark.parametrize("text", [
    "ftp://a.example", "https://", "https://a.example?x=1", "https://a.example/#b", "https://me:pw@a.example",
    "https://a b.example", "swathe.example.org", "https://a..b", "https://a.example:0", "https://a.example:99999",
    "https://a.example/../x", "https://-a.example", "https://exämple.org", "javascript:alert(1)",
    "https://" + "a" * 300])
def test_an_address_that_cannot_be_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(PackError, match=r"^the site .* is no address of an app") as told:
        Request(View(), site=text)
    assert "\n" not in str(told.value)


def test_an_address_is_kept_plain() -> None:
    assert site_address("http://LocalHost:8501/") == "http://localhost:8501"
    assert site_address("https://example.org/swathe/") == "https://example.org/swathe"


@pytest.mark.parametrize("text", ["2026-13-01", "27 November 2026", "20261127", "2026-W48-5", "2026-2-1", "x" * 900])
def test_a_day_that_cannot_be_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(PackError, match=r"^the date .* is no day: write it as 2026-11-27$"):
        Request(View(), date=text)


def test_the_manifest_keeps_what_was_asked_and_older_ones_are_read(starter: Edition) -> None:
    profile = place_profile(starter, View(place="E07000047"))
    for asked in ({}, {"site": SITE, "date": "2026-12-01", "contact": "lines@example.org"}):
        request = Request(profile.view, "Title", **asked)
        manifest = make_manifest(request, profile, {})
        assert {name: manifest[name] for name in ("site", "date", "contact") if name in manifest} == asked
        assert request_of(read_manifest(manifest_bytes(manifest)), starter) == request
    for name, wrong in (("site", "https://a.example/"), ("date", "yesterday"), ("contact", 5), ("site", None)):
        with pytest.raises(PackError, match=name):
            read_manifest(manifest_bytes({**manifest, name: wrong}))


def test_the_word_document_counts_and_lists_by_itself(cited: Document) -> None:
    content = docx_bytes(cited)
    word = docx.Document(io.BytesIO(content))
    codes = [node.text for node in word.element.iter(qn("w:instrText"))]
    assert codes == [' TOC \\o "1-2" \\h \\z ', ' TOC \\h \\z \\c "Table" ', ' TOC \\h \\z \\c "Figure" ']
    kinds = [node.get(qn("w:fldCharType")) for node in word.element.iter(qn("w:fldChar"))]
    assert kinds == ["begin", "separate", "end"] * 3
    fields = [node.get(qn("w:instr")) for node in word.element.iter(qn("w:fldSimple"))]
    tables, figures = ([block for block in cited.blocks if isinstance(block, kind)] for kind in (Table, Picture))
    assert fields.count("SEQ Table \\* ARABIC") == len(tables)
    assert fields.count("SEQ Figure \\* ARABIC") == len(figures)
    marks = [node.get(qn("w:name")) for node in word.element.iter(qn("w:bookmarkStart"))]
    assert len(marks) == len(set(marks))
    led = {node.get(qn("w:anchor")) for node in word.element.iter(qn("w:hyperlink"))}
    assert led
    assert led <= set(marks)
    captions = [paragraph.text for paragraph in word.paragraphs if paragraph.style.name == "Caption"]
    assert len(captions) == len(tables) + len(figures)
    core = word.core_properties
    assert (core.author, core.language, str(core.created), str(core.modified)) == (
        "The Council", "en-GB", "2026-12-01 00:00:00+00:00", "2026-12-01 00:00:00+00:00")


@pytest.mark.parametrize("code", ["E07000047", REGION, "E01020002", "E07000047+E07000046"])
def test_pages_are_filled_and_no_heading_stands_at_a_foot(starter: Edition, code: str) -> None:
    profile = place_profile(starter, View(place=code))
    document = report(Request(profile.view, site=SITE), profile, draw_maps(profile, svg=False))
    for png in page_pngs(document, 20.0)[:-1]:
        grey = np.asarray(Image.open(io.BytesIO(png)).convert("L"))
        top, foot = (round(side / 25.4 * 20) for side in (20, 297 - 21))
        ink = np.flatnonzero((grey[top:foot] < 200).any(axis=1))
        assert ink.max() > (foot - top) / 2
    headings = {block.shown for block in document.blocks if isinstance(block, Heading)}
    for page in PdfReader(io.BytesIO(pdf_bytes(document))).pages:
        *_, last, _ = page.extract_text().splitlines()      # the footer is behind it
        assert last not in headings


def test_the_trend_is_that_of_the_edition(starter: Edition, cited: Document) -> None:
    series = {name: starter.context[(starter.context["code"] == "E07000047") & (starter.context["series"] == name)]
              .sort_values("date")["value"] for name in ("gigabit", "below_30")}
    said = " ".join("".join(block.pieces) for block in cited.blocks if isinstance(block, Paragraph))
    for values in series.values():
        assert f"{percent(values.iloc[0])} in " in said
        assert f"{percent(values.iloc[-1])} in " in said
    drawn = [block for block in cited.blocks if isinstance(block, Picture) and block.name.startswith("coverage")]
    assert [block.name for block in drawn] == ["coverage-gigabit", "coverage-below-30"]
    for block, values in zip(drawn, series.values(), strict=True):
        assert percent(values.iloc[-1]) in block.alt


def test_a_partnership_has_sentences_and_a_table_of_its_authorities(starter: Edition) -> None:
    document = whole(starter, "E07000047+E07000046")
    table = next(block for block in document.blocks if isinstance(block, Table) and block.key == "authorities")
    assert [row[0] for row in table.rows] == ["Torridge", "West Devon", "South West", "England"]
    assert not [block for block in document.blocks if isinstance(block, Picture) and block.name.startswith("coverage")]


def test_formulas_are_read_aloud_and_stand_in_word(cited: Document) -> None:
    shown = [block for block in cited.blocks if isinstance(block, Formula)]
    assert [block.name for block in shown] == ["capable", "homes", "gap", "turn", "rate", "range"]
    alts = PdfReader(io.BytesIO(pdf_bytes(cited))).trailer["/Root"]["/StructTreeRoot"]
    assert all(block.alt in str(everything(alts)) for block in shown)
    texts = [paragraph.text for paragraph in docx.Document(io.BytesIO(docx_bytes(cited))).paragraphs]
    assert all(block.text in texts for block in shown)


def everything(node: Any) -> list[str]:
    """List the alternative texts of a structure tree."""
    node = node.get_object()
    if isinstance(node, list):
        return [text for part in node for text in everything(part)]
    if not isinstance(node, dict):
        return []
    return [*([str(node["/Alt"])] if "/Alt" in node else []), *(everything(node["/K"]) if "/K" in node else [])]


def test_mobile_wireless_and_satellite_are_answered(starter: Edition, cited: Document) -> None:
    table = next(block for block in cited.blocks if isinstance(block, Table) and block.key == "wireless")
    answer = show_json(starter, View(place="E07000047"))
    assert about(answer["people_in_gap_by_speed"]["uso"]["estimate"]) in table.rows[1][1]
    assert table.rows[2][1] == percent(starter.places_of("authority").loc["E07000047", "indoor_4g_4"])
    assert any("Satellite is not published by place" in "".join(block.pieces) for block in cited.blocks
               if isinstance(block, Paragraph))


def test_quality_names_chapters_that_are_there(cited: Document) -> None:
    table = next(block for block in cited.blocks if isinstance(block, Table) and block.columns[0] == "Dimension")
    assert [row[0] for row in table.rows] == [
        "Relevance", "Accuracy", "Timeliness", "Comparability", "Coherence", "Accessibility"]
    named = {found for row in table.rows for found in re.findall(r"chapter (\d+)", row[1])}
    assert named <= {block.number for block in cited.blocks if isinstance(block, Heading)}
    assert len(named) == 4
