"""Publishers that are asked in a way of their own, and what never leaves this machine."""

import hashlib
import json
import ssl
import subprocess
from collections.abc import Callable

import pytest
import requests
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from geo.core.errors import FetchError, SwatheError
from geo.sources.boundary_files import read_lsoa_boundaries
from geo.sources.code_point import read_postcodes
from geo.sources.downloads import RECEIPTS
from geo.sources.fetch.plan import plan
from geo.sources.fetch.run import fetch_all
from geo.sources.fetch.web import make_session
from geo.sources.ons import read_districts, read_wards
from tests.fixtures.publisher import QUICK, census_zip, plainly, zipped

GOOD, NAME = census_zip("ts001"), "census2021-ts001.zip"
LAYER = "/arcgis/rest/services/LAYER/FeatureServer/0"


def fetched(key, address, folder, **more):
    return fetch_all(plan([key], {key: address}, **more).wanted, folder, QUICK)[0]


def layer(rows: list[dict[str, str]], size: int = 1000, *, features: bool = False) -> Callable[[Request], Response]:
    """Answer as a FeatureServer does, page by page."""

    def answer(request: Request) -> Response:
        assert request.args["where"] == "1=1"
        offset = int(request.args["resultOffset"])
        page, more = rows[offset:offset + size], offset + size < len(rows)
        if features:
            assert (request.args["f"], request.args["outSR"]) == ("geojson", "4326")
            body = {"type": "FeatureCollection", "crs": {"type": "name", "properties": {"name": "EPSG:4326"}},
                    **({"properties": {"exceededTransferLimit": True}} if more else {}),
                    "features": [{"type": "Feature", "id": number, "properties": row, "geometry": {
                        "type": "Polygon", "coordinates": [square(number)]}}
                        for number, row in enumerate(page, offset)]}
        else:
            assert (request.args["f"], request.args["returnGeometry"]) == ("json", "false")
            body = {"fields": [{"name": name, "type": "esriFieldTypeString"} for name in rows[0]],
                    "features": [{"attributes": row} for row in page], "exceededTransferLimit": more}
        return Response(json.dumps(body), content_type="application/json")

    return answer


def square(number: int) -> list[list[float]]:
    west, south = -4 + 0.01 * (number % 100), 50.5 + 0.01 * (number // 100)
    return [[west, south], [west, south + 0.01], [west + 0.01, south + 0.01], [west + 0.01, south], [west, south]]


def lsoas(count: int, **more: str) -> list[dict[str, str]]:
    return [{"LSOA21CD": f"E01{number:06d}", "LSOA21NM": f"Here, and “there” {number}", **more}
            for number in range(1, count + 1)]


def test_pages_of_features_become_one_file_that_its_reader_reads(publisher, tmp_path):
    publisher.expect_request(f"{LAYER}/query").respond_with_handler(layer(lsoas(9500), 2000, features=True))
    outcome = fetched("boundaries-lsoa", publisher.url_for(LAYER), tmp_path)
    assert outcome.state == "fetched", outcome.reason
    assert [request.args["resultOffset"] for request, _ in publisher.log] == ["0", "2000", "4000", "6000", "8000"]
    read = read_lsoa_boundaries(tmp_path / "LSOA_2021_EW_BGC.geojson")
    assert len(read) == 9500
    assert read["name"].iloc[-1] == "Here, and “there” 9500"


def test_pages_of_a_table_become_one_that_its_reader_reads(publisher, tmp_path):
    rows = lsoas(2500, WD24CD="E05000001", WD24NM="Market, North", WD24NMW="", LAD24CD="E06000022", LAD24NM="Bath")
    publisher.expect_request(f"{LAYER}/query").respond_with_handler(layer(rows))
    outcome = fetched("lookup-ward", publisher.url_for(f"{LAYER}/query"), tmp_path)
    assert outcome.state == "fetched", outcome.reason
    read = read_wards(tmp_path / "LSOA21_WD24_LAD24_EW_LU.csv")
    assert (len(read), read["ward_name"].unique().tolist()) == (2500, ["Market, North"])


def test_a_layer_of_another_release_is_read_too(publisher, tmp_path):
    rows = [{"LSOA11CD": f"E01{number:06d}", "LAD18CD": "E07000190", "LAD18NM": "Taunton Deane", "ObjectId": number}
            for number in range(1, 4000)]
    publisher.expect_request(f"{LAYER}/query").respond_with_handler(layer(rows))
    outcome = fetched("lookup-district-2018", publisher.url_for(LAYER), tmp_path)
    assert outcome.state == "fetched", outcome.reason
    assert set(read_districts(tmp_path / "LSOA11_WD18_LAD18_EW_LU.csv")["district_name"]) == {"Taunton Deane"}


def always(body: object) -> Callable[[Request], Response]:
    return lambda _request: Response(body if isinstance(body, bytes) else json.dumps(body))


@pytest.mark.parametrize(("answer", "words"), [
    (always({"error": {"code": 400, "message": "Invalid URL\n\x1b[31m"}}), "an error came instead of data: ‘Inv"),
    (always({"error": {"code": 500, "message": "Unable to perform query"}}), "‘Unable to perform query’"),
    (always({"error": "no"}), "‘no reason given’"),
    (always(b"<html>busy</html>"), "a web page came"),
    (always(b'{"features": [{"attributes": {"LSOA21'), "cut short or damaged"),
    (always([1, 2]), "something else than a page"),
    (always({"features": 3}), "something else than a page"),
    (always({"features": [], "exceededTransferLimit": True}), "pages that do not end"),
    (always({"features": [{"attributes": {"a": 1}}], "exceededTransferLimit": True}), "the same page comes again"),
    (always({"features": [], "fields": []}), "nothing came"),
    (lambda _request: Response("no", 404), "no longer there (404)"),
])
def test_a_fault_of_a_service_costs_one_line(publisher, tmp_path, answer, words):
    publisher.expect_request(f"{LAYER}/query").respond_with_handler(answer)
    outcome = fetched("lookup-ward", publisher.url_for(LAYER), tmp_path)
    assert outcome.state == "failed"
    assert words in outcome.reason
    assert outcome.reason.isprintable()
    assert not [path for path in tmp_path.iterdir() if path.suffix in {".csv", ".part"}]


def test_a_page_that_breaks_off_is_asked_for_again(publisher, tmp_path):
    rows = lsoas(2500, WD24CD="E05000001", WD24NM="Market", LAD24CD="E06000022", LAD24NM="Bath")
    whole = layer(rows)

    def answer(request: Request) -> Response:
        good = whole(request)
        return Response(good.data[:500]) if len(publisher.log) == 1 else good

    publisher.expect_request(f"{LAYER}/query").respond_with_handler(answer)
    assert fetched("lookup-ward", publisher.url_for(LAYER), tmp_path).state == "fetched"
    assert [request.args["resultOffset"] for request, _ in publisher.log] == ["0", "1000", "1000", "2000"]


def code_point() -> bytes:
    rows = "".join(f'"EX{number // 500 + 1} {number % 10}{"ABDEFGHJLN"[number // 10 % 10]}'
                   f'{"ABDEFGHJLN"[number // 100 % 10]}",10,{280_000 + number},90000,"E92000001","","","","E07000047",'
                   f'""\n' for number in range(25_000))
    names = ["Postcode", "Positional_quality_indicator", "Eastings", "Northings", "Country_code",
             "NHS_regional_HA_code", "NHS_HA_code", "Admin_county_code", "Admin_district_code", "Admin_ward_code"]
    header = ",".join(["PC", "PQ", "EA", "NO", "CY", "RH", "LH", "CC", "DC", "WC"]) + "\n" + ",".join(names) + "\n"
    return zipped({"Data/CSV/ex.csv": rows.encode(), "Doc/Code-Point_Open_Column_Headers.csv": header.encode()})


@pytest.mark.parametrize(("changed", "words"), [
    ({}, ""), ({"md5": "0" * 32}, "its checksum (MD5) is not the one listed"), ({"size": 7}, "its publisher lists 7"),
    ({"format": "GeoPackage"}, "its list has no file in CSV"), ({"url": 7}, "its list has no file in CSV"),
])
def test_ordnance_survey_lists_its_files(publisher, tmp_path, changed, words):
    data = code_point()
    listed = {"format": "CSV", "area": "GB", "fileName": "codepo_gb.zip", "size": len(data),
              "md5": hashlib.md5(data, usedforsecurity=False).hexdigest(), "url": publisher.url_for("/file")} | changed
    other = {"format": "GeoPackage", "url": publisher.url_for("/nothing")}
    publisher.expect_request("/downloads").respond_with_json([other, listed])
    publisher.expect_request("/file").respond_with_handler(plainly(data))
    outcome = fetched("postcodes", publisher.url_for("/downloads?area=GB"), tmp_path)
    assert outcome.state == ("failed" if words else "fetched"), outcome.reason
    assert words in outcome.reason
    assert (tmp_path / "codepo_gb.zip").exists() == (not words)
    if not words:
        assert len(read_postcodes(tmp_path / "codepo_gb.zip")) == 25_000


@pytest.fixture
def account(monkeypatch):
    monkeypatch.setenv("SWATHE_RAIL_USER", "ann@example.org")
    monkeypatch.setenv("SWATHE_RAIL_PASSWORD", "open&sesame")


FEED = "/api/staticfeeds/3.0/timetable"


def test_without_an_account_the_feed_is_left_out_in_a_line(publisher, call, tmp_path, monkeypatch):
    monkeypatch.delenv("SWATHE_RAIL_USER", raising=False)
    code, out, err = call("fetch", "timetable-cif", "--into", str(tmp_path), "--address",
                          f"timetable-cif={publisher.url_for(FEED)}")
    assert (code, err) == (0, "")
    assert out == (
        "rail-delivery-group-timetable.zip: left out, it needs an account: register at "
        "https://opendata.nationalrail.co.uk/ (free), and set SWATHE_RAIL_USER and SWATHE_RAIL_PASSWORD\n")
    assert not publisher.log


def test_the_account_is_used_and_kept_nowhere(publisher, call, tmp_path, account):
    feed = zipped({"RJTTF001.MCA": b"HD" + b" " * 30_000})

    def login(request: Request) -> Response:
        right = (request.form["username"], request.form["password"]) == ("ann@example.org", "open&sesame")
        return Response(json.dumps({"token": "t0k:3n"}) if right else "{}")

    def file(request: Request) -> Response:
        return Response(feed) if request.headers.get("X-Auth-Token") == "t0k:3n" else Response(status=401)

    publisher.expect_request("/authenticate", method="POST").respond_with_handler(login)
    publisher.expect_request(FEED).respond_with_handler(file)
    code, out, err = call("fetch", "timetable-cif", "--into", str(tmp_path), "--json", "--address",
                          f"timetable-cif={publisher.url_for(FEED)}")
    assert (code, err, (tmp_path / "rail-delivery-group-timetable.zip").read_bytes()) == (0, "", feed), out
    for secret in ("ann@", "sesame", "t0k"):
        assert secret not in out + (tmp_path / RECEIPTS).read_text()


@pytest.mark.parametrize(("answer", "words"), [
    (Response(status=401), "a password is asked for (401)"), (Response("{}"), "no token is given"),
    (Response('{"token": "a\\nb"}'), "no token is given"), (Response("<html>"), "a web page came")])
def test_an_account_that_is_not_taken_is_said_without_it(publisher, tmp_path, account, answer, words):
    publisher.expect_request("/authenticate").respond_with_response(answer)
    outcome = fetched("timetable-cif", publisher.url_for(FEED), tmp_path)
    assert words in outcome.reason
    assert "ann@" not in outcome.reason


def test_a_password_is_not_sent_without_encryption(tmp_path, account):
    outcome = fetched("timetable-cif", f"http://rail.example.org{FEED}", tmp_path)
    assert outcome.reason == "it would need the password sent without encryption, which is not done"


def test_a_token_is_not_taken_along_to_another_host(publisher, tmp_path, account):
    there = publisher.url_for("/elsewhere").replace("localhost", "127.0.0.1")
    assert "127.0.0.1" in there
    publisher.expect_request("/authenticate").respond_with_json({"token": "t0k"})
    publisher.expect_request(FEED).respond_with_response(Response(status=302, headers={"Location": there}))
    publisher.expect_request("/elsewhere").respond_with_handler(plainly(GOOD))
    fetched("timetable-cif", publisher.url_for(FEED).replace("127.0.0.1", "localhost"), tmp_path)
    tokens = {request.path: request.headers.get("X-Auth-Token") for request, _ in publisher.log}
    assert tokens == {"/authenticate": None, FEED: "t0k", "/elsewhere": None}


def test_nothing_leads_from_https_to_http():
    session, answer = make_session(QUICK), requests.Response()
    answer.request = requests.Request("GET", "https://a.example.org/x").prepare()
    with pytest.raises(FetchError, match="from https to an address without encryption"):
        session.rebuild_auth(requests.Request("GET", "http://a.example.org/x").prepare(), answer)
    session.rebuild_auth(requests.Request("GET", "https://b.example.org/x").prepare(), answer)


def test_user_and_password_in_an_address_are_not_told(publisher, call, tmp_path):
    publisher.expect_request(f"/{NAME}").respond_with_handler(plainly(GOOD))
    address = publisher.url_for(f"/{NAME}?key=hush").replace("http://", "http://ann:sesame@")
    for more in (["--json"], ["--dry-run"], []):
        code, out, err = call("fetch", "census-residents", "--into", str(tmp_path), *more, "--address",
                              f"census-residents={address}")
        assert (code, err) == (0, "")
        assert not [word for word in ("ann", "sesame", "hush") if word in out + (tmp_path / RECEIPTS).read_text()]
    assert publisher.log[0][0].authorization.password == "sesame"     # noqa: S105 - made up


def test_the_proxy_of_the_environment_is_used(publisher, tmp_path, monkeypatch):
    monkeypatch.setenv("http_proxy", publisher.url_for("/"))
    monkeypatch.setenv("no_proxy", "")
    publisher.expect_request(f"/{NAME}").respond_with_handler(plainly(GOOD))
    outcome = fetched("census-residents", f"http://publisher.example/{NAME}", tmp_path)
    assert outcome.state == "fetched", outcome.reason
    assert publisher.log[0][0].host == "publisher.example"
    monkeypatch.setenv("http_proxy", "http://ann:sesame@127.0.0.1:9")
    outcome = fetched("census-residents", f"http://publisher.example/{NAME}", tmp_path)
    assert outcome.reason == "not reached through the proxy (HTTPS_PROXY)"


def test_the_certificates_of_the_environment_are_trusted(tmp_path, monkeypatch):
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    try:
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                        "-nodes", "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=me", "-addext",
                        "subjectAltName=DNS:localhost,IP:127.0.0.1"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("needs openssl")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with HTTPServer(ssl_context=context) as server:
        server.expect_request(f"/{NAME}").respond_with_handler(plainly(GOOD))
        address = server.url_for(f"/{NAME}")
        monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
        assert "set REQUESTS_CA_BUNDLE" in fetched("census-residents", address, tmp_path).reason
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "nothing.pem"))
        assert "REQUESTS_CA_BUNDLE is not there" in fetched("census-residents", address, tmp_path).reason
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
        assert fetched("census-residents", address, tmp_path).state == "fetched"


def test_nobody_who_answers_is_said(tmp_path):
    assert fetched("census-residents", "http://127.0.0.1:9/x.zip", tmp_path).reason == "not reached"


def test_a_mirror_gives_every_file_by_its_name(publisher, call, tmp_path):
    publisher.expect_request(f"/swathe/{NAME}").respond_with_handler(plainly(GOOD))
    code, out, err = call("fetch", "census-residents", "--into", str(tmp_path), "--from-mirror",
                          publisher.url_for("/swathe/"))
    assert (code, out, err) == (0, f"{NAME}: fetched, 29,217 bytes\n", "")
    mirrored = plan(mirror="http://files.example.org/a").wanted
    assert {each.download.service for each in mirrored} == {""}
    assert {each.download.address for each in mirrored} == {
        f"http://files.example.org/a/{each.name}" for each in plan().wanted if each.id != "timetable-cif"}


def test_what_is_asked_for_is_planned():
    def ids(*asked):
        return [each.id for each in plan(asked).wanted]

    tables = ("residents", "households", "occupations", "travel", "cars")
    assert ids("census-*") == [f"census-{table}" for table in tables]
    assert ids("ofcom-constituency") == ["ofcom-authority"]      # one download has both
    assert ids("timetable") == ["timetable", "timetable-cif"]
    assert ids("timetable-cif") == ["timetable-cif"]
    sources = {source.id for each in plan().wanted for source in each.sources}
    assert sources.isdisjoint(source.id for source in plan().by_hand)


@pytest.mark.parametrize(("words", "says"), [
    (["nothing"], "source ‘nothing’: there is no such source; there are boundaries-lsoa, "),
    (["--only", "imd,nothing"], "source ‘nothing’"),
    (["--address", "nothing=https://a.org/x.csv"], "--address ‘nothing’: there is no such source"),
    (["--address", "imd"], "address ‘imd’: write it as SOURCE=URL"),
    (["--address", "imd=ftp://a.org/x.csv"], "--address imd: that is no address of the web"),
    (["--address", "imd=https://a.org:x/y.csv"], "--address imd: that is no address of the web"),
    (["--address", "imd=https://a.org/"], "is no name of a file"),
    (["--address", "imd=https://a.org/..%2F..%2Fx.csv", "imd"], ""),
    (["--address", "imd=https://a.org/.profile"], "‘.profile’, at the end of the address, is no name of a file"),
    (["--address", "imd=https://a.org/Stops.csv"], "two files would be called Stops.csv"),
    (["--from-mirror", "files"], "--from-mirror: that is no address of the web"),
    (["--timeout", "0"], "timeout ‘0’"), (["--timeout", "nan"], "timeout ‘nan’"),
])
def test_what_cannot_be_is_refused_before_anything_is_asked(call, tmp_path, words, says, monkeypatch):
    monkeypatch.setattr("geo.cli.fetch.fetch_all", lambda *_: [])
    code, _, err = call("fetch", "--into", str(tmp_path / "into"), *words)
    assert (code, err.count("\n")) == ((2, 1) if says else (0, 0))
    assert says in err
    assert not (tmp_path / "into").exists()


def test_a_folder_that_cannot_be_is_refused(call, tmp_path):
    (tmp_path / "file").write_text("")
    code, _, err = call("fetch", "imd", "--into", str(tmp_path / "file"))
    assert (code, err.count("\n"), "give another --into" in err) == (2, 1, True)
    (tmp_path / RECEIPTS).write_text("{")
    code, _, err = call("fetch", "imd", "--into", str(tmp_path))
    assert (code, err.count("\n"), f"{RECEIPTS} is damaged: delete it" in err) == (2, 1, True)


def test_a_dry_run_asks_nobody_and_leaves_nothing(call, tmp_path, monkeypatch):
    monkeypatch.setattr(requests.Session, "request", lambda *_, **__: pytest.fail("asked"))
    code, out, err = call("fetch", "--into", str(tmp_path / "into"), "--dry-run")
    assert (code, err) == (0, "")
    for each in plan().wanted:
        assert f"{each.name}, from https://" in out
    for source in plan().by_hand:
        assert f"({source.id}, " in out
    assert not (tmp_path / "into").exists()


def test_what_is_got_by_hand_is_named_until_it_is_there(call, tmp_path):
    say = "Members of Parliament by constituency (members, optional): by hand: open https://members.parliament.uk"
    assert say in call("fetch", "members", "--into", str(tmp_path), "--dry-run")[1]
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/mp_lookup_2026.csv").write_text("x")
    assert call("fetch", "members", "--into", str(tmp_path))[1] == "\n"


def test_an_address_that_cannot_be_planned_raises():
    with pytest.raises(SwatheError, match="no such source"):
        plan(["x"])
