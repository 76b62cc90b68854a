"""What was fetched, noted in the folder itself (`fetched.json`): from where, when, how large, its checksum.

It holds no password and no key: only what makes the next visit short, and what a reader can check the files by.
"""

import json
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from geo.core.errors import SwatheError
from geo.sources.downloads import RECEIPTS

_TEXTS = ("address", "etag", "last_modified")


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """One file that was fetched, or as much of it as came."""

    address: str
    etag: str = ""             # by which the publisher knows this very version
    last_modified: str = ""
    at: str = ""               # UTC, ISO
    bytes: int = 0
    sha256: str = ""           # "" for a file that did not come whole


class Receipts:
    """The receipts of one folder, read once, written whole at every change."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / RECEIPTS
        self._lock = threading.Lock()
        self._held = self._read()

    def whole(self, name: str) -> Receipt | None:
        """Return the receipt of a file that came whole."""
        return self._held["files"].get(name)

    def part(self, name: str) -> Receipt | None:
        """Return the receipt of a file that has not come whole."""
        return self._held["unfinished"].get(name)

    def note_whole(self, name: str, receipt: Receipt) -> None:
        """Note a file that came whole."""
        with self._lock:
            self._held["files"][name] = receipt
            self._held["unfinished"].pop(name, None)
            self._write()

    def note_part(self, name: str, receipt: Receipt | None) -> None:
        """Note a file that begins to come; None for one that is given up."""
        with self._lock:
            if receipt:
                self._held["unfinished"][name] = receipt
            else:
                self._held["unfinished"].pop(name, None)
            self._write()

    def _read(self) -> dict[str, dict[str, Receipt]]:
        if not self._path.exists():
            return {"files": {}, "unfinished": {}}
        try:
            held = json.loads(self._path.read_text(encoding="utf-8"))
            return {part: {name: _receipt(row) for name, row in held[part].items()} for part in ("files", "unfinished")}
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise SwatheError(f"{self._path} is damaged: delete it, and what it told of is fetched again") from error

    def _write(self) -> None:
        held = {part: {name: asdict(receipt) for name, receipt in sorted(rows.items())}
                for part, rows in self._held.items()}
        beside = self._path.with_name(f".{self._path.name}.new")
        try:
            beside.write_text(json.dumps(held, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
            beside.replace(self._path)
        finally:
            beside.unlink(missing_ok=True)


def _receipt(row: Mapping[str, Any]) -> Receipt:
    receipt = Receipt(**row)
    if not all(isinstance(getattr(receipt, name), str) for name in (*_TEXTS, "at", "sha256")):
        raise TypeError
    return receipt
