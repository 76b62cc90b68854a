"""The commands build and check."""

from argparse import Namespace

from geo.cli.options import print_answer, seen
from geo.core.choices import region_called
from geo.core.errors import EditionError, UnsoundEditionError
from geo.core.spread import spread_over
from geo.edition.build import build_edition
from geo.edition.lacks import lacks
from geo.edition.manifest import MANIFEST
from geo.edition.store import load_edition
from geo.figures.consistency import problems_of
from geo.words.build import about_build, checked, warnings_in
from geo.words.editions import not_here


def build(options: Namespace) -> None:
    """Read publishers' files and write an edition."""
    with spread_over(options.workers) as spread:
        manifest = build_edition(
            options.source, options.out, options.name or options.out.absolute().name,
            area=region_called(options.area).code, accept_partial=options.accept_partial, spread=spread)
    print_answer(
        options, manifest, f"{manifest['id']} is written to {options.out}", *about_build(manifest))


def check(options: Namespace) -> None:
    """Validate an edition."""
    try:
        edition = seen(options, load_edition(options.folder, verified=False))
    except EditionError as error:
        if (options.folder / MANIFEST).is_file():
            raise UnsoundEditionError(str(error)) from error
        raise
    problems = problems_of(edition)
    if problems:
        if options.json:
            print_answer(options, {"id": edition.id, "areas": len(edition.areas), "problems": problems})
        raise UnsoundEditionError(f"{options.folder}: {'; '.join(problems)}")
    answer = {"id": edition.id, "areas": len(edition.areas), "problems": [], "warnings": warnings_in(edition.manifest),
              "lacks": list(lacks(edition))}
    print_answer(options, answer, *checked(edition.manifest, len(edition.areas)),
                 *filter(None, [not_here(lacks(edition))]))
