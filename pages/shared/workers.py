"""What the processes of one app tell one another, in a file of the folder that `geo serve` makes for them.

Whatever one of them counted or handed out, all know, and go on knowing when it ends. A process alone tells itself.
"""

import functools
import logging
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FOLDER, WORKER = "GEO_SERVE_FOLDER", "GEO_SERVE_WORKER"
"""Where `geo serve` says which folder is theirs, and which of them a process is; the next in its place has its name."""

PATIENCE = 5.0
"""Seconds that one waits for another that is writing."""

_LOG = logging.getLogger(__name__)
_TABLES = """
CREATE TABLE IF NOT EXISTS asked (kind, client, what, at REAL, PRIMARY KEY (kind, client, what)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS making (worker, client);
CREATE TABLE IF NOT EXISTS handed_out (kind, name, content, PRIMARY KEY (kind, name));
"""


class Notes:
    """The file, or a piece of memory that is like it; of many threads one at a time uses it."""

    def __init__(self, file: str | Path = ":memory:", worker: str = "") -> None:
        self.worker = worker
        self._lock = threading.Lock()
        self._database = sqlite3.connect(file, PATIENCE, isolation_level=None, check_same_thread=False)
        # Written through to the machine's memory, which outlives a process that is killed, and not to a disk.
        self._database.executescript(f"PRAGMA synchronous = OFF; PRAGMA secure_delete = ON; BEGIN IMMEDIATE; {_TABLES}"
                                     "COMMIT;")
        with self.changing() as database:     # what the process before this one was making is made no more
            database.execute("DELETE FROM making WHERE worker = ?", (worker,))

    @contextmanager
    def changing(self) -> Iterator[sqlite3.Connection]:
        """Give the database, in which nobody else changes anything meanwhile; after an error nothing is changed."""
        with self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            with self._database:     # ends what was begun, for good or for nought
                yield self._database

    def tell(self, kind: str, name: str, content: str | bytes, most: int) -> None:
        """Note what was handed out under a name; the last so many of a kind stay. Where that fails, the log says so."""
        try:
            with self.changing() as database:
                database.execute("REPLACE INTO handed_out VALUES (?, ?, ?)", (kind, name, content))
                database.execute("DELETE FROM handed_out WHERE kind = ? AND rowid NOT IN (SELECT rowid FROM handed_out "
                                 "WHERE kind = ? ORDER BY rowid DESC LIMIT ?)", (kind, kind, most))
        except sqlite3.Error as error:
            _LOG.error("the other processes cannot be told of %s: %s", name, error)

    def told(self, kind: str, name: str) -> str | bytes | None:
        """Look up what was handed out under a name."""
        with self._lock:
            query = "SELECT content FROM handed_out WHERE kind = ? AND name = ?"
            found = self._database.execute(query, (kind, name)).fetchone()
        return found[0] if found else None


@functools.cache
def together() -> Notes | None:
    """Give what this process has in common with others; None where it is alone."""
    folder = os.environ.get(FOLDER, "")
    return Notes(Path(folder) / "notes.sqlite", os.environ.get(WORKER, "")) if folder else None
