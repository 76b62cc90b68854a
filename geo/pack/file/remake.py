"""The hardest check of a pack: make it again and compare it byte for byte, report and maps included."""

import hashlib
import io
import zipfile
from dataclasses import replace
from pathlib import Path

from geo.edition.store import Edition
from geo.pack.file.manifest import request_of
from geo.pack.file.verify import Findings, read_pack
from geo.pack.make import make_pack


def remake(path: Path, edition: Edition, findings: Findings) -> Findings:
    """Make a pack again from what its manifest says was asked, and add to what `verify` found how the two differ.

    A checksum in the manifest can be made anew by whoever changes a file; the bytes of a pack made again cannot. The
    facts gain "remade": null for a pack of another edition, else checked and different.
    """
    made_with = findings.facts["edition"]["made_with"]
    if made_with != edition.id:
        line = f"Made again: not possible, the pack was made with edition {made_with}, here is {edition.id}."
        return replace(findings, ok=False, lines=[*findings.lines, line], facts={**findings.facts, "remade": None})
    contents, asked = read_pack(path)
    _, again = make_pack(edition, request_of(asked, edition))
    with zipfile.ZipFile(io.BytesIO(again)) as pack:
        digests = {name: hashlib.sha256(pack.read(name)).hexdigest() for name in pack.namelist()}
    different = sorted({name for name, _ in digests.items() ^ contents.digests.items()})
    same = f"{len(digests.keys() - different):,} of {len(digests):,}"
    lines = [f"Made again: {same} files are the same, byte for byte.", *(
        f"{name}: not as this program makes it (changed, or made with other versions of Swathe or its libraries)"
        for name in different)]
    first, *rest = findings.lines
    verdict = first.replace(": everything holds", ": NOT everything holds") if different else first
    facts = {**findings.facts, "remade": {"checked": len(digests), "different": different}}
    return replace(findings, ok=findings.ok and not different, lines=[verdict, *rest, *lines], facts=facts)
