"""An edition is replaced, damaged, edited or taken away while it is served: nobody sees a mixture or a traceback."""

import contextlib
import itertools
import json
import logging
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from geo.core.cache import forget
from geo.core.errors import EditionError
from geo.core.what_if_terms import WhatIf
from geo.edition.exchange import put_in_place
from geo.edition.identity import FACTS_HASH
from geo.edition.store import Edition, load_edition, save_edition
from geo.figures.scenario import scenario
from pages.api.routes import API_ROUTES
from pages.plain.routes import ROUTES
from pages.server.readiness import PREPARED, ready_route
from pages.shared import shelf
from tests.fixtures.asgi import ask
from tests.fixtures.editions import Editions
from tests.fixtures.tiny_edition import tiny_manifest, tiny_tables

pytestmark = pytest.mark.slow

PLACE = "E06000002"
APP = Starlette(routes=[*ROUTES, *API_ROUTES, Route("/ready", ready_route)])
ADDRESSES = (f"/place/{PLACE}", "/places", f"/api/v1/show?place={PLACE}")

Fault = Callable[[Path], None]


def get(address: str) -> tuple[int, bytes]:
    path, _, query = address.partition("?")
    answer = ask(APP, path, query)
    return answer.status, answer.content


def cut(name: str, length: int) -> Fault:
    def fault(folder: Path) -> None:
        (folder / name).write_bytes((folder / name).read_bytes()[:length])
    return fault


def flipped(name: str) -> Fault:
    """A few bytes are others; the file is as long and as old as it was."""
    def fault(folder: Path) -> None:
        path = folder / name
        content, about = bytearray(path.read_bytes()), path.stat()
        middle = len(content) // 2
        content[middle:middle + 4] = bytes(255 - byte for byte in content[middle:middle + 4])
        path.write_bytes(content)
        os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))
    return fault


def edited_table(folder: Path) -> None:
    path = folder / "stations.parquet"
    pd.read_parquet(path).assign(easting=1.0).to_parquet(path)


def edited_manifest(before: str, after: str) -> Fault:
    def fault(folder: Path) -> None:
        path = folder / "manifest.json"
        assert before in path.read_text()
        path.write_text(path.read_text().replace(before, after, 1))
    return fault


def no_manifest_of_ours(text: str) -> Fault:
    return lambda folder: (folder / "manifest.json").write_text(text) and None


def other_kind(folder: Path) -> None:
    (folder / "areas.parquet").unlink()
    (folder / "areas.parquet").mkdir()


FAULTS: dict[str, Fault] = {
    "deleted": shutil.rmtree, "emptied": lambda folder: [path.unlink() for path in folder.iterdir()] and None,
    "a table is missing": lambda folder: (folder / "reach.parquet").unlink(),
    "a table that is read later is missing": lambda folder: (folder / "localities.parquet").unlink(),
    "a table is cut": cut("areas.parquet", 5_000), "a table is empty": cut("places.parquet", 0),
    "bytes of a table are flipped": flipped("areas.parquet"), "bytes of reach are flipped": flipped("reach.parquet"),
    "a number of a table is edited": edited_table,
    "a figure of the manifest is edited": edited_manifest('"premises": 1000', '"premises": 1001'),
    "the rows of a source are edited": edited_manifest('"rows": 3', '"rows": 4'),
    "the day of a source is edited": edited_manifest('"ofcom-mobile": "2025-09"', '"ofcom-mobile": "2025-10"'),
    "the manifest is cut": cut("manifest.json", 700), "the manifest is a list": no_manifest_of_ours("[1]"),
    "the manifest is too deep": no_manifest_of_ours("[" * 100_000), "the manifest is binary": flipped("manifest.json"),
    "a number of the manifest is endless": no_manifest_of_ours('{"schema": ' + "9" * 5_000 + "}"),
    "a table is a folder": other_kind,
    "the manifest is missing": lambda folder: (folder / "manifest.json").unlink(),
}


@pytest.fixture
def served(tiny_written: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Serve a copy of the tiny edition alone, to be damaged at will."""
    folder = Path(shutil.copytree(tiny_written, tmp_path / "edition"))
    monkeypatch.setenv("SWATHE_EDITION", str(folder))
    monkeypatch.delenv("SWATHE_EDITIONS", raising=False)
    PREPARED.set()
    forget()
    yield folder
    forget()


@pytest.mark.parametrize("what", FAULTS)
def test_what_is_damaged_is_not_served_and_told_once_until_it_is_sound(
    served: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, what: str,
) -> None:
    before = {address: get(address) for address in ADDRESSES}
    assert {status for status, _ in before.values()} == {200}
    sound = Path(shutil.copytree(served, tmp_path / "sound"))
    FAULTS[what](served)
    caplog.clear()
    for _ in range(2):
        for address in (*ADDRESSES, "/ready"):
            status, content = get(address)
            assert (status, b"no data to " in content) == (503, True), (address, content[-300:])
            assert b"Traceback" not in content
            assert str(tmp_path).encode() not in content
    assert [(each.levelno, "\n" in each.getMessage()) for each in caplog.records] == [(logging.ERROR, False)]
    shutil.rmtree(served, ignore_errors=True)
    sound.rename(served)
    assert get("/ready") == (200, load_edition(served).id.encode())
    assert {address: get(address) for address in ADDRESSES} == before
    assert [each.levelno for each in caplog.records][1:] == [logging.WARNING]     # that it is served again


def test_what_comes_file_by_file_is_served_when_it_is_whole(
    served: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture,
) -> None:
    before, files = get(ADDRESSES[0]), sorted(served.iterdir(), key=lambda path: path.name != "manifest.json")
    new = tmp_path / "copied"
    os.environ["SWATHE_EDITION"] = str(new)     # which the fixture puts back
    new.mkdir()
    for file in files:
        assert get("/ready")[0] == 503
        shutil.copy(file, new)
    assert get(ADDRESSES[0]) == before
    assert len([each for each in caplog.records if each.levelno == logging.ERROR]) <= 2     # without, with a manifest


def test_an_edition_that_was_only_touched_is_not_read_again(served: Path) -> None:
    before = shelf.usual_edition()
    for file in served.iterdir():
        os.utime(file)
    (served / "notes.txt").write_text("mine")
    assert shelf.usual_edition() is before
    with contextlib.suppress(OSError):
        assert get("/ready")[0] == 200


def test_no_answer_is_of_two_editions_while_they_change_places(both: Editions, tmp_path: Path) -> None:
    """Two editions change places again and again; each answer is one that one of them gives alone."""
    one, other = (Path(shutil.copytree(both.folder / name, tmp_path / name)) for name in ("last-year", "this-year"))
    alone = set()
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SWATHE_EDITIONS")
        patch.setenv("SWATHE_EDITION", str(one))
        for _ in range(2):
            alone |= {get(address) for address in ADDRESSES}
            swapped(one, other)
        PREPARED.set()
        over, seen, answers = threading.Event(), set(), []

        def look() -> None:
            while not over.is_set():
                answers.extend(map(get, ADDRESSES))
                seen.add(get("/ready"))

        with ThreadPoolExecutor(3) as pool:
            looking = [pool.submit(look) for _ in range(2)]
            until = time.monotonic() + 120
            for number in itertools.count():
                swapped(one, other)
                time.sleep(0.5)
                if (number >= 5 and len(answers) >= 12) or time.monotonic() > until:
                    break
            over.set()
            for each in looking:
                each.result()
    assert len(answers) >= 12
    mixed = [content.decode() for status, content in set(answers) - alone]
    assert not mixed, mixed[0]
    assert seen <= {(200, both.old.encode()), (200, both.new.encode())}


def swapped(one: Path, other: Path) -> None:
    """Have two editions change places, as an exchange does: there is always one."""
    copy = other.with_name("copy")
    shutil.copytree(one, copy)
    new = other.with_name("new")
    shutil.copytree(other, new)
    put_in_place(new, one)
    shutil.rmtree(other)
    copy.rename(other)


def test_a_table_that_is_read_later_is_never_of_another_edition(tiny_folder: Path) -> None:
    edition = load_edition(tiny_folder, geometry=False, verified=False)
    tables = tiny_tables()
    others = {name: tables[name].assign(name="Elsewhere") for name in ("areas", "localities")}
    save_edition(tiny_folder, "other", {**tables, **others}, tiny_manifest())
    with pytest.raises(EditionError, match=r"localities\.parquet missing or not as written"):
        _ = edition.localities
    with pytest.raises(EditionError, match=r"areas\.parquet missing or not as written"):
        _ = edition.outlines


def test_a_what_if_needs_no_file_of_an_edition_that_is_gone(tiny_folder: Path) -> None:
    edition: Edition = load_edition(tiny_folder)
    shutil.rmtree(tiny_folder)
    changed = scenario(edition, WhatIf(upgrade=(PLACE,), to="gigabit"))
    assert changed is not edition
    assert changed.localities.equals(edition.localities)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs another user to lack permissions")
@pytest.mark.parametrize("name", ["", "manifest.json", "areas.parquet", "localities.parquet"])
def test_files_that_may_no_longer_be_read(
    tiny_written: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, name: str,
) -> None:
    with tempfile.TemporaryDirectory() as parent:
        Path(parent).chmod(0o755)
        folder = Path(shutil.copytree(tiny_written, Path(parent) / "edition"))
        monkeypatch.setenv("SWATHE_EDITION", str(folder))
        monkeypatch.delenv("SWATHE_EDITIONS", raising=False)
        PREPARED.set()
        forget()
        before = get(ADDRESSES[0])
        path = folder / name
        mode = path.stat().st_mode
        path.chmod(0)
        os.seteuid(65_534)
        try:
            for _ in range(3):
                assert [get(address)[0] for address in (*ADDRESSES, "/ready")] == [503] * 4
        finally:
            os.seteuid(0)
        assert len(caplog.records) == 1
        path.chmod(mode)
        assert get(ADDRESSES[0]) == before
        forget()


def test_what_passes_is_tried_again(served: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For want of open files, say, or of memory."""
    def none_left(*_: object, **__: object) -> bytes:
        raise OSError(24, "Too many open files")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", none_left)
        assert get("/ready")[0] == 503
    monkeypatch.setattr(shelf.time, "monotonic", lambda: 1e9)
    assert get("/ready")[0] == 200


@pytest.mark.parametrize("fact", ["vintages", "sources", "files", "areas_without_postcode", "built_at"])
@pytest.mark.parametrize("value", [None, 7, [None], {"ofcom": 5}, [[1]], "x"])
def test_a_manifest_with_facts_of_another_kind_is_refused_or_read_whole(
    tiny_folder: Path, fact: str, value: object,
) -> None:
    path = tiny_folder / "manifest.json"
    said = {**json.loads(path.read_text()), fact: value}
    del said[FACTS_HASH]     # as in editions of earlier versions
    path.write_text(json.dumps(said))
    with contextlib.suppress(EditionError):
        assert isinstance(load_edition(tiny_folder).facts().as_json(), dict)
