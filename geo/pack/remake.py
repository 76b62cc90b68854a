"""The hardest check of a pack: make it again and compare it byte for byte, report and maps included."""

import hashlib
import io
import zipfile
from dataclasses import replace
from pathlib import Path

from geo.edition import Edition
from geo.errors import PackError
from geo.pack.archive import read_zip
from geo.pack.make import make_pack
from geo.pack.manifest import MANIFEST, read_manifest
from geo.pack.request import Request
from geo.pack.verify import Report
from geo.view import View

__all__ = ["remake"]


def remake(path: Path, edition: Edition, report: Report) -> Report:
    """Make a pack again from what its manifest says was asked, and compare the two.

    A checksum in the manifest can be made anew by whoever changes a file; the bytes of a pack made again cannot.

    Parameters
    ----------
    path
        The ZIP; hostile until checked.
    edition
        To make it from, with geometry.
    report
        As `geo.pack.verify.verify` gives it for the same two.

    Returns
    -------
    Report
        The same with what differs added, file by file: in `facts` as "remade" (null for a pack of another edition, else
        checked and different).

    Raises
    ------
    PackError
        When it is no pack, or cannot be made again.
    """
    made_with = report.facts["edition"]["made_with"]
    if made_with != edition.id:
        line = f"Made again: not possible, the pack was made with edition {made_with}, here is {edition.id}."
        return replace(report, ok=False, lines=[*report.lines, line], facts={**report.facts, "remade": None})
    contents = read_zip(path, lambda name: name == MANIFEST)
    if MANIFEST not in contents.kept:
        raise PackError(f"{path} is no evidence pack that can be made again: it has no {MANIFEST}")
    asked = read_manifest(contents.kept[MANIFEST])
    view = View(**asked["view"]).replace(place=asked["place"]["code"])
    _, again = make_pack(edition, Request(view, asked["title"], asked["author"], asked["note"]))
    with zipfile.ZipFile(io.BytesIO(again)) as pack:
        digests = {name: hashlib.sha256(pack.read(name)).hexdigest() for name in pack.namelist()}
    there = contents.digests
    different = sorted(name for name in {**digests, **there} if digests.get(name) != there.get(name))
    same = f"{len(digests) - len(set(different) & set(digests)):,} of {len(digests):,}"
    lines = [f"Made again: {same} files are the same, byte for byte.", *(
        f"{name}: not as this program makes it (changed, or made with other versions of Swathe or its libraries)"
        for name in different)]
    facts = {**report.facts, "remade": {"checked": len(digests), "different": different}}
    first, *rest = report.lines
    verdict = first.replace(": everything holds", ": NOT everything holds") if different else first
    return replace(report, ok=report.ok and not different, lines=[verdict, *rest, *lines], facts=facts)
