"""From `geo fetch` to an edition: every publisher played on this machine, in the shape that it serves."""

import csv
import hashlib
import io
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import openpyxl
import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from geo.edition.store import STARTER, load_edition
from geo.figures.jumps import compare
from geo.sources.archives import read_packed
from geo.sources.catalogue import read_catalogue
from geo.sources.fetch.plan import Wanted, plan
from geo.sources.fetch.run import fetch_all
from tests.fixtures.publisher import QUICK, zipped

pytestmark = pytest.mark.slow

PAGE = 2000
PORTAL = {"lsoa11_code": "LSOA11CD", "lsoa21_code": "LSOA21CD", "ltla18_code": "LAD18CD", "ltla18_name": "LAD18NM"}
"""Headers of tidied copies in the folder of open data → those of the Open Geography Portal."""


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def csv_of(rows: list[dict[str, str]]) -> bytes:
    text = io.StringIO()
    table = csv.DictWriter(text, list(rows[0]))
    table.writeheader()
    table.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def workbook_of(rows: list[dict[str, str]]) -> bytes:
    """File 8 as it is published: a workbook with notes, and a sheet a domain."""
    book, file = openpyxl.Workbook(), io.BytesIO()
    book.active.title = "Notes"
    sheet = book.create_sheet("IoD25 Barriers Domain")
    sheet.append(["LSOA code (2021)", "LSOA name (2021)", "Connectivity Score", "Patient-to-GP Ratio",
                  "Digital Connectivity (Broadband download and upload speeds)"])
    for code, name, score, digital in map(dict.values, rows):
        sheet.append([code, name, float(score), 1.5, float(digital)])
    book.save(file)
    return file.getvalue()


def attributes(row: dict[str, str]) -> dict[str, dict[str, str]]:
    """A row of a table, as a FeatureServer answers it."""
    return {"attributes": row}


class Publishers:
    """What the publishers serve, made from their files in the folder of open data."""

    def __init__(self, data: Path) -> None:
        self.data = data

    def found(self, pattern: str) -> list[Path]:
        return sorted(path for path in self.data.rglob(pattern) if path.is_file())

    def plain(self, wanted: Wanted) -> bytes | None:
        """Return the file at an address; None for one that there is none of here."""
        made = {"msoa-names": self.msoa_names, "ofcom-authority": self.ofcom, "ofcom-mobile": self.ofcom_mobile,
                "connectivity": self.file_8, "stops": self.stops}
        if wanted.id in made:
            return made[wanted.id]()
        found = self.found(wanted.name)
        return found[0].read_bytes() if found else None

    def msoa_names(self) -> bytes:
        rows = {row["MSOA21CD"]: row for row in rows_of(self.found("LSOA21_MSOA21_HCLNM.csv")[0])}
        return csv_of([{"msoa21cd": code, "msoa21nm": row["MSOA21NM"], "msoa21nmw": "",
                        "msoa21hclnm": row["MSOA21HCLNM"], "localauthorityname": ""} for code, row in rows.items()])

    def ofcom(self) -> bytes:
        """Zips in a zip, each with one table."""
        tables = [*self.found("202507_fixed_*coverage_r01.csv"), *self.found("202507_fixed_coverage_UK*.csv")]
        inner = {f"202507_fixed_coverage_r01/{path.stem}.zip": zipped({f"{path.stem}/{path.name}": path.read_bytes()})
                 for path in tables}
        return zipped(inner)

    def ofcom_mobile(self) -> bytes:
        path = self.found("202507_mobile_coverage_laua_r01.csv")[0]
        return zipped({f"202507_mobile_coverage_r01/{path.name}": path.read_bytes()})

    def file_8(self) -> bytes:
        return workbook_of(rows_of(self.found("IoD2025_File_8*.csv")[0]))

    def stops(self) -> bytes:
        return read_packed(self.found("Stops.zip")[0], ".csv")

    def layer(self, wanted: Wanted) -> Iterator[dict[str, object]]:
        """Return the features of a layer."""
        source = wanted.sources[0]
        if source.id == "lookup-lsoa-msoa":
            yield from map(attributes, self.output_areas())
            return
        path = next(path for pattern in source.files for path in self.found(pattern))
        if wanted.download.type == "geojson":
            yield from json.loads(path.read_text())["features"]
        if wanted.download.type == "csv":
            for row in rows_of(path):
                yield attributes({PORTAL.get(name, name): value for name, value in row.items()})

    def output_areas(self) -> list[dict[str, str]]:
        """The lookup of output areas, as the Office for National Statistics has it."""
        msoas = {row["LSOA21CD"]: row for row in rows_of(self.found("LSOA21_MSOA21_HCLNM.csv")[0])}
        return [{**row, "MSOA21CD": msoa["MSOA21CD"], "MSOA21NM": msoa["MSOA21NM"], "MSOA21NMW": ""}
                for row in rows_of(self.found("OA21_LSOA21_EW_LU.csv")[0]) if (msoa := msoas[row["LSOA21CD"]])]

    def answer(self, wanted: Wanted, here: str) -> Callable[[Request], Response]:
        """Return what is answered to whoever asks for one file."""
        if wanted.download.service == "arcgis":
            features = list(self.layer(wanted))

            def page(request: Request) -> Response:
                start = int(request.args["resultOffset"])
                more = start + PAGE < len(features)
                return Response(json.dumps({"features": features[start:start + PAGE], "exceededTransferLimit": more}))

            return page
        data = self.plain(wanted)
        if data is None:
            return lambda _request: Response("not found", 404)
        if wanted.download.service == "os-downloads":
            listed = [{"format": "CSV", "url": here + "&redirect", "size": len(data),
                       "md5": hashlib.md5(data, usedforsecurity=False).hexdigest()}]
            return lambda request: Response(data if "redirect" in request.args else json.dumps(listed))
        return lambda _request: Response(data)


@pytest.fixture(scope="module")
def fetched(open_data, tmp_path_factory):
    """Fetch everything from here; by hand, what no publisher gives to a program."""
    folder, publishers = tmp_path_factory.mktemp("fetched"), Publishers(open_data)
    with HTTPServer(threaded=True) as server:
        addresses = {}
        for wanted in plan().wanted:
            parts = urlsplit(wanted.download.address)
            path = f"/{parts.netloc}{parts.path}"
            here = server.url_for(path) + (f"?{parts.query}" if parts.query else "")
            addresses[wanted.id] = here
            served = path + ("/query" if wanted.download.service == "arcgis" else "")
            server.expect_request(served).respond_with_handler(publishers.answer(wanted, here))
        asked = plan(addresses=addresses)
        outcomes = {each.wanted.id: each for each in fetch_all(asked.wanted, folder, QUICK)}
    for source in asked.by_hand:
        for pattern in source.files:
            for path in publishers.found(pattern):
                shutil.copy(path, folder)
    return folder, outcomes, asked


def test_every_file_that_is_served_comes_and_is_its_sources(fetched, open_data):
    folder, outcomes, asked = fetched
    states = {key: (each.state, each.reason) for key, each in outcomes.items() if each.state != "fetched"}
    assert states.pop("timetable") == ("failed", "no longer there (404)")      # none of the whole country is here
    assert states.pop("timetable-cif")[0] == "skipped"
    assert states == {}
    assert not list(folder.glob(".*.part"))
    assert [source.id for source in asked.by_hand if source.required] == []


def test_what_was_fetched_makes_the_edition_that_the_publishers_own_files_make(fetched, call, tmp_path):
    folder, *_ = fetched
    code, _, err = call("build", "--from", str(folder), "--out", str(tmp_path / "edition"))
    assert code == 0, err
    edition, starter = load_edition(tmp_path / "edition", geometry=False), load_edition(STARTER, geometry=False)
    required = {source.id for source in read_catalogue().values() if source.required}
    assert required <= {row["id"] for row in edition.manifest["sources"]}
    found = compare(starter, edition)
    assert (found.jumps, found.bases) == ([], [])
    assert call("check", str(tmp_path / "edition"))[0] == 0
