"""The command line, `swathe COMMAND` or `python -m geo COMMAND`: tables for people, `--json` for programs.

Bad input gets one line.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from geo.core.measures import MEASURES
from geo.errors import PackError, SwatheError, ViewError
from geo.view import FIGURE_OPTIONS, View
from geo.vocabulary import ACCESS, CLOCKS, HUBS, KINDS, MINUTES, REGION, SPEEDS, WORK

__all__ = ["main"]

_HELP = {
    "speed": ("speed that cannot be had", SPEEDS), "hub": ("where the journey goes", HUBS),
    "clock": ("what is timed", CLOCKS), "work": ("capability table", WORK), "access": ("way to the station", ACCESS),
}

_PACK_TEXTS = {
    "title": "of the report (by default one that names the place)", "author": "organisation that puts its name to it",
    "note": "a word of the author's own, shown as such",
}


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Say what is wrong in one line."""
        self.exit(2, f"{self.prog}: {message}; see {self.prog} --help\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments
        Words after `swathe` or `python -m geo`; by default those of the process.

    Returns
    -------
    int
        Exit code: 0, or 2 after one line on standard error.
    """
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
        sys.stdout.flush()
    except (SwatheError, OSError) as error:
        if isinstance(error, BrokenPipeError):       # the reader, `head` for one, has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        print(f"{_program()} {options.command}: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    return 0


def _program() -> str:
    """Return what a user types to get here: the installed command, or the package run by Python."""
    return "swathe" if Path(sys.argv[0]).stem == "swathe" else "python -m geo"


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog=_program(), description="Swathe: who could work from home but can't, in South West England.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    build = _command(commands, "build", _build, "read publishers' files and write an edition")
    build.add_argument("--from", dest="source", type=Path, required=True, metavar="DIR", help="folder of their files")
    build.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the edition goes")
    build.add_argument("--name", help="first part of its id (by default the name of the folder)")

    show = _command(commands, "show", _show, "every figure for a place")
    show.add_argument("place", metavar="PLACE", help="code or name, or codes joined by +")
    _add_view(show)

    rank = _command(commands, "rank", _rank, "rank places, worst first")
    rank.add_argument("--by", required=True, metavar="KIND", help=" ".join(KINDS))
    rank.add_argument("--within", default=REGION, metavar="PLACE",
                      help="only places wholly inside this one (default: South West; all: neighbours too)")
    rank.add_argument("--measure", default="people_in_gap", metavar="MEASURE", help=" ".join(MEASURES))
    rank.add_argument("--per", help="count or rate (default: count, where there is one)")
    rank.add_argument("--top", default="10", metavar="N", help="how many; 0 is all (default: 10)")
    _add_view(rank)

    rail = _command(commands, "rail", _rail, "a station's journey to a hub")
    rail.add_argument("station", metavar="STATION", help="CRS code or name")
    rail.add_argument("--hub", default=View().hub, help=" ".join(HUBS))
    _add_edition(rail)

    pack = _command(commands, "pack", _pack, "an evidence pack, or a brief for every place of a kind")
    pack.add_argument("place", metavar="PLACE", nargs="?", help="code or name, or codes joined by +")
    pack.add_argument("--every", metavar="KIND", help=f"a brief of two pages for each: {' '.join(KINDS)}")
    pack.add_argument("--out", type=Path, required=True, metavar="PATH",
                      help="the file, or a folder (with --every always a folder)")
    for name in ("title", "author", "note"):
        pack.add_argument(f"--{name}", default="", metavar="TEXT", help=_PACK_TEXTS[name])
    _add_view(pack)

    verify = _command(commands, "verify", _verify, "check an evidence pack: every file, every figure")
    verify.add_argument("file", type=Path, metavar="FILE", help="the pack")
    verify.add_argument("--remake", action="store_true", help="make the pack again too, and compare it byte for byte")
    _add_edition(verify)

    check = _command(commands, "check", _check, "validate an edition")
    check.add_argument("folder", type=Path, metavar="DIR", help="the edition")
    return parser


def _command(commands: Any, name: str, run: Any, summary: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=summary, description=summary.capitalize() + ".")
    parser.set_defaults(run=run)
    parser.add_argument("--json", action="store_true", help="for programs: JSON alone on standard output")
    return parser


def _add_view(parser: argparse.ArgumentParser) -> None:
    usual = View()
    for name in FIGURE_OPTIONS:
        if name == "minutes":
            text = f"threshold, {MINUTES.start} to {MINUTES.stop - 1}"
        else:
            meaning, choices = _HELP[name]
            text = f"{meaning}: {' '.join(choices)}"
        parser.add_argument(f"--{name}", default=str(getattr(usual, name)), help=f"{text} (default: %(default)s)")
    _add_edition(parser)


def _add_edition(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--edition", type=Path, metavar="DIR", help="the edition (default: data/starter)")


def _view(options: argparse.Namespace) -> View:
    values = {name: getattr(options, name) for name in FIGURE_OPTIONS}
    values["minutes"] = _whole(options.minutes, "minutes")
    return View(**values)


def _whole(text: str, name: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise ViewError(f"{name} ‘{text[:40]}’, which is not a whole number, 0 or more")
    return int(text)


def _edition(options: argparse.Namespace) -> Any:
    from geo.edition import STARTER, load_edition  # noqa: PLC0415  (help and bad options answer without it)

    return load_edition(options.edition or STARTER, geometry=False)


def _print_json(answer: Any) -> None:
    print(json.dumps(answer, ensure_ascii=False, indent=1, allow_nan=False))


def _build(options: argparse.Namespace) -> None:
    from geo.build import build_edition  # noqa: PLC0415

    manifest = build_edition(options.source, options.out, options.name or options.out.absolute().name)
    if options.json:
        _print_json(manifest)
        return
    print(f"{manifest['id']} is written to {options.out}")
    print(f"broadband: {manifest['broadband_basis']}; rail: {manifest['rail_basis']}")
    for lack in manifest["missing"]:
        print(f"without {lack['title']}: {lack['without_it']}")


def _show(options: argparse.Namespace) -> None:
    from geo.figures.place import show  # noqa: PLC0415
    from geo.figures.place_json import place_json  # noqa: PLC0415
    from geo.text import show_text  # noqa: PLC0415
    from geo.words.notes import notes_in_words  # noqa: PLC0415

    view = _view(options)
    edition = _edition(options)
    place = edition.place(options.place)
    answer = show(edition, view.replace(place=place.code))
    if options.json:
        _print_json(place_json(answer, notes_in_words(answer)))
    else:
        print(show_text(answer))


def _rank(options: argparse.Namespace) -> None:
    from geo.figures.ranking import rank, rank_rows  # noqa: PLC0415
    from geo.text import rank_text  # noqa: PLC0415
    from geo.words.definitions import BEST_FIT, UNSURE_RANKS, label  # noqa: PLC0415

    view, top = _view(options), _whole(options.top, "top")
    edition = _edition(options)
    ranking = rank(edition, view, by=options.by, within=options.within, measure=options.measure, per=options.per)
    shown = ranking if top == 0 else ranking.head(top)
    if options.json:
        _print_json(rank_rows(shown, edition))
        return
    measure = MEASURES[options.measure]
    speed = SPEEDS[view.speed].label
    seen = f"{speed}; {HUBS[view.hub].label}, {view.minutes} minutes ({view.clock})" if measure.by_rail else speed
    heading = (
        f"{label(measure)} by {KINDS[options.by].label}, {len(shown):,} of {len(ranking):,}, worst first. {seen}. "
        f"Edition {edition.id} [broadband {edition.broadband_basis}, rail {edition.rail_basis}]"
    )
    print(rank_text(shown, options.measure, heading))
    if options.by == "constituency":
        print(BEST_FIT)
    print(UNSURE_RANKS)


def _rail(options: argparse.Namespace) -> None:
    from geo.board import journey  # noqa: PLC0415
    from geo.text import journey_text  # noqa: PLC0415

    answer = journey(_edition(options), options.station, View(hub=options.hub).hub)
    if options.json:
        _print_json(answer.as_json())
    else:
        print(journey_text(answer))


def _pack(options: argparse.Namespace) -> None:
    from geo.edition import STARTER, load_edition  # noqa: PLC0415
    from geo.pack.batch import make_every  # noqa: PLC0415
    from geo.pack.request import Request  # noqa: PLC0415

    if (options.place is None) == (options.every is None):
        raise PackError("name a PLACE, or --every KIND, and not both")
    request = Request(_view(options), options.title, options.author, options.note)
    folder = options.edition or STARTER
    if options.every:
        written = make_every(options.every, request, folder, options.out)
    else:
        written = [_pack_one(load_edition(folder), request, options.place, options.out)]
    if options.json:
        _print_json([str(path) for path in written])
    else:
        print(f"{len(written)} written to {options.out}" if options.every else f"{written[0]} is written")


def _pack_one(edition: Any, request: Any, place: str, out: Path) -> Path:
    from dataclasses import replace  # noqa: PLC0415

    from tqdm import tqdm  # noqa: PLC0415

    from geo.pack.file.archive import write_whole  # noqa: PLC0415
    from geo.pack.make import STEPS, make_pack  # noqa: PLC0415

    request = replace(request, view=request.view.replace(place=edition.place(place).code))
    with tqdm(total=len(STEPS), unit="step", disable=None) as bar:
        def on_step(step: str) -> None:
            bar.set_description(step)
            bar.update()

        name, content = make_pack(edition, request, on_step)
    path = out / name if out.is_dir() else out
    write_whole(path, content)
    return path


def _verify(options: argparse.Namespace) -> None:
    from geo.edition import STARTER, load_edition  # noqa: PLC0415
    from geo.pack.file.verify import verify  # noqa: PLC0415

    edition = load_edition(options.edition or STARTER)
    findings = verify(options.file, edition)
    if options.remake:
        from geo.pack.file.remake import remake  # noqa: PLC0415

        findings = remake(options.file, edition, findings)
    if options.json:
        _print_json(findings.as_dict())
    else:
        print("\n".join(findings.lines))
    if not findings.ok:
        raise PackError(findings.lines[0])


def _check(options: argparse.Namespace) -> None:
    from geo.edition import load_edition  # noqa: PLC0415
    from geo.errors import EditionError  # noqa: PLC0415
    from geo.integrity import problems_of  # noqa: PLC0415

    edition = load_edition(options.folder)
    problems = problems_of(edition)
    if problems:
        raise EditionError(f"{options.folder}: {'; '.join(problems)}")
    if options.json:
        _print_json({"id": edition.id, "areas": len(edition.areas), "problems": []})
    else:
        print(f"{edition.id}: {len(edition.areas):,} LSOAs, all as it should be")


if __name__ == "__main__":
    sys.exit(main())
