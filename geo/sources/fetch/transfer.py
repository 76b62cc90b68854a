"""One file over the wire: only what is new, gone on with where it broke off, in a part file until it is whole."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import requests

from geo.core.errors import FetchError
from geo.sources.catalogue import sha256_of
from geo.sources.fetch.plan import Wanted
from geo.sources.fetch.receipts import Receipt
from geo.sources.fetch.web import BrokenError, Visit, ask, blocks, disk_fault, refuse_status

NOT_CHANGED, PARTIAL, BEYOND = 304, 206, 416


def transfer(visit: Visit, wanted: Wanted, bar: Any, headers: Mapping[str, str] | None = None) -> Receipt | None:
    """Fetch one file into its part file.

    Parameters
    ----------
    bar
        A progress bar (of tqdm): its `total` is set, and it is updated by bytes.
    headers
        Sent along.

    Returns
    -------
    Receipt or None
        As far as it is known before the file was looked at; None where the publisher says that the file in the folder
        is still the one.

    Raises
    ------
    FetchError
        When it cannot be had; what came stays in the part file, and is gone on with.
    """
    held = kept(visit, wanted)
    return visit.persistently(lambda: _attempt(visit, wanted, bar, held, headers or {}))


def kept(visit: Visit, wanted: Wanted) -> Receipt | None:
    """Return the receipt of a file that is in the folder as it was fetched, from this very address."""
    receipt, path = visit.receipts.whole(wanted.name), visit.folder / wanted.name
    if receipt and receipt.address == wanted.shown and path.is_file() and sha256_of(path) == receipt.sha256:
        return receipt
    return None


def _attempt(
    visit: Visit, wanted: Wanted, bar: Any, held: Receipt | None, headers: Mapping[str, str],
) -> Receipt | None:
    part = visit.part(wanted.name)
    size = _resumable(visit, wanted, part)
    with ask(visit, wanted.download.address, {**headers, **_conditions(visit, wanted, size, held)}) as response:
        if response.status_code == NOT_CHANGED and held and not size:
            return None
        if response.status_code == BEYOND:
            _give_up(visit, wanted, part)
            raise BrokenError("its length changed while it was fetched")
        refuse_status(response)
        if response.status_code != PARTIAL:
            size = 0
        total = _total(response, size)
        if response.status_code == PARTIAL and _start(response) != size:
            _give_up(visit, wanted, part)
            raise BrokenError("it goes on at another place than where it broke off")
        if total and total > wanted.download.most:
            _give_up(visit, wanted, part)
            raise FetchError(f"{total:,} bytes, more than the {wanted.download.most:,} expected at most")
        receipt = Receipt(address=wanted.shown, etag=response.headers.get("ETag", ""),
                          last_modified=response.headers.get("Last-Modified", ""))
        visit.receipts.note_part(wanted.name, receipt)
        bar.total, bar.n = total, size
        got = _pour(visit, wanted, response, part, size, bar)
    if total and got < total:
        raise BrokenError(f"it broke off after {got:,} of {total:,} bytes")
    return receipt


def _pour(visit: Visit, wanted: Wanted, response: requests.Response, part: Path, size: int, bar: Any) -> int:
    """Write what comes behind the first `size` bytes of the part file, and return how many it has then."""
    try:
        with part.open("ab" if size else "wb") as file:
            for block in blocks(visit, response):
                file.write(block)
                size += len(block)
                bar.update(len(block))
                if size > wanted.download.most:
                    _give_up(visit, wanted, part)
                    raise FetchError(f"more than the {wanted.download.most:,} bytes expected at most")
    except OSError as error:
        if isinstance(error, FetchError):      # which are OSErrors too
            raise
        raise disk_fault(error, visit.folder) from error
    return size


def _resumable(visit: Visit, wanted: Wanted, part: Path) -> int:
    """Return how many bytes of this very file have come before; what cannot be gone on with is thrown away."""
    begun = visit.receipts.part(wanted.name)
    if part.is_file() and begun and begun.address == wanted.shown and _validator(begun):
        return part.stat().st_size
    part.unlink(missing_ok=True)
    return 0


def _validator(receipt: Receipt) -> str:
    """Return what tells one version of a file from the next, byte for byte."""
    return receipt.last_modified if receipt.etag.startswith("W/") or not receipt.etag else receipt.etag


def _conditions(visit: Visit, wanted: Wanted, size: int, held: Receipt | None) -> dict[str, str]:
    """Return the headers that ask for no more than what is lacking."""
    begun = visit.receipts.part(wanted.name)
    if size and begun:
        return {"Range": f"bytes={size}-", "If-Range": _validator(begun)}
    conditions = {} if held is None else {"If-None-Match": held.etag, "If-Modified-Since": held.last_modified}
    return {name: value for name, value in conditions.items() if value}


def _give_up(visit: Visit, wanted: Wanted, part: Path) -> None:
    part.unlink(missing_ok=True)
    visit.receipts.note_part(wanted.name, None)


def _start(response: requests.Response) -> int:
    found = re.match(r"bytes (\d+)-", response.headers.get("Content-Range", ""))
    return int(found[1]) if found else -1


def _total(response: requests.Response, size: int) -> int | None:
    """Return how many bytes the whole file has, where the answer says."""
    if response.headers.get("Content-Encoding", "identity") != "identity":
        return None      # that length is of what is sent, not of what it unpacks to
    length = response.headers.get("Content-Length", "")
    return size + int(length) if length.isdigit() else None
