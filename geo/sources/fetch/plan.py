"""What is to be fetched: which files, from where, under which names."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit, urlunsplit

from geo.core.errors import SwatheError
from geo.core.untrusted import quoted
from geo.sources.catalogue import Download, Source, read_catalogue

FILES = {".csv", ".geojson", ".json", ".xlsx", ".zip"}
"""Endings of an address that is that of a file, whatever service the publisher's own would be."""

NAME = r"\w[\w .,()+=-]{0,150}"
"""Of a file that is kept: nothing that leads elsewhere, and nothing hidden."""


@dataclass(frozen=True)
class Wanted:
    """One file to fetch."""

    id: str                       # as it is asked for
    sources: tuple[Source, ...]   # that it answers for, the first its own
    download: Download            # with the address, the service and the name that hold here
    shown: str                    # the address as it may be shown and kept: without anybody's password

    @property
    def name(self) -> str:
        """Name that the file is kept under."""
        return self.download.name


@dataclass(frozen=True)
class Plan:
    """What was asked for."""

    wanted: list[Wanted]
    by_hand: list[Source]         # of which no program can fetch a file


def plan(asked: Sequence[str] = (), addresses: Mapping[str, str] | None = None, mirror: str = "") -> Plan:
    """Work out what is to be fetched.

    Parameters
    ----------
    asked
        Ids of sources, or patterns of them such as "census-*"; nothing for all there are.
    addresses
        By id, where a file is to be had instead of the address in `data/sources.toml`.
    mirror
        Address of a folder that `geo fetch` filled, from which every file is taken by its name, "" for the publishers.

    Raises
    ------
    SwatheError
        When there is no such source, or an address cannot be one.
    """
    catalogue = read_catalogue()
    addresses = addresses or {}
    offered = {download.id or source.id: (source, download)
               for source in catalogue.values() for download in source.download}
    _refuse_unknown([*addresses], [*offered], "--address")
    _refuse_unknown(asked, [*catalogue, *offered], "source")
    chosen = [source for source in catalogue.values() if not asked or _asked(source.id, asked)]
    ids = {source.comes_with or source.id for source in chosen}
    # Second feeds, which need an account, are taken from a mirror only when they are asked for by name.
    keys = [key for key, (source, download) in offered.items()
            if _asked(key, asked) or (source.id in ids and not (mirror and download.id))]
    wanted = [_wanted(key, *offered[key], addresses.get(key, ""), mirror) for key in keys]
    names = [each.name for each in wanted]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise SwatheError(f"two files would be called {', '.join(sorted(twice))}: give addresses that end differently")
    by_hand = [source for source in chosen if not source.download and not source.comes_with]
    return Plan(wanted, by_hand)


def without_secrets(address: str) -> str:
    """Return an address without user, password and query, in which passwords and keys stand."""
    parts = urlsplit(address)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, "…" if parts.query else "", ""))


def _asked(key: str, asked: Sequence[str]) -> bool:
    return any(fnmatch(key, pattern) for pattern in asked)


def _refuse_unknown(asked: Sequence[str], known: Sequence[str], what: str) -> None:
    unknown = [each for each in asked if not any(fnmatch(key, each) for key in known)]
    if unknown:
        raise SwatheError(f"{what} {', '.join(map(quoted, unknown))}: there is no such source; there are "
                          f"{', '.join(dict.fromkeys(known))}")


def _wanted(key: str, source: Source, download: Download, address: str, mirror: str) -> Wanted:
    """Say where one file comes from: its publisher, an address of the user's own, or a mirror."""
    others = [other for other in read_catalogue().values() if other.comes_with == source.id]
    if address:
        _refuse_address(address, f"--address {key}")
        is_file = PurePosixPath(urlsplit(address).path).suffix.lower() in FILES
        download = replace(download, address=address, sha256="", service="" if is_file else download.service)
    download = replace(download, name=download.name or _name_at(download.address))
    shown = without_secrets(address) if address else download.address
    if mirror:
        _refuse_address(mirror, "--from-mirror")
        parts = urlsplit(mirror)
        at = f"{parts.path.rstrip('/')}/{download.name.replace(' ', '%20')}"
        download = replace(download, address=urlunsplit(parts._replace(path=at)), service="")
        shown = without_secrets(download.address)
    return Wanted(key, (source, *others), download, shown)


def _refuse_address(address: str, what: str) -> None:
    try:
        parts = urlsplit(address)
        fits = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        fits = False
    if not fits:
        raise SwatheError(f"{what}: that is no address of the web; one begins with https://")


def _name_at(address: str) -> str:
    """Return the name that a file has at its address, or refuse one that cannot be kept."""
    name = PurePosixPath(unquote(urlsplit(address).path)).name
    if not re.fullmatch(NAME, name):
        raise SwatheError(f"{quoted(name)}, at the end of the address, is no name of a file: give the address of the "
                          "file itself")
    return name
