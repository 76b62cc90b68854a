"""The hardest check of a pack: make it again and compare it byte for byte, report and maps included."""

import hashlib
import io
import zipfile
from dataclasses import replace
from pathlib import Path

from geo.edition.store import Edition
from geo.pack.file.manifest import MANIFEST, request_of
from geo.pack.file.verify import Findings, alone, read_pack, with_line_ends
from geo.pack.make import make_pack


def remake(path: Path, edition: Edition, findings: Findings, earlier: Edition | None = None) -> Findings:
    """Make a pack again from what its manifest says was asked, and add to what `verify` found how the two differ.

    A checksum in the manifest can be made anew by whoever changes a file; the bytes of a pack made again cannot. The
    facts gain "remade": null for a pack of another edition, or of one compared with an edition that is not given, else
    checked and different.
    """
    made_with, since = findings.facts["edition"]["made_with"], findings.facts.get("against", {}).get("made_with", "")
    if made_with != edition.id:
        return _not_remade(findings, f"made with edition {made_with}, here is {edition.id}")
    if since == made_with:
        return _not_remade(findings, "compared with its own edition")
    compared = earlier if earlier is not None and earlier.id == since else None
    if since and compared is None:
        return _not_remade(findings, f"compared with edition {since}: give its folder with --against, or ask with "
                                     "--quick for what holds without it")
    read = read_pack(path)
    contents, asked = read.contents, read.manifest
    _, again = make_pack(edition, request_of(asked, edition), earlier=compared)
    with zipfile.ZipFile(io.BytesIO(again)) as pack:
        digests = {name: hashlib.sha256(pack.read(name)).hexdigest() for name in pack.namelist()}
    found = dict(contents.digests)
    if with_line_ends(contents.wanted[MANIFEST], digests[MANIFEST]) is not None:
        found[MANIFEST] = digests[MANIFEST]
    different = sorted({name for name, _ in digests.items() ^ found.items()})
    same = f"{len(digests.keys() - different):,} of {len(digests):,}"
    lines = [f"Made again: {same} files are the same, byte for byte.", *(
        f"{name}: not as this program makes it (changed, or made with other versions of Swathe or its libraries)"
        for name in different)]
    first, *rest, _ = findings.lines
    verdict = first.replace(": everything holds", ": NOT everything holds") if different else first
    facts = {**findings.facts, "remade": {"checked": len(digests), "different": different}, "by_checksum_alone": []}
    return replace(findings, ok=findings.ok and not different, facts=facts,
                   lines=[verdict, *rest, *lines, alone(facts)])


def _not_remade(findings: Findings, why: str) -> Findings:
    """Say why a pack cannot be made again: whether everything holds is then not known."""
    first, *rest = findings.lines
    lines = [first.replace(": everything holds", ": NOT everything can be checked"), *rest,
             f"Made again: not possible, the pack was {why}."]
    return replace(findings, ok=False, lines=lines, facts={**findings.facts, "remade": None})
