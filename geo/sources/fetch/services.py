"""Publishers that are asked in a way of their own: page by page, by way of a list, or with a password."""

import csv
import hashlib
import io
import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from geo.core.errors import FetchError
from geo.core.untrusted import quoted
from geo.sources.fetch.plan import Wanted
from geo.sources.fetch.receipts import Receipt
from geo.sources.fetch.transfer import transfer
from geo.sources.fetch.web import TOKEN, BrokenError, SkippedError, Visit, ask_json, disk_fault

USER, PASSWORD = "SWATHE_RAIL_USER", "SWATHE_RAIL_PASSWORD"
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
MOST_FEATURES = 500_000
"""Of one layer; the largest asked for, of the neighbourhoods of England and Wales, has 35,672."""

Service = Callable[[Visit, Wanted, Any], Receipt | None]


def arcgis(visit: Visit, wanted: Wanted, bar: Any) -> Receipt:
    """Merge the pages of a layer of an ArcGIS FeatureServer, such as ONS's Open Geography Portal, into one file.

    Raises
    ------
    FetchError
        When the service answers with an error (which it does with status 200), or pages do not end.
    """
    geographic = wanted.download.type == "geojson"
    pages = _pages(visit, wanted.download.address, geographic)
    part = visit.part(wanted.name)
    visit.receipts.note_part(wanted.name, None)      # pages are not gone on with
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            for text in _geojson(pages) if geographic else _csv(pages):
                bar.update(file.write(text))
                if file.tell() > wanted.download.most:
                    raise FetchError(f"more than the {wanted.download.most:,} bytes expected at most")
    except OSError as error:
        part.unlink(missing_ok=True)
        if isinstance(error, FetchError):
            raise
        raise disk_fault(error, visit.folder) from error
    return Receipt(address=wanted.shown)


def _pages(visit: Visit, address: str, geographic: bool) -> Iterator[Mapping[str, Any]]:
    """Ask a layer for all of its features."""
    parts = urlsplit(address)
    path = parts.path if parts.path.endswith("/query") else f"{parts.path.rstrip('/')}/query"
    form = {"where": "1=1", "outFields": "*", **({"outSR": "4326", "f": "geojson"} if geographic else {
        "returnGeometry": "false", "f": "json"}), **dict(parse_qsl(parts.query))}
    offset, before = 0, None
    while True:
        query = urlencode({**form, "resultOffset": str(offset)})
        page = visit.persistently(partial(_page, visit, urlunsplit(parts._replace(path=path, query=query))))
        features = page["features"]
        if features and features == before:
            raise FetchError("the same page comes again and again")
        yield page
        # GeoJSON has no place for it but among the properties; servers of several versions write either.
        more = page.get("exceededTransferLimit") or (page.get("properties") or {}).get("exceededTransferLimit")
        offset, before = offset + len(features), features
        if not more:
            return
        if not features or offset > MOST_FEATURES:
            raise FetchError(f"pages that do not end (after {offset:,} features)")


def _page(visit: Visit, address: str) -> Mapping[str, Any]:
    page = ask_json(visit, address)
    if not isinstance(page, dict):
        raise FetchError("something else than a page of features came")
    if "error" in page:
        error = page["error"] if isinstance(page["error"], dict) else {}
        words = f"an error came instead of data: {quoted(error.get('message') or 'no reason given')}"
        raise BrokenError(words) if str(error.get("code", "")).startswith("5") else FetchError(words)
    if not isinstance(page.get("features"), list):
        raise FetchError("something else than a page of features came")
    return page


def _geojson(pages: Iterator[Mapping[str, Any]]) -> Iterator[str]:
    between = ""
    for number, page in enumerate(pages):
        if not number:
            crs = f'"crs":{json.dumps(page["crs"])},' if "crs" in page else ""
            yield f'{{"type":"FeatureCollection",{crs}"features":['
        for feature in page["features"]:
            yield between + json.dumps(feature, ensure_ascii=False, separators=(",", ":"))
            between = ",\n"
    yield "]}\n"


def _csv(pages: Iterator[Mapping[str, Any]]) -> Iterator[str]:
    """Write the attributes of features as a table."""
    columns: list[str] = []
    for page in pages:
        text = io.StringIO()
        rows = [feature.get("attributes") or {} for feature in page["features"]]
        if not columns:
            columns = [str(field["name"]) for field in page.get("fields") or []] or [*(rows[0] if rows else {})]
            csv.writer(text).writerow(columns)
        csv.writer(text).writerows([[row.get(column) for column in columns] for row in rows])
        yield text.getvalue()


def os_downloads(visit: Visit, wanted: Wanted, bar: Any) -> Receipt | None:
    """Fetch a product of Ordnance Survey: its API lists the files, with their addresses, lengths and checksums."""
    listed = ask_json(visit, wanted.download.address)
    found = [file for file in listed if isinstance(file, dict) and file.get("format") == "CSV"
             and isinstance(file.get("url"), str)] if isinstance(listed, list) else []
    if not found:
        raise FetchError("its list has no file in CSV")
    there = found[0]
    if urlsplit(wanted.download.address).scheme == "https" != urlsplit(there["url"]).scheme:
        raise FetchError("its list has an address without encryption, which is not followed")
    receipt = transfer(visit, replace(wanted, download=replace(wanted.download, address=there["url"])), bar)
    if receipt:
        _refuse_other(visit, wanted, there)
    return receipt


def _md5() -> "hashlib._Hash":
    return hashlib.md5(usedforsecurity=False)


def _refuse_other(visit: Visit, wanted: Wanted, listed: Mapping[str, Any]) -> None:
    """Raise a FetchError where a file is not the one that was listed; it is thrown away."""
    part = visit.part(wanted.name)
    with part.open("rb") as file:
        digest = hashlib.file_digest(file, _md5).hexdigest()
    size = part.stat().st_size
    wrong = [words for is_wrong, words in (
        (listed.get("size") not in {None, size}, f"{size:,} bytes came, and its publisher lists {listed.get('size')}"),
        (str(listed.get("md5") or digest).lower() != digest, "its checksum (MD5) is not the one listed"),
    ) if is_wrong]
    if wrong:
        part.unlink()
        visit.receipts.note_part(wanted.name, None)
        raise FetchError("; ".join(wrong))


def rail_delivery_group(visit: Visit, wanted: Wanted, bar: Any) -> Receipt | None:
    """Fetch a feed of the Rail Delivery Group, with a token for the account in the environment, which is kept nowhere.

    Raises
    ------
    SkippedError
        When no account is set.
    """
    user, password = os.environ.get(USER, ""), os.environ.get(PASSWORD, "")
    if not user or not password:
        raise SkippedError(f"it needs an account: register at https://opendata.nationalrail.co.uk/ (free), and set "
                           f"{USER} and {PASSWORD}")
    parts = urlsplit(wanted.download.address)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise FetchError("it would need the password sent without encryption, which is not done")
    login = urlunsplit(parts._replace(path="/authenticate", query=""))
    answer = ask_json(visit, login, form={"username": user, "password": password})
    token = answer.get("token") if isinstance(answer, dict) else None
    if not isinstance(token, str) or not token.isascii() or not token.isprintable():
        raise FetchError(f"no token is given for the account in {USER}")
    return transfer(visit, wanted, bar, {TOKEN: token})


SERVICES: Mapping[str, Service] = {
    "": transfer, "arcgis": arcgis, "os-downloads": os_downloads, "rail-delivery-group": rail_delivery_group,
}
"""By the `service` of a download."""
