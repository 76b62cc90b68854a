"""Ask the program everything in `cases`, as its users do: the command line, the packs it writes, the pages it shows."""

import csv
import functools
import io
import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import redirect_stdout
from html import unescape
from pathlib import Path
from typing import Any
from unittest.mock import patch
from xml.etree import ElementTree

import openpyxl
import pypdf
from streamlit.testing.v1 import AppTest

import geo.edition.store
from geo.__main__ import main
from geo.cli import options
from geo.edition.search import search
from pages.contents import PAGES, Page
from tests.fixtures.pages import own_main
from tests.golden.cases import PACKS, PAGE_VIEWS, PLACES, RANKINGS, SEARCHES, STATIONS, VIEWS

__all__ = ["pack_answers", "page_answers", "short_answers"]

ROOT = Path(__file__).parents[2]
_LOAD = functools.cache(geo.edition.store.load_edition)
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def run(*words: str) -> str:
    """Run a command in this process; the edition is read once for all of them."""
    out = io.StringIO()
    with patch.object(options, "load_edition", _LOAD), redirect_stdout(out):
        try:
            code = main(words)
        except SystemExit as stop:
            code = int(stop.code or 0)
    assert code == 0, words
    return out.getvalue()


def _options(asked: dict[str, str]) -> list[str]:
    return [word for name, value in asked.items() for word in (f"--{name}", value)]


def short_answers() -> Iterator[tuple[str, Any]]:
    """What `show`, `rank`, `rail` and the search answer."""
    for place in PLACES:
        for number, view in enumerate(VIEWS):
            yield f"show {place} {number}", json.loads(run("show", place, "--json", *_options(view)))
    for place in PLACES[::5]:
        yield f"show {place} as text", run("show", place, *_options(VIEWS[1]))
    for asked in RANKINGS:
        name = " ".join(asked.values())
        yield f"rank {name}", json.loads(run("rank", "--json", "--top", "0", *_options(asked)))
        yield f"rank {name} as text", run("rank", *_options(asked))
    for station in STATIONS:
        for hub in ("london", "exeter"):
            yield f"rail {station} {hub}", json.loads(run("rail", station, "--hub", hub, "--json"))
        yield f"rail {station} as text", run("rail", station)
    edition = _LOAD(geo.edition.store.STARTER, geometry=False)
    for text in SEARCHES:
        found = search(edition, text)
        yield f"search {text}", [
            found.outside, *([hit.code, hit.name, hit.kind, hit.note, hit.exact, hit.nearest] for hit in found.hits)]


def pack_answers(folder: Path) -> Iterator[tuple[str, Any]]:
    """What stands in the packs: tables, workbook, the manifest's figures, and every text of report and README."""
    for asked in PACKS:
        place, others = asked["place"], {name: value for name, value in asked.items() if name != "place"}
        path = folder / f"{place}.zip"
        run("pack", place, "--out", str(path), *_options(others))
        yield from ((f"pack {place} {part}", answer) for part, answer in _pack_parts(path))
    run("pack", "--every", "region", "--out", str(folder / "briefs"))
    brief, = (folder / "briefs").glob("*.pdf")
    yield "brief", [brief.name, *(_one_line(page.extract_text()) for page in pypdf.PdfReader(brief).pages)]


def _pack_parts(path: Path) -> Iterator[tuple[str, Any]]:
    with zipfile.ZipFile(path) as pack:
        for name in sorted(pack.namelist()):
            if name.endswith(".csv"):
                rows = csv.reader(io.StringIO(pack.read(name).decode("utf-8-sig"), newline=""))
                yield name, [[_cell(cell) for cell in row] for row in rows]
            elif name.endswith(".xlsx"):
                yield name, _workbook(pack.read(name))
            elif name == "manifest.json":
                manifest = json.loads(pack.read(name))
                yield name, {**manifest, "files": sorted(manifest["files"])}
            elif name.endswith(".docx"):
                yield name, _word_texts(pack.read(name))
            elif name == "README.txt":
                yield name, _one_line(pack.read(name).decode())


def _one_line(text: str) -> str:
    """A text without its line breaks, which move with any word."""
    return " ".join(text.split())


def _cell(text: str) -> float | str:
    return float(text) if re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", text) else text


def _workbook(content: bytes) -> list[Any]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return [[sheet.title, *([_same_kind(cell) for cell in row if cell is not None] for row in sheet.values)]
            for sheet in book]


def _same_kind(cell: Any) -> Any:
    """A workbook knows one kind of number."""
    return float(cell) if isinstance(cell, int) and not isinstance(cell, bool) else cell


def _word_texts(content: bytes) -> list[str]:
    """Every paragraph, alternative text and property of a Word file."""
    texts = []
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        for name in sorted(parts.namelist()):
            if re.fullmatch(r"word/(document|footer\d*|header\d*)\.xml", name):
                root = ElementTree.fromstring(parts.read(name))  # noqa: S314 - written by the program itself
                texts += ["".join(piece.text or "" for piece in paragraph.iter(f"{_WORD}t"))
                          for paragraph in root.iter(f"{_WORD}p")]
                texts += sorted({part.get("descr", "") for part in root.iter()})
    return texts


def page_answers() -> Iterator[tuple[str, Any]]:
    """Every text and table of every page, before the browser has said what it can draw."""
    for number, query in enumerate(PAGE_VIEWS):
        for page in PAGES:
            yield f"page {page.url_path or 'overview'} {number}", _page_texts(page, query)


def _show_page(file: str, url_path: str, query: dict[str, str]) -> None:
    """Run one page as the frame does. This function is run by AppTest alone: its imports stand inside."""
    import runpy  # noqa: PLC0415

    import streamlit as st  # noqa: PLC0415

    from pages.shared.sidebar import choose  # noqa: PLC0415
    from pages.shared.view_state import open_view, set_view  # noqa: PLC0415

    st.query_params.from_dict(query)
    view, _ = open_view(url_path)
    set_view(**choose(view))
    runpy.run_path(file)


def _page_texts(page: Page, query: dict[str, str]) -> list[Any]:
    app = AppTest.from_function(_show_page, args=(str(page.file), page.url_path, query), default_timeout=120)
    with own_main():
        app.run()
    assert not app.exception, app.exception
    texts = [_plain(element.proto.body) for element in app.get("html")]
    texts += [[kind, element.value] for kind in ("header", "subheader", "markdown") for element in app.get(kind)]
    texts += [["select", box.label, *box.options] for box in (*app.selectbox, *app.multiselect)]
    texts += [["label", part.label] for part in (*app.button, *app.toggle, *app.text_input, *app.expander)]
    return texts + [["table", *_table(part.value)] for part in app.dataframe]


def _table(table: Any) -> list[Any]:
    plain = table.astype(object).where(table.notna(), None)
    return [list(plain.columns), *([value if value is None or isinstance(value, str) else float(value) for value in row]
                                   for row in plain.itertuples(index=False))]


def _plain(html: str) -> str:
    """The words of a piece of HTML, as a reader meets them."""
    return _one_line(unescape(re.sub(r"<[^>]*>", " ", html)))
