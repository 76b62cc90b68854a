"""Check a pack that somebody else may have changed: every checksum, and every figure worked out again."""

import csv
import hashlib
import io
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from geo.core.choices import REGION
from geo.core.errors import EditionError, PackError, PlaceError, ViewError
from geo.core.untrusted import printable
from geo.core.view import View
from geo.edition.store import Edition, load_edition
from geo.figures.profile import PlaceProfile, place_profile
from geo.pack.changed_tables import CHANGED_TABLES
from geo.pack.file.archive import Contents, read_files
from geo.pack.file.manifest import MANIFEST, place_asked, read_manifest, view_name
from geo.pack.file.readme import README
from geo.pack.tables import pack_tables
from geo.pack.tidy import csv_bytes

_FIGURES = "tables/figures.csv"
_CHANGED = frozenset(f"tables/{stem}.csv" for stem in CHANGED_TABLES)   # need the earlier edition
_TOLERANCE, _TINY = 1e-9, 1e-12
_ROUNDED = 2e-6         # tables hold six decimals: more than that apart is another figure
_MOST_NAMED, _MOST_LISTED = 200, 6
# What can be wrong with a file.
_STATES = {
    "changed": "changed, its checksum is not the manifest's", "damaged": "damaged, it cannot be read",
    "missing": "missing", "added": "added, the manifest does not know it",
}


@dataclass(frozen=True)
class Findings:
    """What a check found."""

    ok: bool
    """Whether every file is as it was written and every figure holds."""

    lines: list[str]
    """The same for people: the verdict first, then everything that is wrong, by name."""

    facts: Mapping[str, Any]
    """The same for programs: place, edition (made_with, here), against (made_with, here; where an earlier edition
    is asked for or given), files (checked, changed, missing, added, damaged), figures (recomputed, checked, same,
    changed), contradictions, as_found (folder, ignored, line_ends), by_checksum_alone."""

    def as_dict(self) -> dict[str, Any]:
        """Give it as plain JSON."""
        return {"ok": self.ok, **self.facts, "lines": list(self.lines)}


@dataclass(frozen=True)
class Read:
    """A pack that was read: what is in it, its manifest, and files that only had their line ends changed."""

    contents: Contents
    manifest: dict[str, Any]
    line_ends: list[str]


def read_pack(path: Path) -> Read:
    """Read the checksums of a pack, zipped or not, its texts and its manifest; a PackError says why it is no pack.

    Texts whose line ends alone were changed, as editors and transfers do, are read as they were.
    """
    contents = read_files(path, lambda name: name in {MANIFEST, README} or (
        name.startswith("tables/") and name.endswith(".csv")))
    if MANIFEST not in contents.wanted:
        state = "is damaged" if MANIFEST in contents.damaged else "is missing"
        raise PackError(f"{path} is no evidence pack that can be checked: its {MANIFEST} {state}")
    manifest = read_manifest(contents.wanted[MANIFEST])
    line_ends = []
    for name, content in list(contents.wanted.items()):
        as_it_was = with_line_ends(content, manifest["files"].get(name, ""))
        if as_it_was is not None:
            contents.wanted[name], contents.digests[name] = as_it_was, manifest["files"][name]
            line_ends.append(name)
    return Read(contents, manifest, sorted(line_ends))


def with_line_ends(content: bytes, digest: str) -> bytes | None:
    """Give a text the line ends with which it has a checksum; None where it has that already, or with none."""
    plain = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    tried = (content, plain, plain.replace(b"\n", b"\r\n"))
    right = next((text for text in tried if hashlib.sha256(text).hexdigest() == digest), None)
    return None if right == content else right


def verify(path: Path, edition: Edition | None = None, earlier: Edition | None = None) -> Findings:
    """Check a pack against its manifest, and its manifest against an edition with geometry (by default the embedded).

    Nothing is unpacked. The report, maps, workbook and GeoPackage are known by their checksums; the headline figures
    and every CSV are worked out again: what changed since an earlier edition where that is given, with geometry. What
    is no pack, or one that this version cannot read, raises a PackError.
    """
    read = read_pack(path)
    contents, manifest = read.contents, read.manifest
    here = load_edition() if edition is None else edition
    files = _compare_files(contents, manifest["files"])
    intact = {name: content for name, content in contents.wanted.items()
              if name.startswith("tables/") and manifest["files"].get(name) == contents.digests[name]}
    contradictions = [*_link_against(manifest), *_table_against(manifest, intact.get(_FIGURES)),
                      *_earlier_against(manifest)]
    same_edition, since = manifest["edition"]["id"] == here.id, manifest["view"].get("against", "")
    given_earlier = "" if earlier is None else earlier.id
    compared = earlier if given_earlier == since else None
    given, problem = {}, ""
    try:
        place = place_asked(manifest, here)
        asked = View(**manifest["view"], place=place.code)
        found = place_profile(here, asked) if compared is None else place_profile(here, asked, compared)
        given = found.headline_numbers
    except PlaceError as error:
        problem = f"the place is not in edition {here.id}: {error}"
        contradictions += [problem] * same_edition
    except (ViewError, EditionError) as error:
        problem = f"edition {here.id} gives no list of where first, or no what-if, on these terms: {error}"
        contradictions += [problem] * same_edition
    else:
        if same_edition:
            contradictions += [*_manifest_against(manifest, found), *_tables_against(intact, manifest["files"], found)]
    figures = _compare_figures(manifest["figures"], given)
    as_asked = same_edition and (not since or given_earlier in {"", since})
    ok = as_asked and not any((*(files[state] for state in _STATES), figures["changed"], contradictions))
    facts = {
        "place": manifest["place"]["code"], "edition": {"made_with": manifest["edition"]["id"], "here": here.id},
        **({"against": {"made_with": since, "here": given_earlier}} if since or given_earlier else {}),
        "files": files,
        "figures": {"recomputed": same_edition, **figures, "changed": figures["changed"] if same_edition else []},
        "contradictions": contradictions,
        "as_found": {"folder": contents.folder, "ignored": contents.ignored, "line_ends": read.line_ends},
        # What nothing here but the sender's own checksum speaks for, until the pack is made again.
        "by_checksum_alone": sorted(
            name for name in manifest["files"] if not (same_edition and _is_recomputed(name, compared))),
    }
    return Findings(ok, [printable(line, 500) for line in _lines(ok, manifest, facts, problem)], facts)


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
    page, _, query = manifest["link"].partition("?")
    if page != "place" or not query:
        return ["the link does not lead to the page of a place"]
    region = manifest["view"].get("region", REGION)
    view, notices = View.from_query(dict(parse_qsl(query, keep_blank_values=True)), region)
    asked = {"place": view.place, **view.pack_options(), "edition": view.edition}
    said = {"place": manifest["place"]["code"], **manifest["view"], "edition": manifest["edition"]["id"]}
    if "codes" in manifest["place"]:     # no link carries an own area
        said |= {"place": region}
        said.pop("name", None)
    return [*(f"the link says {name} {asked.get(name, 'nothing')}, the manifest {said.get(name, 'nothing')}"
              for name in {**asked, **said} if asked.get(name) != said.get(name)),
            *(f"the link cannot be followed: {notice}" for notice in notices)]


def _earlier_against(manifest: Mapping[str, Any]) -> list[str]:
    """Compare the edition that the view is compared with to what the manifest says of it."""
    asked, told = manifest["view"].get("against", "nothing"), manifest.get("against", {}).get("id", "nothing")
    own = manifest["edition"]["id"]
    return [*[f"the view is compared with {asked}, the manifest tells of {told}"] * (asked != told),
            *[f"the view is compared with its own edition {own}"] * (asked == own)]


def _table_against(manifest: Mapping[str, Any], content: bytes | None) -> list[str]:
    """Compare the manifest's figures with the table of them, which has a checksum of its own."""
    if content is None:
        return [] if _FIGURES in manifest["files"] else [f"the manifest does not list {_FIGURES}"]
    header, *body = _rows(content) or [[]]
    if not {"name", "value", "view", "edition"} <= {*header} or any(len(row) != len(header) for row in body):
        return [f"{_FIGURES} is not a table of figures"]
    rows = [dict(zip(header, row, strict=True)) for row in body]
    said = {row["name"]: row["value"] for row in rows}
    shown = {name: said.get(name, "nothing of it") or "no figure" for name in manifest["figures"]}
    wanted = {"view": view_name(View(**manifest["view"])), "edition": manifest["edition"]["id"]}
    return [
        *(f"{name}: the manifest says {_figure(value)}, {_FIGURES} says {shown[name]}"
          for name, value in manifest["figures"].items()
          if name not in said or not _same_cell("" if value is None else repr(value), said[name], _TINY)),
        *(f"{name}: in {_FIGURES}, not in the manifest" for name in said if name not in manifest["figures"]),
        *(f"{_FIGURES} is of another {column} than the manifest says" for column, text in wanted.items()
          if {row[column] for row in rows} != {text}),
    ]


def _rows(content: bytes) -> list[list[str]]:
    """Read a CSV; what is no text or no CSV has no rows."""
    try:
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        return []


def _compare_figures(said: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    changed = [
        {"name": name, "manifest": said.get(name), "edition": given.get(name)} for name in {**said, **given}
        if name not in said or name not in given or not _same(said[name], given[name])
    ]
    return {"checked": len(said), "same": len(said) - sum(row["name"] in said for row in changed), "changed": changed}


def _same(one: float | None, other: float | None, tiny: float = _TINY) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=_TOLERANCE, abs_tol=tiny)


def _same_cell(one: str, other: str, tiny: float = _ROUNDED) -> bool:
    try:
        return one == other or _same(float(one), float(other), tiny)
    except ValueError:
        return False


def _manifest_against(manifest: Mapping[str, Any], found: PlaceProfile) -> list[str]:
    """Compare what the manifest says of place, edition and sources with the edition's own word."""
    place, edition = manifest["place"], found.edition
    own = {"edition, its bases or vintages": (manifest["edition"], edition.facts().as_json()),
           "sources": (manifest["sources"], [dict(row) for row in edition.manifest["sources"]])}
    if found.earlier is not None:
        own["earlier edition, its bases or vintages"] = (manifest.get("against"), found.earlier.facts().as_json())
    return [*(f"the manifest says {name} {place[name]}, the edition {value}"
              for name, value in found.place.facts().items() if place[name] != value),
            *(f"the manifest's {what} are not those of edition {edition.id}"
              for what, (said, given) in own.items() if said != given)]


def _is_recomputed(name: str, earlier: Edition | None) -> bool:
    """Whether a file is worked out again: every CSV, but some only with the earlier edition."""
    return name.startswith("tables/") and name.endswith(".csv") and (earlier is not None or name not in _CHANGED)


def _tables_against(intact: Mapping[str, bytes], listed: Collection[str], found: PlaceProfile) -> list[str]:
    """Compare every CSV whose checksum holds with the same table made again: a checksum can be made anew.

    Of those that need an earlier edition which is not at hand, only that they are there.
    """
    made = {f"tables/{stem}.csv": csv_bytes(table) for stem, table in pack_tables(found).items()}
    compared = {name for name in made.keys() & intact.keys() if _is_recomputed(name, found.earlier)}
    other = {name for name in compared
             if intact[name] != made[name] and not _same_rows(_rows(intact[name]), _rows(made[name]))}
    return [
        *(f"{name} is not what edition {found.edition.id} gives" for name in sorted(other)),
        *(f"{name} is not listed in the manifest" for name in sorted(made.keys() - {*listed, _FIGURES})),
        *(f"{name} is no table of this pack" for name in sorted(intact.keys() - {*made, MANIFEST})),
    ]


def _same_rows(one: list[list[str]], other: list[list[str]]) -> bool:
    return len(one) == len(other) and all(
        len(left) == len(right) and all(map(_same_cell, left, right)) for left, right in zip(one, other, strict=True))


def _figure(value: float | None) -> str:
    return "no figure" if value is None else repr(value)


def _at_most(lines: Collection[str]) -> list[str]:
    more = len(lines) - _MOST_NAMED
    return [*list(lines)[:_MOST_NAMED], *([f"and {more:,} more of the kind"] if more > 0 else [])]


def _lines(ok: bool, manifest: Mapping[str, Any], facts: Mapping[str, Any], problem: str) -> list[str]:
    files, figures, place = facts["files"], facts["figures"], manifest["place"]
    made_with, here = facts["edition"]["made_with"], facts["edition"]["here"]
    touched = {*files["changed"], *files["missing"], *files["damaged"]} & set(manifest["files"])
    same = f"{figures['same']:,} of {figures['checked']:,} are"
    lines = [
        (f"{place['name'][:120]} ({place['code']}), {view_name(View(**manifest['view']))}, edition {made_with}: "
         f"{'everything holds' if ok else 'NOT everything holds'}."),
        f"Files: {files['checked'] - len(touched):,} of {files['checked']:,} are as they were written.",
    ]
    for state, meaning in _STATES.items():
        lines += _at_most([f"{name}: {meaning}" for name in files[state]])
    if figures["recomputed"]:
        lines += [f"Figures: {same} what edition {here} gives.", *_at_most([
            f"{row['name']}: the manifest says {_figure(row['manifest'])}, the edition {_figure(row['edition'])}"
            for row in figures["changed"]])]
    else:
        lines += [f"Figures: made with edition {made_with}, here is {here}: they cannot be recomputed with it.",
                  problem[:1].upper() + problem[1:] or f"{same} the same in {here}."]
    return [*lines, *_at_most(facts["contradictions"]), *_since(facts), *_as_found(facts["as_found"]), alone(facts)]


def _since(facts: Mapping[str, Any]) -> list[str]:
    """Say whether what changed since an earlier edition was worked out again."""
    against = facts.get("against")
    if against is None:
        return []
    made_with, here = against["made_with"], against["here"]
    if not made_with:
        return [f"What changed: the pack is compared with no other edition; {here} was not needed."]
    if here == made_with:
        return [f"What changed: compared with edition {made_with}, worked out again."]
    given = f"here is {here}" if here else "which is not here"
    return [f"What changed: compared with edition {made_with}, {given}; it cannot be worked out again without it.",
            "Give the folder of that edition with --against."]


def _as_found(told: Mapping[str, Any]) -> list[str]:
    """Say what differs from a pack as it was written, and changes nothing in it."""
    return [
        *([f"The pack lies in the folder {told['folder'][:120]}."] if told["folder"] else []),
        *_at_most([f"{name}: only its line ends were changed" for name in told["line_ends"]]),
        *_at_most([f"{name}: left there by a computer’s own system, ignored" for name in told["ignored"]]),
    ]


def alone(facts: Mapping[str, Any]) -> str:
    """Say which files only the sender's own checksum speaks for."""
    names = facts["by_checksum_alone"]
    more = len(names) - _MOST_LISTED
    listed = ", ".join(names[:_MOST_LISTED]) + (f" and {more} more" if more > 0 else "")
    return f"Known by the sender’s own checksum alone: {listed}." if names else (
        "Nothing rests on the sender’s own checksum alone.")
