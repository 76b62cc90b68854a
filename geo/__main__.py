"""The command line, `swathe COMMAND` or `python -m geo COMMAND`: tables for people, `--json` for programs."""

import logging
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper

from geo.cli.parser import make_parser, program
from geo.cli.stopping import Stopped, stopped_tidily
from geo.core.errors import CheckError, SwatheError
from geo.core.shortage import MEMORY, no_room, shortage, too_little

HEAVY = ("build", "update", "pack", "sheet", "verify")
"""Commands whose libraries may end the process without a word when memory is short."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command, by default that of the process: exit code 0, or another after one line on standard error.

    1: something was checked, and does not hold; 2: it cannot be done as asked; 128 and the number of a
    signal: stopped by it.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):     # the same bytes, whatever the machine's language
            stream.reconfigure(encoding="utf-8")
    options = make_parser().parse_args(arguments)
    if options.command in HEAVY and too_little():
        _tell(options.command, MEMORY)
        return 2
    logging.getLogger("matplotlib").setLevel(logging.ERROR)     # it warns where there is no home to keep its fonts in
    try:
        with stopped_tidily():
            module, _, command = options.run.partition(".")
            getattr(import_module(f"geo.cli.{module}"), command)(options)     # help and bad options answer without it
            if sys.stdout:      # which a shell can shut
                sys.stdout.flush()
    except Exception as error:
        lacking = shortage(error)
        if not lacking and not isinstance(error, SwatheError | OSError):
            raise
        _print_no_more()
        if isinstance(error, BrokenPipeError):       # the reader, `head` for one, has seen enough
            return 0
        _tell(options.command, lacking or no_room(error) or str(error))
        return 1 if isinstance(error, CheckError) and not lacking else 2
    except Stopped as stopped:
        _print_no_more()
        _tell(options.command, "stopped as asked; what was not finished was not written")
        # A library that was stopped in the middle of its work may not let the interpreter end.
        os._exit(stopped.exit_code)
    return 0


def _print_no_more() -> None:
    """Print what can still be printed, and nothing at the end: where the disk is full, that would fail once more."""
    try:
        if sys.stdout:
            sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _tell(command: str, words: str) -> None:
    line = "".join(letter if letter.isprintable() else "?" for letter in " ".join(words.split()))
    print(f"{program()} {command}: {line}", file=sys.stderr)


if __name__ == "__main__":
    code = main()
    if code == 2:     # a library that got too little of the machine may abort while the interpreter ends
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)
