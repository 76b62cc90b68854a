"""Fetching: every way in which a publisher misbehaves costs one line, and nothing else."""

import errno
import gzip
import hashlib
import json
import struct
import threading
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from geo.sources.downloads import RECEIPTS
from geo.sources.fetch.plan import plan
from geo.sources.fetch.run import fetch_all
from tests.fixtures.publisher import QUICK, census_zip, cut_short, drip, plainly, with_ranges, zipped

GOOD, OTHER = census_zip("ts001"), census_zip("ts041")
NAME, OTHER_NAME = "census2021-ts001.zip", "census2021-ts041.zip"


@pytest.fixture
def fetch(publisher, call, tmp_path, monkeypatch):
    """Fetch two tables of the census from the server, of which one may misbehave."""
    monkeypatch.setattr("geo.cli.fetch.patience_of", lambda options: QUICK)
    into = tmp_path / "files"

    def run(*more):
        code, out, err = call(
            "fetch", "census-residents", "census-households", "--into", str(into),
            "--address", f"census-residents={publisher.url_for('/' + NAME)}",
            "--address", f"census-households={publisher.url_for('/' + OTHER_NAME)}", *more)
        return code, out.splitlines(), err, into

    return run


def serve(publisher, handler, name=NAME):
    publisher.expect_request(f"/{name}").respond_with_handler(handler)


def locked_zip():
    data = bytearray(zipped({"census2021-ts001-lsoa.csv": b"a,b\n" * 6000}))
    for magic, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.index(magic) + at
        struct.pack_into("<H", data, place, 1)
    return bytes(data)


def redirected(to):
    return lambda _request: Response(status=302, headers={"Location": to})


PAGE = b"<!DOCTYPE html><title>Just a moment</title>" + b" " * 30_000
FAULTS = {
    "403": (lambda _: Response("no", 403), "refused to programs (403)"),
    "404": (lambda _: Response("no", 404), "no longer there (404)"),
    "429": (lambda _: Response("no", 429, headers={"Retry-After": "0"}), "asked for too often (429)"),
    "500": (lambda _: Response("no", 500), "server fails (500)"),
    "418": (lambda _: Response("no", 418), "answered with status 418"),
    "truncated": (lambda _: cut_short(GOOD, 9000), "broke off"),
    "too short a length": (lambda _: Response(iter([GOOD]), headers={"Content-Length": str(len(GOOD) - 3000)}),
                           "cut short or not a zip"),
    "a web page": (plainly(PAGE), "a web page came instead of the ZIP file"),
    "an error in JSON": (plainly(b'{"error": {"code": 400}}' + b" " * 30_000), "an error in JSON"),
    "nothing": (plainly(b""), "nothing came"),
    "too little": (plainly(zipped({"a.csv": b"a,b\n1,2\n"})), "fewer than the 20,000 expected at least"),
    "a redirect loop": (redirected(f"/{NAME}"), "in a circle"),
    "a redirect to a file": (redirected("file:///etc/passwd"), "none of the web"),
    "a slow drip": (lambda _: Response(drip(GOOD), headers={"Content-Length": str(len(GOOD))}), "too slowly"),
    "a bomb": (plainly(zipped({"x.csv": bytes(60_000_000)}, zipfile.ZIP_DEFLATED)), "times its size"),
    "another table": (plainly(OTHER), "is not ‘Census 2021 TS001"),
    "no table": (plainly(zipped({"x.csv": b"a,b\n" + b"1,2\n" * 9000})), "no table of the build"),
    "a way out": (plainly(zipped({"../../x.csv": b"a,b\n" * 9000})), "leads out of the archive"),
    "a way out, Windows": (plainly(zipped({"..\\x.csv": b"a,b\n" * 9000})), "leads out of the archive"),
    "an absolute path": (plainly(zipped({"/etc/x.csv": b"a,b\n" * 9000})), "leads out of the archive"),
    "a way out of an archive in it": (plainly(zipped({"a.zip": zipped({"../x.csv": b"a,b\n" * 9000})})), "leads out"),
    "locked": (plainly(locked_zip()), "locked with a password"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_costs_one_line_and_no_other_source(fault, publisher, fetch):
    handler, words = FAULTS[fault]
    serve(publisher, handler)
    serve(publisher, plainly(OTHER), OTHER_NAME)
    code, out, err, into = fetch()
    assert (code, [line for line in out if words in line]) == (1, [line for line in out if "MISSING" in line]), out
    line = next(line for line in out if "MISSING" in line)
    assert line.startswith(f"{NAME}: MISSING, from ")
    assert "without it: no residents; by hand: open https://" in line
    assert err.strip().endswith(f"fetch: 1 file could not be had: {NAME}")
    assert [path.name for path in into.iterdir() if not path.name.startswith(".")] in (
        [OTHER_NAME, RECEIPTS], [RECEIPTS, OTHER_NAME])
    assert (into / OTHER_NAME).read_bytes() == OTHER

    publisher.clear()
    serve(publisher, plainly(GOOD))
    serve(publisher, plainly(OTHER), OTHER_NAME)
    code, out, err, into = fetch()
    assert (code, err) == (0, "")
    assert out == [f"{NAME}: fetched, 29,217 bytes", f"{OTHER_NAME}: there already, and has not changed"], out
    assert (into / NAME).read_bytes() == GOOD
    assert not list(into.glob(".*.part"))


@pytest.mark.parametrize(("key", "whole", "cut"), [
    ("imd", b"\xef\xbb\xbfLSOA code (2021),Index of Multiple Deprivation (IMD) Rank (where 1 is most deprived),x\n"
     + b"".join(b'E01%06d,%d,"Bath, and North East Somerset"\n' % (number, number) for number in range(8000)), 35),
    ("boundaries-lsoa", b'{"type":"FeatureCollection","features":[{"properties":{"LSOA21CD":"E01000001",'
     b'"LSOA21NM":"a"},"geometry":{"type":"Polygon","coordinates":[' + b"1.5," * 600_000 + b"1]}}]}", 2),
])
def test_what_ends_in_the_middle_is_not_kept_though_nothing_says_so(publisher, tmp_path, key, whole, cut):
    for data, state in ((whole[:-cut], "failed"), (whole.rstrip(), "fetched")):
        publisher.clear()
        serve(publisher, lambda _, data=data: Response(iter([data])), "file.csv")
        outcome = fetch_all(plan([key], {key: publisher.url_for("/file.csv")}).wanted, tmp_path, QUICK)[0]
        assert (outcome.state, "cut short" in outcome.reason) == (state, state == "failed"), outcome.reason


def asked(publisher, name=NAME):
    return [request for request, _ in publisher.log if request.path == f"/{name}"]


def test_a_server_that_fails_twice_is_asked_a_third_time(publisher, fetch):
    answers = [Response(status=500), Response(status=503), Response(GOOD)]
    serve(publisher, lambda _: answers[len(asked(publisher))])
    serve(publisher, plainly(OTHER), OTHER_NAME)
    code, _, err, into = fetch()
    assert (code, err, (into / NAME).read_bytes()) == (0, "", GOOD)


def test_a_pause_that_is_asked_for_is_made(publisher, fetch, monkeypatch):
    pauses = []
    monkeypatch.setattr("urllib3.util.retry.time.sleep", pauses.append)
    answers = [Response(status=429, headers={"Retry-After": "17"}),
               Response(status=429, headers={"Retry-After": "86400"}), Response(GOOD)]
    serve(publisher, lambda _: answers[len(asked(publisher))])
    serve(publisher, plainly(OTHER), OTHER_NAME)
    code, _, _, into = fetch()
    assert (code, (into / NAME).read_bytes(), pauses) == (0, GOOD, [17, 120])


def test_what_broke_off_is_gone_on_with_at_once(publisher, fetch):
    serve(publisher, with_ranges(GOOD, breaks_at=9000))
    serve(publisher, plainly(OTHER), OTHER_NAME)
    code, _, _, into = fetch()
    assert (code, (into / NAME).read_bytes()) == (0, GOOD)
    first, second = asked(publisher)
    assert "Range" not in first.headers
    assert (second.headers["Range"], second.headers["If-Range"]) == ("bytes=9000-", '"v1"')


def test_what_broke_off_is_gone_on_with_another_day(publisher, fetch):
    serve(publisher, lambda _: cut_short(GOOD, 9000, '"v1"'))
    serve(publisher, plainly(OTHER), OTHER_NAME)
    code, out, _, into = fetch()
    assert (code, (into / NAME).exists()) == (1, False)
    assert "broke off" in out[-1]
    began = (into / f".{NAME}.part").stat().st_size
    assert 9000 <= began < len(GOOD)
    publisher.clear()
    serve(publisher, with_ranges(GOOD))
    serve(publisher, plainly(OTHER), OTHER_NAME)
    assert fetch()[0] == 0
    assert (into / NAME).read_bytes() == GOOD
    assert asked(publisher)[0].headers["Range"] == f"bytes={began}-"


@pytest.mark.parametrize("etag", ['"v2"', 'W/"v1"', ""])
def test_a_file_that_changed_meanwhile_begins_anew(publisher, fetch, etag):
    serve(publisher, lambda _: cut_short(b"x" * len(GOOD), 9000, '"v1"' if etag == '"v2"' else etag))
    serve(publisher, plainly(OTHER), OTHER_NAME)
    fetch()
    publisher.clear()
    serve(publisher, with_ranges(GOOD, etag=etag))
    serve(publisher, plainly(OTHER), OTHER_NAME)
    code, _, _, into = fetch()
    assert (code, (into / NAME).read_bytes()) == (0, GOOD)


@pytest.mark.parametrize("wrong", [
    Response(status=416), Response(GOOD[5:], 206, headers={"Content-Range": f"bytes 5-{len(GOOD) - 1}/{len(GOOD)}"}),
    Response(GOOD[9000:], 206)])
def test_a_server_that_goes_on_wrongly_is_asked_for_all_of_it(publisher, fetch, wrong):
    answers = [cut_short(GOOD, 9000, '"v1"'), wrong, Response(GOOD)]
    serve(publisher, lambda _: answers[len(asked(publisher))])
    serve(publisher, plainly(OTHER), OTHER_NAME)
    code, out, _, into = fetch()
    assert (code, (into / NAME).read_bytes()) == (0, GOOD), out


def test_what_has_not_changed_does_not_come_again(publisher, fetch):
    serve(publisher, with_ranges(GOOD))
    serve(publisher, plainly(OTHER, **{"Last-Modified": "Fri, 01 May 2026 09:00:00 GMT"}), OTHER_NAME)
    *_, into = fetch()
    stamps = [(into / name).stat().st_mtime_ns for name in (NAME, OTHER_NAME)]
    code, out, _, _ = fetch()
    assert (code, out) == (0, [f"{name}: there already, and has not changed" for name in (NAME, OTHER_NAME)])
    assert [(into / name).stat().st_mtime_ns for name in (NAME, OTHER_NAME)] == stamps
    assert [answer.status_code for request, answer in publisher.log if request.path == f"/{NAME}"] == [200, 304]
    assert asked(publisher, OTHER_NAME)[1].headers["If-Modified-Since"] == "Fri, 01 May 2026 09:00:00 GMT"
    (into / NAME).write_bytes(GOOD[:-1] + b"x")      # somebody changed it: what the publisher has is fetched again
    assert fetch()[1][0] == f"{NAME}: fetched, 29,217 bytes"
    assert (into / NAME).read_bytes() == GOOD


def test_a_receipt_says_from_where_and_what_came(publisher, fetch):
    serve(publisher, with_ranges(GOOD))
    serve(publisher, plainly(OTHER), OTHER_NAME)
    *_, into = fetch()
    held = json.loads((into / RECEIPTS).read_text())
    assert held["unfinished"] == {}
    receipt = held["files"][NAME]
    assert receipt.pop("at")
    assert receipt == {"address": publisher.url_for(f"/{NAME}"), "etag": '"v1"', "last_modified": "",
                       "bytes": len(GOOD), "sha256": hashlib.sha256(GOOD).hexdigest()}


def test_a_new_release_that_is_worse_leaves_the_old_file(publisher, fetch):
    serve(publisher, plainly(GOOD))
    serve(publisher, plainly(OTHER), OTHER_NAME)
    fetch()
    publisher.clear()
    serve(publisher, plainly(PAGE))
    serve(publisher, plainly(OTHER), OTHER_NAME)
    code, out, _, into = fetch()
    assert (code, (into / NAME).read_bytes()) == (1, GOOD)
    assert "the one that is there stays" in out[-1]
    assert not list(into.glob(".*.part"))      # nothing of a page is gone on with


def test_a_full_disk_is_said_in_a_line_and_harms_nothing(publisher, fetch, monkeypatch):
    serve(publisher, with_ranges(GOOD))
    serve(publisher, plainly(OTHER), OTHER_NAME)
    opened, full = Path.open, [True]

    class Full:
        def __init__(self, file):
            self.file = file

        def __enter__(self):
            return self

        def __exit__(self, *_):
            self.file.close()

        def write(self, data):
            self.file.write(data[:5000])
            raise OSError(errno.ENOSPC, "No space left on device")

    def narrow(path, mode="r", *more, **named):
        file = opened(path, mode, *more, **named)
        return Full(file) if full and path.name == f".{NAME}.part" and mode != "rb" else file

    monkeypatch.setattr(Path, "open", narrow)
    code, out, _, into = fetch()
    assert (code, (into / OTHER_NAME).read_bytes(), (into / NAME).exists()) == (1, OTHER, False)
    assert f"no room for it: {into} is full; make room and fetch again, it goes on where it stopped" in out[-1]
    full.clear()
    assert fetch()[0] == 0
    assert (into / NAME).read_bytes() == GOOD
    assert asked(publisher)[-1].headers["Range"] == "bytes=5000-"


@pytest.mark.parametrize(("sha256", "state"), [(hashlib.sha256(GOOD).hexdigest(), "fetched"), ("0" * 64, "failed")])
def test_a_checksum_that_is_known_must_be_met(publisher, tmp_path, sha256, state):
    serve(publisher, plainly(GOOD))
    wanted = plan(["census-residents"], {"census-residents": publisher.url_for(f"/{NAME}")}).wanted[0]
    wanted = replace(wanted, download=replace(wanted.download, sha256=sha256))
    outcome = fetch_all([wanted], tmp_path, QUICK)[0]
    assert (outcome.state, (tmp_path / NAME).exists()) == (state, state == "fetched")
    assert outcome.reason == ("" if state == "fetched" else "its checksum (SHA-256) is not the one expected")
    if state == "fetched":      # then nobody need be asked again
        assert fetch_all([wanted], tmp_path, QUICK)[0].state == "unchanged"
        assert len(publisher.log) == 1


@pytest.mark.parametrize("length", [True, False])
def test_more_than_expected_is_cut_off(publisher, tmp_path, length):
    serve(publisher, lambda _: Response(GOOD if length else (GOOD[at:at + 1000] for at in range(0, 29_000, 1000))))
    wanted = plan(["census-residents"], {"census-residents": publisher.url_for(f"/{NAME}")}).wanted[0]
    wanted = replace(wanted, download=replace(wanted.download, most=21_000))
    outcome = fetch_all([wanted], tmp_path, QUICK)[0]
    assert (outcome.state, [path.name for path in tmp_path.iterdir()]) == ("failed", [RECEIPTS])
    assert "more than the 21,000" in outcome.reason


def test_a_file_packed_on_the_way_is_unpacked_and_held_to_its_size(publisher, tmp_path):
    for data, state in ((GOOD, "fetched"), (bytes(200_000_000), "failed")):
        publisher.clear()
        serve(publisher, plainly(gzip.compress(data, 1), **{"Content-Encoding": "gzip"}))
        outcome = fetch_all(plan(["census-residents"], {"census-residents": publisher.url_for(f"/{NAME}")}).wanted,
                            tmp_path, QUICK)[0]
        assert outcome.state == state, outcome.reason
        assert (tmp_path / NAME).read_bytes() == GOOD
    assert "more than the 100,000,000 bytes expected" in outcome.reason


def test_two_files_at_a_time_are_asked_of_one_host(tmp_path):
    running, most, lock = [0], [0], threading.Lock()

    def answer(_request):
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        time.sleep(0.05)
        with lock:
            running[0] -= 1
        return Response(GOOD)

    with HTTPServer(threaded=True) as server:
        server.expect_request("/").respond_with_handler(answer)
        ids = [f"census-{table}" for table in ("residents", "households", "occupations", "travel", "cars")]
        for key in ids:
            server.expect_request(f"/{key}.zip").respond_with_handler(answer)
        outcomes = fetch_all(plan(ids, {key: server.url_for(f"/{key}.zip") for key in ids}).wanted, tmp_path, QUICK)
    assert most == [2]
    assert [outcome.state for outcome in outcomes] == ["fetched", *["failed"] * 4]      # another table than theirs
