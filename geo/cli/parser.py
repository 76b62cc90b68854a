"""What may be asked on the command line, and the help of each command; answered without reading an edition."""

import argparse
import sys
from pathlib import Path
from typing import Any, NoReturn

from geo.core.choices import ACCESS, ALL_AUTHORITY_TYPES, CLOCKS, KINDS, MINUTES, REGION, REGIONS, SPEEDS, WORK
from geo.core.measures import MEASURES
from geo.core.priority_terms import LEAST, ORDERS
from geo.core.spread import MOST
from geo.core.view import BESIDE_AT_MOST, FIGURE_OPTIONS, MOST_MINUTES, View

_HELP = {
    "speed": ("broadband available", SPEEDS), "hub": ("where the journey goes", REGIONS[REGION].hubs),
    "clock": ("what is timed", CLOCKS), "work": ("capability table", WORK), "access": ("way to the station", ACCESS),
}

_PACK_TEXTS = {
    "title": "of the report (by default one that names the place)", "author": "organisation that puts its name to it",
    "note": "the author's note, shown as such", "contact": "whom to write to about the report",
}


_FETCH_ENDS = (
    "Proxy and certificates are those of the environment (HTTPS_PROXY, NO_PROXY, REQUESTS_CA_BUNDLE); the account with "
    "the Rail Delivery Group too (SWATHE_RAIL_USER, SWATHE_RAIL_PASSWORD). A file that has not changed is not fetched "
    "again, one that broke off is gone on with. Exit code 0: all that could be asked for is there; 1: something could "
    "not be had, which is said at the end with what it costs and how to get it by hand; 2: it cannot be done as asked.")

_UPDATE_ENDS = (
    "The edition is replaced at the last moment, whole. It is kept, with exit code 1, where the new one does not hold; "
    "and unless --accept is given, where people in the gap or premises below a speed moved in any authority by more "
    "than 15 %, or its median journey to a hub by more than 20 minutes, where a source is gone that it was made from, "
    "or where it would no longer be measured or rest on a timetable. What could not be fetched is said; the build goes "
    "by the files that are there. With --editions the new one is compared with the newest of the folder, all of which "
    "stay, and nothing is added where no figure is another.")

_SERVE_ENDS = (
    "The settings are those of the environment (README.md). A process that ends is started again. Each event is a line "
    "of JSON on standard error. It runs until it is stopped (Ctrl-C, SIGTERM), and leaves nothing behind.")

_SITE = "address of the app, such as https://swathe.example.org: links are whole, and have a code to scan"

_PACK_TERMS = {
    "order": f"with --first, by {' or '.join(ORDERS)}",
    "least": "with --first, premises to upgrade that a neighbourhood must have",
    "fair": "with --first, per cent of them at least in England's most deprived fifth",
    "every-authority": "with --first, premises at least in every authority",
}


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Say what is wrong in one line."""
        self.exit(2, f"{self.prog}: {message}; see {self.prog} --help\n")


def program() -> str:
    """Return what a user types to get here: the installed command, or the package run by Python."""
    return "swathe" if Path(sys.argv[0]).stem == "swathe" else "python -m geo"


def make_parser() -> argparse.ArgumentParser:
    """Describe every command; its `run` names the function of this folder that answers it."""
    parser = _Parser(prog=program(), description="Swathe: who could work from home but can't, in a region of England.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    build = _command(commands, "editions.build", "read publishers' files and write an edition")
    build.add_argument("--from", dest="source", type=Path, required=True, metavar="DIR", help="folder of their files")
    build.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the edition goes")
    build.add_argument("--name", help="first part of its id (by default the name of the folder)")
    _add_area(build)
    build.add_argument("--accept-partial", action="store_true",
                       help="use a slice of a timetable where there is no whole one")
    _add_workers(build)

    _add_fetch(commands)

    _add_answers(commands)

    quote = _command(commands, "quote.quote", "check the places, numbers and ranks of a text that somebody quotes")
    quote.add_argument("file", type=Path, nargs="?", metavar="FILE",
                       help="the text, in UTF-8 (default: standard input)")
    quote.add_argument("--also", type=Path, action="append", default=[], metavar="DIR",
                       help="another edition, in which what does not hold is looked for too")
    _add_view(quote)

    _add_pack(commands)

    sheet = _command(commands, "packs.sheet", "a sheet for a meeting, one side: claim, map, three questions")
    sheet.add_argument("place", metavar="PLACE", help="code or name, or codes joined by +")
    sheet.add_argument("--out", type=Path, required=True, metavar="PATH", help="the PDF file, or a folder")
    _add_texts(sheet)
    _add_view(sheet)

    verify = _command(commands, "packs.verify", "check an evidence pack: every file and figure, and all made again")
    verify.add_argument("file", type=Path, metavar="FILE|DIR",
                        help="the pack, the folder it was unpacked into, or a folder of briefs")
    verify.add_argument("--quick", action="store_true",
                        help="leave out making it again: report, maps, workbook and GeoPackage are then known by the "
                             "sender's own checksums alone")
    verify.add_argument("--against", type=Path, metavar="DIR",
                        help="the earlier edition, for a pack that says what changed since it")
    _add_edition(verify)

    check = _command(commands, "editions.check", "validate an edition")
    check.add_argument("folder", type=Path, metavar="DIR", help="the edition")

    _add_serve(commands)
    return parser


def _add_pack(commands: Any) -> None:
    """Describe the command that makes packs and briefs."""
    pack = _command(commands, "packs.pack", "an evidence pack, or a brief for every place of a kind")
    pack.add_argument("place", metavar="PLACE", nargs="?", help="code or name, or codes joined by +")
    pack.add_argument("--every", metavar="KIND", help=f"a brief of two pages for each: {' '.join(KINDS)}")
    pack.add_argument("--out", type=Path, required=True, metavar="PATH",
                      help="the file, or a folder (with --every always a folder)")
    _add_workers(pack, "with --every, ")
    pack.add_argument("--name", default="", metavar="TEXT", help="what you call several places joined by +")
    _add_texts(pack)
    _add_view(pack)
    pack.add_argument("--first", default="", metavar="STOP", help="a chapter of where first: halve, a number of "
                      "premises, or pounds in all and for each premises such as 5000000/2000")
    for name, text in _PACK_TERMS.items():
        option = name.partition("-")[0]
        pack.add_argument(f"--{name}", default=str(getattr(View(), option)), help=f"{text} (default: %(default)s)")

    pack.add_argument("--against", type=Path, metavar="DIR",
                      help="say what changed since an earlier edition, which is in this folder")
    _add_changes(pack.add_argument_group("a chapter of what if"))


def _add_serve(commands: Any) -> None:
    """Describe the command that serves the app; it answers nobody, and so not programs either."""
    summary = "the app, as one process or as several behind nginx"
    serve: argparse.ArgumentParser = commands.add_parser(
        "serve", help=summary, description=f"{summary.capitalize()}.", epilog=_SERVE_ENDS)
    serve.set_defaults(run="serve.serve")
    serve.add_argument("--workers", default="1", metavar="N", help="processes; more than one need nginx (default: 1)")
    serve.add_argument("--address", default="localhost", help="where to listen (default: this machine alone)")
    serve.add_argument("--port", default="8501", help="(default: %(default)s)")


def _add_fetch(commands: Any) -> None:
    """Describe the commands that ask publishers for their files; no other does."""
    fetch = _command(commands, "fetch.fetch", "fetch publishers' files, by the addresses in data/sources.toml")
    fetch.epilog = _FETCH_ENDS
    _add_wanted(fetch)
    fetch.add_argument("--dry-run", action="store_true", help="only say what would be fetched, and from where")

    update = _command(commands, "update.update", "fetch, build, check, compare, and replace an edition")
    update.epilog = _UPDATE_ENDS
    _add_wanted(update)
    update.add_argument("--edition", type=Path, metavar="DIR", help="the edition (default: that of SWATHE_EDITION)")
    update.add_argument("--editions", type=Path, metavar="DIR",
                        help="replace none: add a new edition to this folder of them, in a folder named after the day")
    update.add_argument("--name", help="first part of its id (by default the name of the folder)")
    _add_area(update)
    update.add_argument("--accept", action="store_true", help="replace it, however far its figures moved")
    update.add_argument("--accept-partial", action="store_true", help="as for build")
    _add_workers(update)


def _add_area(parser: argparse.ArgumentParser) -> None:
    """Describe which region an edition is of."""
    parser.add_argument("--area", default=REGIONS[REGION].name, metavar="NAME",
                        help="region, by name or code, or England (default: %(default)s)")


def _add_workers(parser: argparse.ArgumentParser, where: str = "") -> None:
    """Describe who does the work."""
    parser.add_argument("--workers", metavar="N|ADDRESS", help=(
        f"{where}spread the work over N processes of this machine (1 to {MOST}), or over the workers of a Dask "
        "scheduler, such as tcp://host:8786 (docs/scale.md)"))


def _add_wanted(parser: argparse.ArgumentParser) -> None:
    """Describe what is fetched, from where, and where it goes."""
    parser.add_argument("sources", metavar="SOURCE", nargs="*",
                        help="ids of data/sources.toml, or patterns such as 'census-*' (default: all)")
    parser.add_argument("--only", action="append", default=[], metavar="SOURCE,…", help="the same, as one list")
    parser.add_argument("--into", type=Path, required=True, metavar="DIR", help="folder that the files go to")
    parser.add_argument("--address", action="append", default=[], metavar="SOURCE=URL",
                        help="another address of a source's file, such as a new release's; may be given again")
    parser.add_argument("--from-mirror", default="", metavar="URL",
                        help="take all files by their names from here: a folder that geo fetch filled, on a web server")
    parser.add_argument("--timeout", default="30", metavar="SECONDS",
                        help="wait so long for an answer, and for the next bytes (default: %(default)s)")


def _add_texts(parser: argparse.ArgumentParser) -> None:
    """Describe what an author may say, and where the link leads."""
    for name, text in _PACK_TEXTS.items():
        parser.add_argument(f"--{name}", default="", metavar="TEXT", help=text)
    parser.add_argument("--date", default="", metavar="YYYY-MM-DD",
                        help="of the report (default: the day that the edition was built)")
    parser.add_argument("--site", default="", metavar="URL", help=_SITE)


def _add_answers(commands: Any) -> None:
    """Describe the commands that answer with figures."""
    show = _command(commands, "answers.show", "every figure for a place")
    show.add_argument("place", metavar="PLACE", help="code or name, or codes joined by +")
    _add_view(show)

    rank = _command(commands, "answers.rank", "rank places, worst first")
    rank.add_argument("--by", required=True, metavar="KIND", help=" ".join(KINDS))
    rank.add_argument("--within", metavar="PLACE",
                      help="only places wholly inside this one (default: the edition's region; all: neighbours too)")
    rank.add_argument("--measure", default="people_in_gap", metavar="MEASURE", help=" ".join(MEASURES))
    rank.add_argument("--per", help="count or rate (default: count, where there is one)")
    rank.add_argument("--like", default="all", choices=["all", *ALL_AUTHORITY_TYPES],
                      help="only authorities of one type: like with like (default: %(default)s)")
    rank.add_argument("--top", default="10", metavar="N", help="how many; 0 is all (default: 10)")
    _add_view(rank)

    search = _command(commands, "answers.search", "places by name, town or village, postcode, MP or former district")
    search.add_argument("text", metavar="TEXT", help="what to look for")
    _add_edition(search)

    places = _command(commands, "answers.places", "all places of a kind, by name")
    places.add_argument("--kind", required=True, metavar="KIND", help=" ".join(KINDS))
    places.add_argument("--within", metavar="PLACE",
                        help="only places wholly inside this one (default: the edition's region; all: neighbours too)")
    _add_edition(places)

    like = _command(commands, "answers.like", "the places most like one, and their people in the gap")
    like.add_argument("place", metavar="PLACE", help="code or name")
    like.add_argument("--top", default=str(BESIDE_AT_MOST), metavar="N",
                      help="how many; 0 is all (default: %(default)s)")
    _add_view(like)

    diff = _command(commands, "diff.diff", "what changed between two editions, place by place, and from what")
    diff.add_argument("before", type=Path, metavar="A", help="folder of the earlier edition")
    diff.add_argument("after", type=Path, metavar="B", help="folder of the later edition")
    diff.add_argument("--by", default="authority", metavar="KIND", help=f"{' '.join(KINDS)} (default: %(default)s)")
    _add_options(diff)

    _add_first(commands)

    _add_what_if(commands)

    robust = _command(commands, "answers.robust", "in how many views the claims about a place hold")
    robust.add_argument("place", metavar="PLACE", help="code or name, or codes joined by +")
    _add_view(robust)

    rail = _command(commands, "answers.rail", "a station's journey to a hub")
    rail.add_argument("station", metavar="STATION", help="CRS code or name")
    rail.add_argument("--hub", default=View().hub, help="one that the edition has, " + " ".join(REGIONS[REGION].hubs))
    _add_edition(rail)


def _add_what_if(commands: Any) -> None:
    """Describe what-if."""
    changed = _command(commands, "whatif.whatif", "what if: lines upgraded, journeys changed, before and after")
    changed.add_argument("place", metavar="PLACE", nargs="?",
                         help="code or name, or codes joined by + (default: the edition's region)")
    _add_changes(changed)
    _add_view(changed)


def _add_changes(changed: argparse._ActionsContainer) -> None:
    """Describe what a what-if may change."""
    changed.add_argument("--upgrade", metavar="PLACE", help="places whose lines are upgraded, joined by +")
    changed.add_argument("--to", metavar="SPEED", choices=list(SPEEDS),
                         help=f"what they are upgraded to: {' '.join(SPEEDS)} (default: that of --speed)")
    changed.add_argument("--rail-minutes", default="0", metavar="N",
                         help=f"minutes that journeys to the hub take longer, from -{MOST_MINUTES} to {MOST_MINUTES}")
    where = changed.add_mutually_exclusive_group()
    where.add_argument("--stations", default="", metavar="CRS,…", help="only journeys from these stations")
    where.add_argument("--line", default="", metavar="NAME", help="only journeys from stations of this line")
    changed.add_argument("--close", default="", metavar="CRS-CRS", help="close the line between two stations")
    changed.add_argument("--add", default="", metavar="TRAINS", help=(
        "add trains, such as EXD,TAU,PAD@06:00-09:00/60:25,95: the calls, first and last start, minutes between two "
        "trains, minutes from call to call"))


def _add_first(commands: Any) -> None:
    """Describe where first."""
    first = _command(commands, "first.first", "where first: neighbourhoods to upgrade")
    first.add_argument("--within", metavar="PLACE",
                       help="code or name (default: the edition's region)")
    stop = first.add_mutually_exclusive_group()
    stop.add_argument("--premises", metavar="N", help="upgrade at most so many")
    stop.add_argument("--halve", action="store_true", help="stop where half of the people in the gap are out of it")
    stop.add_argument("--budget", metavar="POUNDS", help="spend at most this; with --cost-per-premises")
    first.add_argument("--cost-per-premises", metavar="POUNDS", help="what you reckon; there is none built in")
    first.add_argument("--by", default=ORDERS[0], choices=ORDERS,
                       help="most people first, or most people for each premises (default: %(default)s)")
    first.add_argument("--least", default=str(LEAST), metavar="N",
                       help="premises to upgrade that a neighbourhood must have (default: %(default)s)")
    first.add_argument("--fair-share", default="0", metavar="SHARE",
                       help="least share of them in England's most deprived fifth, 0 to 1 (default: %(default)s)")
    first.add_argument("--every-authority", default="0", metavar="N",
                       help="at least so many premises in every authority (default: %(default)s)")
    _add_view(first, "--to", "--speed")


def _command(commands: Any, run: str, summary: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        run.partition(".")[2], help=summary, description=summary.capitalize() + ".")
    parser.set_defaults(run=run)
    parser.add_argument("--json", action="store_true", help="for programs: JSON alone on standard output")
    return parser


def _add_view(parser: argparse.ArgumentParser, *speed: str) -> None:
    """Describe the options of a view, and the edition that it is of; the speed's may go by other names."""
    _add_options(parser, *speed)
    _add_edition(parser)


def _add_options(parser: argparse.ArgumentParser, *speed: str) -> None:
    """Describe the options of a view."""
    usual = View()
    for name in FIGURE_OPTIONS:
        if name == "minutes":
            text = f"threshold, {MINUTES.start} to {MINUTES.stop - 1}"
        else:
            meaning, choices = _HELP[name]
            text = f"{meaning}: {' '.join(choices)}"
        called = speed if speed and name == "speed" else (f"--{name}",)
        parser.add_argument(*called, dest=name, default=str(getattr(usual, name)),
                            help=f"{text} (default: %(default)s)")


def _add_edition(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--edition", type=Path, metavar="DIR", help="the edition (default: data/starter)")
