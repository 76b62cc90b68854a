"""The commands build and check."""

from argparse import Namespace

from geo.cli.options import print_answer
from geo.core.errors import EditionError
from geo.edition.build import build_edition
from geo.edition.store import load_edition
from geo.figures.consistency import problems_of


def build(options: Namespace) -> None:
    """Read publishers' files and write an edition."""
    manifest = build_edition(
        options.source, options.out, options.name or options.out.absolute().name, accept_partial=options.accept_partial)
    print_answer(
        options, manifest, f"{manifest['id']} is written to {options.out}",
        f"broadband: {manifest['broadband_basis']}; rail: {manifest['rail_basis']}",
        *(f"not used: {feed}" for row in manifest["sources"] for feed in row.get("not_used", [])),
        *(f"without {lack['title']}: {lack['without_it']}" for lack in manifest["missing"]))


def check(options: Namespace) -> None:
    """Validate an edition."""
    edition = load_edition(options.folder)
    problems = problems_of(edition)
    if problems:
        raise EditionError(f"{options.folder}: {'; '.join(problems)}")
    print_answer(options, {"id": edition.id, "areas": len(edition.areas), "problems": []},
                 f"{edition.id}: {len(edition.areas):,} LSOAs, all as it should be")
