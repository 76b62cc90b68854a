"""How publishers are asked: patience, retries, redirects; and what went wrong, in words that hold no secret."""

import errno
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, no_type_check
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError
from urllib3.util import Retry

from geo import __version__
from geo.core.errors import FetchError
from geo.core.shortage import shortage
from geo.sources.archives import BLANK
from geo.sources.fetch.receipts import Receipts

T = TypeVar("T")

TOKEN = "X-Auth-Token"     # noqa: S105 - the name of a header, which is left behind at the border of a host
BLOCK = 65_536
LEAST_A_SECOND = 1024
"""Bytes, over as long as patience lasts; less is a line on which nothing will ever come whole."""

LONGEST_WAIT = 120
"""Seconds waited where a publisher asks for a pause (Retry-After)."""

AGAIN = (408, 429, 500, 502, 503, 504)
MOST_REDIRECTS = 10
MOST_JSON = 100_000_000
FULL = (errno.ENOSPC, errno.EDQUOT)

_STATUS = {
    401: "a password is asked for (401)", 403: "refused to programs (403)", 404: "no longer there (404)",
    407: "the proxy asks for a password (407): set it in HTTPS_PROXY", 410: "no longer there (410)",
    429: "asked for too often (429): try again later",
}
_CERTIFICATE = ("the certificate is not trusted here: where a proxy of your own stands in between, set "
                "REQUESTS_CA_BUNDLE to the file of its certificate")
_FAULTS = (
    (requests.exceptions.ProxyError, "not reached through the proxy (HTTPS_PROXY)"),
    (requests.exceptions.SSLError, _CERTIFICATE),
    (requests.exceptions.Timeout, "no answer in time"),
    (requests.exceptions.TooManyRedirects, "it leads in a circle from address to address"),
    (requests.exceptions.ConnectionError, "not reached"),
    ((requests.exceptions.InvalidSchema, requests.exceptions.InvalidURL, requests.exceptions.MissingSchema),
     "it leads to an address that is none of the web"),
)


class BrokenError(FetchError):
    """It did not work out this time, and may the next."""


class SkippedError(FetchError):
    """It was not tried, for want of something that the user has to give."""


@dataclass(frozen=True)
class Patience:
    """How long is waited, and how often tried."""

    seconds: float = 30.0     # for a connection, for an answer, for the next bytes
    tries: int = 5            # of one file
    backoff: float = 0.5      # seconds, doubled with every try


@dataclass
class Visit:
    """One run of `geo fetch`: what its downloads share."""

    folder: Path
    receipts: Receipts
    patience: Patience = field(default_factory=Patience)
    stop: threading.Event = field(default_factory=threading.Event)

    def part(self, name: str) -> Path:
        """Return where a file stands until it has come whole; hidden, so that no build takes it for one."""
        return self.folder / f".{name}.part"

    def persistently(self, attempt: Callable[[], T]) -> T:
        """Do something until it works out, or raise the last FetchError."""
        for count in range(self.patience.tries):
            self.refuse_if_stopped()
            try:
                return attempt()
            except BrokenError as error:
                last = error
            if count + 1 < self.patience.tries:
                self.stop.wait(self.patience.backoff * 2**count)
        raise FetchError(str(last)) from last

    def refuse_if_stopped(self) -> None:
        """Raise a FetchError where the command was asked to stop."""
        if self.stop.is_set():
            raise FetchError("stopped")


class _Session(requests.Session):
    """Follows redirects, but never from https to http, and takes no token along to another host."""

    @no_type_check
    def rebuild_auth(self, prepared_request: requests.PreparedRequest, response: requests.Response) -> None:
        before, after = str(response.request.url), str(prepared_request.url)
        if urlsplit(before).scheme == "https" != urlsplit(after).scheme:
            raise FetchError("it leads from https to an address without encryption, which is not followed")
        if self.should_strip_auth(before, after):
            prepared_request.headers.pop(TOKEN, None)
        super().rebuild_auth(prepared_request, response)


def make_session(patience: Patience) -> requests.Session:
    """Return a session that asks again as it should; proxies and certificates are those of the environment."""
    session = _Session()
    session.headers["User-Agent"] = f"swathe/{__version__} (geo fetch)"
    session.max_redirects = MOST_REDIRECTS
    retry = Retry(
        total=patience.tries - 1, connect=2, read=1, status_forcelist=AGAIN, allowed_methods=("GET", "POST"),
        backoff_factor=patience.backoff, raise_on_status=False, retry_after_max=LONGEST_WAIT)
    for scheme in ("https://", "http://"):
        session.mount(scheme, HTTPAdapter(max_retries=retry))
    return session


def ask(
    visit: Visit, address: str, headers: Mapping[str, str] | None = None, form: Mapping[str, str] | None = None,
) -> requests.Response:
    """Ask for an address; its body is yet to be read. A FetchError where no answer comes."""
    # A session of its own for each request: they are not made to be shared between threads.
    session = make_session(visit.patience)
    try:
        return session.request(
            "POST" if form else "GET", address, data=form, stream=True, timeout=visit.patience.seconds,
            headers={"Accept-Encoding": "identity", **(headers or {})})
    except (requests.RequestException, HTTPError, UnicodeError) as error:
        raise FetchError(fault(error)) from error
    except OSError as error:
        if error.errno:
            raise
        # What requests says where there is no such file.
        raise FetchError("the file of certificates named in REQUESTS_CA_BUNDLE is not there") from error


def fault(error: Exception) -> str:
    """Say what went wrong, without the address or anything else of the request."""
    words = next((words for kind, words in _FAULTS if isinstance(error, kind)), "it cannot be asked for")
    return shortage(error) or words


def refuse_status(response: requests.Response) -> None:
    """Raise a FetchError for an answer that says no."""
    status = response.status_code
    if status >= 400 or status not in {200, 206}:
        other = "the publisher's server fails ({}): try again later" if status >= 500 else "answered with status {}"
        raise FetchError(_STATUS.get(status, other.format(status)))


def blocks(visit: Visit, response: requests.Response) -> Iterator[bytes]:
    """Read the body of an answer as it comes.

    Raises
    ------
    BrokenError
        When the connection breaks off.
    FetchError
        When it brings less than `LEAST_A_SECOND`.
    """
    packed = response.headers.get("Content-Encoding", "identity") != "identity"
    began, came, patience = time.monotonic(), 0, visit.patience.seconds
    while True:
        visit.refuse_if_stopped()
        try:
            block = response.raw.read1(BLOCK, decode_content=packed)
        except (HTTPError, OSError) as error:      # OSError: a socket that was cut
            raise BrokenError("the connection broke off before the end") from error
        if not block:
            return
        came += len(block)
        yield block
        if time.monotonic() - began > patience:
            if came < LEAST_A_SECOND * patience:
                raise FetchError(f"it comes too slowly (fewer than {LEAST_A_SECOND:,} bytes a second): try again later")
            began, came = time.monotonic(), 0


def ask_json(
    visit: Visit, address: str, headers: Mapping[str, str] | None = None, form: Mapping[str, str] | None = None,
) -> Any:
    """Ask a service for JSON, again where the answer breaks off; a FetchError where it is none."""

    def attempt() -> Any:
        """Ask once."""
        with ask(visit, address, headers, form) as response:
            refuse_status(response)
            body = bytearray()
            for block in blocks(visit, response):
                body += block
                if len(body) > MOST_JSON:
                    raise FetchError(f"an answer of more than {MOST_JSON:,} bytes")
        if body.lstrip(BLANK).startswith(b"<"):
            raise FetchError("a web page came instead of data")
        try:
            return json.loads(body)
        except ValueError as error:
            raise BrokenError("JSON came that is cut short or damaged") from error

    return visit.persistently(attempt)


def disk_fault(error: OSError, folder: Path) -> FetchError:
    """Say that something cannot be written."""
    if lacking := shortage(error):
        return FetchError(lacking)
    if error.errno == errno.EFBIG:
        return FetchError(f"larger than a file may be in {folder}: raise the limit (ulimit -f), or give another --into")
    if error.errno in FULL:
        return FetchError(f"no room for it: {folder} is full; make room and fetch again, it goes on where it stopped")
    return FetchError(f"not to be written to {folder} ({error.strerror or 'input or output failed'})")
