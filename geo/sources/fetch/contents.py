"""Whether what came is what was wanted: looked at before it gets its name."""

from pathlib import Path, PurePosixPath

from geo.core.errors import FetchError, SourceError
from geo.core.untrusted import quoted
from geo.sources.archives import BLANK, DEEPEST, MAX_STREAMED, list_files, open_zip, refuse_unreadable
from geo.sources.catalogue import sha256_of
from geo.sources.cif import READ_BY_PIECES
from geo.sources.csv_rows import header_cells
from geo.sources.downloads import sources_answered
from geo.sources.fetch.plan import Wanted

HEAD = 100_000
TAIL = 10_000
"""Bytes at the start and the end of a file that are looked at; the longest header has some 20,000."""

ZIPPED = ("zip", "xlsx")


def refuse_other(path: Path, wanted: Wanted) -> str:
    """Look at a file that came, and return its checksum (SHA-256, hexadecimal).

    Raises
    ------
    FetchError
        When it is a web page, an error, of another kind or length than expected, damaged, dangerous to unpack, or no
        table of its source.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(HEAD)
    problem = _kind_problem(head, wanted.download.type)
    if not problem and size < wanted.download.least:
        problem = f"{size:,} bytes came, fewer than the {wanted.download.least:,} expected at least"
    digest = sha256_of(path)
    if not problem and wanted.download.sha256 not in {"", digest}:
        problem = "its checksum (SHA-256) is not the one expected"
    if not problem and _cut_short(path, head, wanted.download.type):
        problem = "it is cut short, though nothing on the way said so"
    if not problem:
        problem = _content_problem(path, wanted)
    if problem:
        raise FetchError(problem)
    return digest


def _kind_problem(head: bytes, expected: str) -> str:
    """Say what came where the first bytes of a file are not those of its kind."""
    start = head.lstrip(BLANK)[:1]
    if expected in ZIPPED:
        came = "" if head.startswith(b"PK") else "something else"
    elif expected == "geojson":
        came = "" if start == b"{" and b'"error"' not in head[:64] else "something else"
    else:
        came = "" if start not in {b"{", b"[", b""} and b"\0" not in head else "something else"
    if start == b"<":
        came = "a web page"
    elif came and start in {b"{", b"["}:
        came = "an error in JSON, or other data"
    elif came and not head.strip():
        came = "nothing"
    return f"{came} came instead of the {expected.upper()} file" if came else ""


def _cut_short(path: Path, head: bytes, kind: str) -> bool:
    """Tell whether a table or GeoJSON ends in the middle; an archive that does cannot be opened."""
    if kind in ZIPPED:
        return False
    if kind == "geojson":      # names of areas have no braces
        whole = path.read_bytes()
        return whole.count(b"{") != whole.count(b"}")
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - TAIL, 0))
        tail = file.read()
    # Some publishers leave out the end of the last line, none its last columns.
    last = tail.splitlines()[-1]
    return not tail.endswith(b"\n") and len(header_cells(last)) < len(header_cells(head))


def _content_problem(path: Path, wanted: Wanted) -> str:
    try:
        if wanted.download.type in ZIPPED:
            _refuse_dangerous(path, DEEPEST)
        answered, reason = sources_answered(path)
    except SourceError as error:
        return "; ".join(error.problems)
    ids = {source.id for source in wanted.sources}
    if answered & ids:
        return ""
    return f"what came is not ‘{wanted.sources[0].title}’ ({reason or 'another source answers to it'})"


def _refuse_dangerous(path: Path, depth: int) -> None:
    """Raise a SourceError for an archive, or one in it, that is damaged, locked, a bomb, or leads out of its folder."""
    with open_zip(path) as archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        for entry in entries:
            name = entry.filename.replace("\\", "/")
            if name.startswith("/") or ":" in name.partition("/")[0] or ".." in PurePosixPath(name).parts:
                raise SourceError(path, [f"its member {quoted(name)} leads out of the archive, as no publisher's does"])
            streamed = PurePosixPath(name).suffix.lower() in READ_BY_PIECES
            refuse_unreadable(path, archive, entry, MAX_STREAMED if streamed else None)
    for inner in list_files(path) if depth else []:
        if inner.suffix.lower() == ".zip":
            _refuse_dangerous(inner, depth - 1)
