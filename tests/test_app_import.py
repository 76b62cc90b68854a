"""The app as a server sees it: found by `streamlit run`, and its own answers besides the pages."""

import ast
import base64
import gzip
import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route

import app
from geo.core.cache import forget
from pages.shared.map_files import authority_lines
from pages.shared.map_widget.bundle import widget_file
from pages.shared.pictures import MOST, show_picture
from pages.shared.serving import OwnPage, SecurityHeaders, linked_page, map_route, own_page
from tests.fixtures.asgi import Answer, ask

ROOT = Path(__file__).parents[1]
EMPTY_PAGE = b'<html><head></head><noscript>old</noscript><body><div id="root"></div></body></html>'
STREAMLITS_PAGE = (Path(st.__file__).parent / "static" / "index.html").read_bytes()


Get = Callable[..., Answer]


@pytest.fixture
def get(tiny_written: Path, monkeypatch: pytest.MonkeyPatch) -> Get:
    """Ask the routes and the middleware as a server would."""
    monkeypatch.setenv("SWATHE_EDITION", str(tiny_written))
    forget()
    routes = [Route("/map/{name}", map_route), Route("/", lambda _: PlainTextResponse("page"))]
    served = Starlette(routes=routes, middleware=[Middleware(SecurityHeaders)])

    return lambda path, query="", encoding="identity": ask(served, path, query, accept_encoding=encoding)


def test_streamlit_finds_the_app_by_its_name() -> None:
    assigned = [node for node in ast.parse((ROOT / "app.py").read_text(encoding="utf-8")).body
                if isinstance(node, ast.Assign)]
    assert [ast.unparse(node.targets[0]) for node in assigned] == ["app"]
    assert ast.unparse(assigned[0].value).startswith("st.App(")
    assert app.app.script_path.samefile(ROOT / "pages" / "frame.py")


def test_pictures_are_kept_by_their_content_and_the_last_shown_stay(get: Get, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(st, "html", shown.append)
    show_picture(b"first", 'A "map" <of> it', "map")
    assert 'alt="A &quot;map&quot; &lt;of&gt; it"' in shown[0]
    name = shown[0].partition('src="')[2].partition('"')[0]
    for number in range(MOST - 1):
        show_picture(str(number).encode(), "another", "map")
    answer = get(f"/{name}")
    assert (answer.status, answer.content, answer.headers["content-type"]) == (200, b"first", "image/png")
    assert "immutable" in answer.headers["cache-control"]
    show_picture(b"one too many", "another", "map")
    assert get(f"/{name}").status == 404


def test_a_download_that_is_gone_says_where_to_ask_again() -> None:
    kept = {"a.zip": PlainTextResponse("content"), "b.zip": PlainTextResponse("File not found", 404)}
    served = Starlette(routes=[Route("/media/{name}", lambda request: kept[request.path_params["name"]])],
                       middleware=[Middleware(OwnPage)])
    there, gone = (ask(served, f"/media/{name}") for name in kept)
    assert (there.status, there.text) == (200, "content")
    assert (gone.status, gone.headers["cache-control"]) == (404, "no-store")
    assert gone.text == "This file is not kept any more. Open the page that offered it, and ask for it there again."


def test_map_file_comes_gzipped_and_plain(get: Get) -> None:
    file = authority_lines("far")
    packed, plain = (get(f"/map/{file.name}", encoding=encoding) for encoding in ("gzip, br", "identity"))
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == file.content
    assert plain.content == gzip.decompress(file.content)
    assert plain.headers["content-type"] == "application/geo+json"
    assert plain.headers["cache-control"] == "public, max-age=31536000, immutable"


def test_the_map_widget_is_found_by_its_content_and_kept(get: Get) -> None:
    built = (ROOT / "static" / "map_widget.js").read_bytes()
    packed, plain = (get(f"/map/{widget_file().name}", encoding=encoding) for encoding in ("gzip, br", "identity"))
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content == built
    assert plain.headers["content-type"].startswith("text/javascript")
    assert plain.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert len(packed.content) < 280_000
    assert get("/map/widget.0123456789abcdef.js").status == 404


def test_the_page_fetches_the_widget_early_by_scripts_that_may_run(get: Get) -> None:
    page = own_page(EMPTY_PAGE)
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert "first-screen" in scripts[-1]
    assert f'href: "./map/{widget_file().name}"' in scripts[-1]
    assert "MAP_WIDGET" not in page
    for script in scripts:
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in get("/").headers["content-security-policy"]


@pytest.mark.usefixtures("get")
def test_what_is_read_first_waits_for_no_style_sheet_and_for_no_script() -> None:
    page = gzip.decompress(linked_page(STREAMLITS_PAGE, "", {})).decode()
    [app] = re.findall(r'<template id="app-files">(.*?)</template>', page, re.DOTALL)
    around = page.replace(app, "")
    assert page.index('<div id="first-screen"') < page.index('<div id="root">') < page.index("<template")
    for part in ('rel="stylesheet"', 'rel="modulepreload"', 'rel="preload"', '<script type="module"'):
        assert part not in around
        assert app.count(part) >= STREAMLITS_PAGE.decode().count(part) > 0
    assert "openapi.json" not in page     # which is refused
    assert "You need to enable JavaScript" not in page
    assert "openapi.json" not in page     # of the interface for programs, which is not there
    assert page.count("<title>") == page.count("<title>Overview · Swathe</title>") == 1


@pytest.mark.usefixtures("get")
def test_scripts_that_are_asked_for_late_are_named_once_and_are_there() -> None:
    folder = Path(st.__file__).parent / "static"
    for path in ("", "method"):
        page = gzip.decompress(linked_page(STREAMLITS_PAGE, path, {})).decode()
        named = re.findall(r'rel="modulepreload" crossorigin href="\./([^"]+)"', page)
        assert len(named) == len(set(named)) > len(re.findall("modulepreload", STREAMLITS_PAGE.decode())) + 20
        assert [name for name in named if not (folder / name).is_file()] == []
        assert any("/BidiComponent." in name for name in named)
        assert any("/DataFrame." in name for name in named) == (path == "")


def test_unknown_map_is_told_plainly_and_not_kept(get: Get) -> None:
    answer = get("/map/areas.mars.geojson")
    assert (answer.status, answer.headers["cache-control"]) == (404, "no-store")


def test_every_answer_has_the_headers(get: Get) -> None:
    for path in ("/", "/map/nothing", "/nowhere"):
        headers = get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "default-src 'self'" in headers["content-security-policy"]


@pytest.mark.parametrize(("query", "framed_by"), [
    ("", "'self'"), ("embed=true", "*"), ("embed=false", "'self'"), ("embed=true&embed=false", "'self'"),
    ("embed=false&embed=true", "'self'")])
def test_only_an_embed_may_be_framed_elsewhere(get: Get, query: str, framed_by: str) -> None:
    assert get("/", query).headers["content-security-policy"].endswith(f"frame-ancestors {framed_by}")


def test_the_operator_names_the_sites_that_may_frame_an_embed() -> None:
    one = "'self' https://www.example.org"
    served = Starlette(routes=[Route("/", lambda _: PlainTextResponse("page"))],
                       middleware=[Middleware(SecurityHeaders, framed_by=one)])
    for query, framed_by in {"embed=true": one, "": "'self'"}.items():
        policy = ask(served, "/", query).headers["content-security-policy"]
        assert policy.endswith(f"; frame-ancestors {framed_by}")


def test_no_script_but_our_own_may_run(get: Get) -> None:
    policy = get("/").headers["content-security-policy"]
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert "'unsafe-inline'" not in scripts
    assert "'unsafe-eval'" not in scripts.split()
    assert "http" not in policy
    assert scripts.count("'sha256-") >= 1
