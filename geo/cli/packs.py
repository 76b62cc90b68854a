"""The commands pack, sheet and verify."""

from argparse import Namespace
from dataclasses import replace
from pathlib import Path

from tqdm import tqdm

from geo.cli.options import edition_of, print_answer, view_of, whole, with_changes
from geo.core.errors import CheckError, PackError
from geo.core.spread import spread_over
from geo.edition.store import STARTER, Edition, load_edition
from geo.pack.batch import make_every
from geo.pack.check_briefs import holds_briefs, verify_briefs
from geo.pack.file import verify as checks
from geo.pack.file.archive import write_whole
from geo.pack.file.manifest import ASKED_TEXTS
from geo.pack.file.remake import remake
from geo.pack.make import STEPS, make_pack
from geo.pack.request import Request
from geo.pack.sheet import make_sheet

CHANGES = ("upgrade", "to", "stations", "line", "close", "add")
"""What a what-if changes besides minutes, as the command line calls it."""


def pack(options: Namespace) -> None:
    """Make an evidence pack, or a brief for every place of a kind."""
    if (options.place is None) == (options.every is None):
        raise PackError("name a PLACE, or --every KIND, and not both")
    if options.every and options.name:
        raise PackError("--name names one place: leave it out, or --every")
    if options.every and options.first:
        raise PackError("a brief has no chapter of where first: leave --first out, or name a PLACE")
    if options.every and options.against:
        raise PackError("a brief has no chapter of what changed: leave --against out, or name a PLACE")
    if options.workers and not options.every:
        raise PackError("--workers makes briefs: leave it out, or give --every KIND")
    edition = edition_of(options, geometry=not options.every)
    view = view_of(options, edition).replace(
        first=options.first, order=options.order, least=whole(options.least, "least"),
        fair=whole(options.fair, "fair"), every=whole(options.every_authority, "every-authority"))
    request = Request(view, **{name: getattr(options, name) for name in ASKED_TEXTS})
    if options.every:
        if any(getattr(options, name) for name in CHANGES) or options.rail_minutes != "0":
            raise PackError("a brief has no chapter of what if: leave its changes out, or name a PLACE")
        with spread_over(options.workers) as spread:
            written = make_every(options.every, request, options.edition or STARTER, options.out, spread)
        said = f"{len(written)} written to {options.out}"
    else:
        earlier = _earlier(options)
        changed = with_changes(view, options, edition).replace(against="" if earlier is None else earlier.id)
        written = [_pack_one(edition, replace(request, view=changed), options, earlier)]
        said = f"{written[0]} is written"
    print_answer(options, [str(path) for path in written], said)


def _earlier(options: Namespace) -> Edition | None:
    """Load the earlier edition that was named."""
    return None if options.against is None else load_edition(options.against)


def _pack_one(edition: Edition, request: Request, options: Namespace, earlier: Edition | None) -> Path:
    found, name, out = edition.place(options.place), options.name, options.out
    if name and not found.parts:
        raise PackError(f"--name names several places together; {found.name} has a name")
    request = replace(request, view=request.view.replace(place=found.code, name=name))
    with tqdm(total=len(STEPS), unit="step", disable=None) as bar:
        def on_step(step: str) -> None:
            bar.set_description(step)
            bar.update()

        name, content = make_pack(edition, request, on_step, earlier)
    path: Path = out / name if out.is_dir() else out
    write_whole(path, content)
    return path


def sheet(options: Namespace) -> None:
    """Make a sheet for a meeting."""
    edition = edition_of(options, geometry=True)
    view = view_of(options, edition).replace(place=edition.place(options.place).code)
    name, content = make_sheet(edition, Request(view, **{name: getattr(options, name) for name in ASKED_TEXTS}))
    path = options.out / name if options.out.is_dir() else options.out
    write_whole(path, content)
    print_answer(options, [str(path)], f"{path} is written")


def verify(options: Namespace) -> None:
    """Check a pack, or a folder of briefs: every file, every figure, and all of it made again."""
    if holds_briefs(options.file):
        if options.against:
            raise PackError("briefs say nothing of an earlier edition: leave --against out")
        findings = verify_briefs(options.file, options.edition or STARTER, quick=options.quick)
    else:
        edition, earlier = edition_of(options, geometry=True), _earlier(options)
        findings = checks.verify(options.file, edition, earlier)
        if not options.quick:
            findings = remake(options.file, edition, findings, earlier)
    print_answer(options, findings.as_dict(), *findings.lines)
    if not findings.ok:
        raise CheckError(findings.lines[0])
