"""Check a pack that somebody else may have changed: every checksum, and every figure worked out again."""

import csv
import io
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from geo.downloads import csv_bytes
from geo.edition import Edition, load_edition
from geo.errors import PackError, PlaceError
from geo.figures.profile import PlaceProfile, place_profile
from geo.pack.archive import Contents, read_zip
from geo.pack.figures import headline_numbers
from geo.pack.manifest import MANIFEST, read_manifest, view_name
from geo.pack.tables import pack_tables
from geo.view import View

__all__ = ["Report", "verify"]

_FIGURES = "tables/figures.csv"
_TOLERANCE = 1e-9
_TINY = 1e-12
_ROUNDED = 2e-6
"""Tables hold six decimals: more than that apart is another figure."""

_MOST_NAMED = 200
_FACTS = {"edition": "edition, its bases or vintages", "sources": "sources"}


@dataclass(frozen=True)
class Report:
    """What a check found.

    Parameters
    ----------
    ok
        Whether every file is as it was written and every figure holds.
    lines
        The same for people: the verdict first, then everything that is wrong, by name.
    facts
        The same for programs: place, edition (made_with, here), files (checked, changed, missing, added, damaged),
        figures (recomputed, checked, same, changed), contradictions.
    """

    ok: bool
    lines: list[str]
    facts: Mapping[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """Give it as plain JSON.

        Returns
        -------
        dict
            ok, the facts, lines.
        """
        return {"ok": self.ok, **self.facts, "lines": list(self.lines)}


def verify(path: Path, edition: Edition | None = None) -> Report:
    """Check a pack against its manifest, and its manifest against an edition.

    Nothing is unpacked. The report, maps, workbook and GeoPackage are known by their checksums; the headline figures
    and every CSV are worked out again.

    Parameters
    ----------
    path
        The ZIP; hostile until checked.
    edition
        To work the figures out from, with geometry; the embedded one by default.

    Returns
    -------
    Report
        Everything that does not hold, each by name.

    Raises
    ------
    PackError
        When it is no ZIP, no pack, or a pack that this version cannot read.
    EditionError
        When the embedded edition is damaged.
    """
    contents = read_zip(path, lambda name: name == MANIFEST or _is_table(name))
    if MANIFEST not in contents.kept:
        state = "is damaged" if MANIFEST in contents.damaged else "is missing"
        raise PackError(f"{path} is no evidence pack that can be checked: its {MANIFEST} {state}")
    manifest = read_manifest(contents.kept[MANIFEST])
    here = load_edition() if edition is None else edition
    files = _compare_files(contents, manifest["files"])
    intact = {name: content for name, content in contents.kept.items()
              if manifest["files"].get(name) == contents.digests[name]}
    contradictions = [*_link_against(manifest), *_table_against(manifest, intact.get(_FIGURES))]
    found, problem = _recollect(manifest, here)
    same_edition = manifest["edition"]["id"] == here.id
    figures = _compare_figures(manifest["figures"], headline_numbers(found) if found else {})
    if found and same_edition:
        contradictions += [*_manifest_against(manifest, found), *_tables_against(intact, manifest["files"], found)]
    contradictions += [problem] if problem and same_edition else []
    files_hold = not any(files[name] for name in ("changed", "missing", "added", "damaged"))
    ok = files_hold and same_edition and not figures["changed"] and not contradictions
    facts = {
        "place": manifest["place"]["code"], "edition": {"made_with": manifest["edition"]["id"], "here": here.id},
        "files": files,
        "figures": {"recomputed": same_edition, **figures, "changed": figures["changed"] if same_edition else []},
        "contradictions": contradictions,
    }
    return Report(ok, [_printable(line) for line in _lines(ok, manifest, facts, problem)], facts)


def _is_table(name: str) -> bool:
    return name.startswith("tables/") and name.endswith(".csv")


def _printable(text: str) -> str:
    """Make a line of what somebody else wrote harmless to a terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)[:500]


def _compare_files(contents: Contents, listed: Mapping[str, str]) -> dict[str, Any]:
    there = {*contents.digests, *contents.damaged} - {MANIFEST}
    return {
        "checked": len(listed),
        "changed": sorted(name for name in listed if contents.digests.get(name, listed[name]) != listed[name]),
        "missing": sorted(set(listed) - there), "added": sorted(there - set(listed)),
        "damaged": sorted(contents.damaged),
    }


def _link_against(manifest: Mapping[str, Any]) -> list[str]:
    """Compare what the link asks for with what the manifest says was asked."""
    parts = urlsplit(manifest["link"]) if manifest["link"].startswith("place?") else None
    if parts is None:
        return ["the link does not lead to the page of a place"]
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    view, notices = View.from_query(query)
    told = {"place": view.place, **view.options(), "edition": view.edition}
    said = {"place": manifest["place"]["code"], **manifest["view"], "edition": manifest["edition"]["id"]}
    apart = [f"the link says {name} {value}, the manifest {said[name]}" for name, value in told.items()
             if value != said[name]]
    return [*apart, *(f"the link cannot be followed: {notice}" for notice in notices)]


def _table_against(manifest: Mapping[str, Any], content: bytes | None) -> list[str]:
    """Compare the manifest's figures with the table of them, which has a checksum of its own."""
    if content is None:
        return [] if _FIGURES in manifest["files"] else [f"the manifest does not list {_FIGURES}"]
    rows = _rows(content)
    header = {name: index for index, name in enumerate(rows[0])} if rows else {}
    if not {"name", "value", "view", "edition"} <= set(header) or any(len(row) != len(rows[0]) for row in rows):
        return [f"{_FIGURES} is not a table of figures"]
    said = {row[header["name"]]: row[header["value"]] for row in rows[1:]}
    wanted = {"view": view_name(View(**manifest["view"])), "edition": manifest["edition"]["id"]}
    apart = [
        f"{name}: the manifest says {_spelled(value)}, {_FIGURES} says {said.get(name, 'nothing of it') or 'no figure'}"
        for name, value in manifest["figures"].items()
        if name not in said or not _same_cell("" if value is None else repr(value), said[name], _TINY)
    ]
    return [
        *apart, *(f"{name}: in {_FIGURES}, not in the manifest" for name in said if name not in manifest["figures"]),
        *(f"{_FIGURES} is of another {column} than the manifest says" for column, text in wanted.items()
          if {row[header[column]] for row in rows[1:]} != {text}),
    ]


def _rows(content: bytes) -> list[list[str]]:
    """Read a CSV; what is no text or no CSV has no rows."""
    try:
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        return []


def _recollect(manifest: Mapping[str, Any], edition: Edition) -> tuple[PlaceProfile | None, str]:
    """Work the pack's figures out again, or say why that cannot be."""
    try:
        return place_profile(edition, View(**manifest["view"], place=manifest["place"]["code"])), ""
    except PlaceError as error:
        return None, f"the place is not in edition {edition.id}: {error}"


def _compare_figures(said: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    changed = [
        {"name": name, "manifest": said.get(name), "edition": given.get(name)} for name in {**said, **given}
        if name not in said or name not in given or not _same(said[name], given[name])
    ]
    names = {row["name"] for row in changed}
    return {"checked": len(said), "same": sum(name not in names for name in said), "changed": changed}


def _same(one: float | None, other: float | None, tiny: float = _TINY) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=_TOLERANCE, abs_tol=tiny)


def _same_cell(one: str, other: str, tiny: float = _ROUNDED) -> bool:
    if one == other:
        return True
    try:
        return _same(float(one), float(other), tiny)
    except ValueError:
        return False


def _manifest_against(manifest: Mapping[str, Any], found: PlaceProfile) -> list[str]:
    """Compare what the manifest says of place, edition and sources with the edition's own word."""
    apart = [f"the manifest says {name} {manifest['place'][name]}, the edition {value}"
             for name, value in found.place.facts().items() if manifest["place"][name] != value]
    given = {"edition": found.edition.facts().as_json(), "sources": list(found.edition.manifest["sources"])}
    return apart + [f"the manifest's {what} are not those of edition {found.edition.id}"
                    for name, what in _FACTS.items() if manifest[name] != given[name]]


def _tables_against(intact: Mapping[str, bytes], listed: Collection[str], found: PlaceProfile) -> list[str]:
    """Compare every CSV whose checksum holds with the same table made again: a checksum can be made anew."""
    made = {f"tables/{stem}.csv": csv_bytes(table) for stem, table in pack_tables(found).items()}
    other = {name for name in set(made) & set(intact)
             if intact[name] != made[name] and not _same_rows(_rows(intact[name]), _rows(made[name]))}
    return [
        *(f"{name} is not what edition {found.edition.id} gives" for name in sorted(other)),
        *(f"{name} is not listed in the manifest" for name in sorted(set(made) - set(listed) - {_FIGURES})),
        *(f"{name} is no table of this pack" for name in sorted(set(intact) - set(made) - {MANIFEST})),
    ]


def _same_rows(one: list[list[str]], other: list[list[str]]) -> bool:
    return len(one) == len(other) and all(
        len(left) == len(right) and all(map(_same_cell, left, right)) for left, right in zip(one, other, strict=True))


def _spelled(value: float | None) -> str:
    return "no figure" if value is None else f"{value!r}"


def _some(lines: Collection[str]) -> list[str]:
    more = len(lines) - _MOST_NAMED
    return [*list(lines)[:_MOST_NAMED], *([f"and {more:,} more of the kind"] if more > 0 else [])]


def _lines(ok: bool, manifest: Mapping[str, Any], facts: Mapping[str, Any], problem: str) -> list[str]:
    files, figures = facts["files"], facts["figures"]
    made_with, here = facts["edition"]["made_with"], facts["edition"]["here"]
    place, view = manifest["place"], view_name(View(**manifest["view"]))
    verdict = "everything holds" if ok else "NOT everything holds"
    touched = {*files["changed"], *files["missing"], *files["damaged"]} & set(manifest["files"])
    untouched = f"{files['checked'] - len(touched):,} of {files['checked']:,}"
    lines = [
        f"{place['name'][:120]} ({place['code']}), {view}, edition {made_with}: {verdict}.",
        f"Files: {untouched} are as they were written.",
        *_some([f"{name}: changed, its checksum is not the manifest's" for name in files["changed"]]),
        *_some([f"{name}: damaged, it cannot be read" for name in files["damaged"]]),
        *_some([f"{name}: missing" for name in files["missing"]]),
        *_some([f"{name}: added, the manifest does not know it" for name in files["added"]]),
    ]
    if not figures["recomputed"]:
        lines.append(f"Figures: made with edition {made_with}, here is {here}: they cannot be recomputed with it.")
        lines.append(problem[0].upper() + problem[1:] if problem else
                     f"{figures['same']:,} of {figures['checked']:,} are the same in {here}.")
    else:
        lines.append(f"Figures: {figures['same']:,} of {figures['checked']:,} are what edition {here} gives.")
        lines += _some([
            f"{row['name']}: the manifest says {_spelled(row['manifest'])}, the edition {_spelled(row['edition'])}"
            for row in figures["changed"]])
    return [*lines, *_some(facts["contradictions"])]
