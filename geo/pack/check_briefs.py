"""Check a folder of briefs that somebody else may have changed: every file made again, or every figure worked out."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from geo.core.choices import KINDS
from geo.core.errors import PackError, SwatheError
from geo.core.locks import workplace
from geo.core.untrusted import printable
from geo.core.view import View
from geo.edition.store import Edition, load_edition
from geo.figures.profile import place_profile
from geo.pack.batch import make_every
from geo.pack.briefs import FORMAT, INDEX, VERSION
from geo.pack.file.manifest import ASKED_TEXTS, MANIFEST, read_json
from geo.pack.file.verify import Findings
from geo.pack.request import Request

_LARGEST_MANIFEST, _LARGEST_FILE, _MOST_FILES = 50_000_000, 20_000_000, 40_000
_STATES = {"changed": "not as the edition gives it", "missing": "missing", "added": "nothing that belongs to them"}


def holds_briefs(path: Path) -> bool:
    """Tell whether a folder has the manifest of briefs."""
    manifest = path / MANIFEST
    if not path.is_dir() or manifest.is_symlink() or not manifest.is_file():
        return False
    with manifest.open("rb") as file:
        return f'"format": "{FORMAT}"'.encode() in file.read(_LARGEST_MANIFEST)


def verify_briefs(folder: Path, edition_folder: Path, *, quick: bool) -> Findings:
    """Check a folder of briefs against an edition: make all of them again, or (quick) their figures alone.

    A PackError says why they cannot be checked.
    """
    edition = load_edition(edition_folder)
    manifest, digests = _read(folder)
    made_with, listed = manifest["edition"]["id"], manifest["files"]
    same = made_with == edition.id
    expected = {name: told["sha256"] for name, told in listed.items()}
    if same and not quick:
        expected = _made_again(manifest, edition_folder)
    files: dict[str, list[str]] = {
        "changed": sorted(name for name in expected if digests.get(name, expected[name]) != expected[name]),
        "missing": sorted(expected.keys() - digests.keys()),
        "added": sorted(digests.keys() - {*expected, INDEX, MANIFEST}),
    }
    wrong = _figures_against(manifest, edition) if same else []
    ok = same and not wrong and not any(files[state] for state in _STATES)
    said = "everything holds" if ok else "NOT everything holds"
    lines = [f"{len(listed):,} brief{'s' * (len(listed) != 1)}, edition {printable(made_with)}: {said}."]
    lines += [f"{name}: {meaning}" for state, meaning in _STATES.items() for name in files[state]]
    if not same:
        lines.append(f"Figures: made with {printable(made_with)}, here is {edition.id}: they cannot be recomputed.")
    elif quick:
        lines.append(f"Known by the sender’s own checksum alone: {len(listed):,} briefs; {INDEX} is not checked.")
    else:
        lines.append(f"Made again: all briefs, {INDEX}, {MANIFEST}. Nothing rests on the sender’s own checksum alone.")
    facts = {"edition": {"made_with": made_with, "here": edition.id}, "files": files, "checked": len(expected),
             "contradictions": wrong,
             "by_checksum_alone": sorted(listed) if quick or not same else []}
    return Findings(ok, [printable(line, 500) for line in [*lines, *wrong]], facts)


def _read(folder: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """Read the manifest, and the checksums of all files; links are not followed."""
    try:
        entries = sorted(folder.iterdir())
        files = [entry for entry in entries if entry.is_file() and not entry.is_symlink()]
        largest = max((file.stat().st_size for file in files if file.name != MANIFEST), default=0)
        if len(files) > _MOST_FILES or largest > _LARGEST_FILE:
            raise PackError(f"{folder} holds more than briefs can be")
        digests = {}
        for file in files:
            with file.open("rb") as content:
                digests[file.name] = hashlib.file_digest(content, "sha256").hexdigest()
        manifest = read_json((folder / MANIFEST).read_bytes())
    except OSError as error:
        raise PackError(f"{folder} cannot be read ({error.strerror}): copy it to where you may read it") from error
    if not _is_manifest(manifest):
        raise PackError(f"{MANIFEST} is not the manifest of briefs of version {VERSION}")
    return manifest, digests


def _is_manifest(found: Any) -> bool:
    """Whether every part is there and of the right kind."""
    try:
        told = found["files"].values()
        right = (found["format"] == FORMAT and found["version"] == VERSION and isinstance(found["edition"]["id"], str)
                 and found["request"]["kind"] in KINDS and isinstance(found["request"]["view"], dict))
        return right and all(isinstance(one["code"], str) and isinstance(one["sha256"], str)
                             and isinstance(one["figures"], dict) for one in told)
    except (AttributeError, KeyError, TypeError):
        return False


def _request(manifest: Mapping[str, Any]) -> Request:
    """Read what was asked of all briefs."""
    asked = manifest["request"]
    try:
        return Request(View(**asked["view"]), **{name: asked[name] for name in ASKED_TEXTS if name in asked})
    except (TypeError, SwatheError) as error:
        raise PackError(f"{MANIFEST} is damaged: {printable(error)}") from error


def _made_again(manifest: Mapping[str, Any], edition_folder: Path) -> dict[str, str]:
    """Make the briefs again, with index and manifest: their checksums."""
    with workplace() as folder:
        made = make_every(manifest["request"]["kind"], _request(manifest), edition_folder, folder)
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in made}


def _figures_against(manifest: Mapping[str, Any], edition: Edition) -> list[str]:
    """Compare the manifest's figures with the edition's own."""
    view, wrong = _request(manifest).view, []
    for name, told in manifest["files"].items():
        try:
            given = place_profile(edition, view.replace(place=told["code"])).headline_numbers
        except SwatheError as error:
            wrong.append(f"{name}: {error}")
            continue
        if given != told["figures"]:
            differ = sorted(key for key in {*given, *told["figures"]} if given.get(key) != told["figures"].get(key))
            wrong.append(f"{name}: the manifest’s {', '.join(differ[:3])} are not the edition’s")
    return wrong
