"""The command line, `swathe COMMAND` or `python -m geo COMMAND`: tables for people, `--json` for programs."""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module

from geo.cli.parser import make_parser, program
from geo.cli.stopping import Stopped, stopped_tidily
from geo.core.errors import CheckError, SwatheError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command, by default that of the process: exit code 0, or another after one line on standard error.

    1: something was checked, and does not hold; 2: it cannot be done as asked; 128 and the number of a
    signal: stopped by it.
    """
    options = make_parser().parse_args(arguments)
    try:
        with stopped_tidily():
            module, _, command = options.run.partition(".")
            getattr(import_module(f"geo.cli.{module}"), command)(options)     # help and bad options answer without it
            sys.stdout.flush()
    except (SwatheError, OSError) as error:
        if isinstance(error, BrokenPipeError):       # the reader, `head` for one, has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        _tell(options.command, str(error))
        return 1 if isinstance(error, CheckError) else 2
    except Stopped as stopped:
        with suppress(OSError):
            sys.stdout.flush()
        _tell(options.command, "stopped as asked; what was not finished was not written")
        # A library that was stopped in the middle of its work may not let the interpreter end.
        os._exit(stopped.exit_code)
    return 0


def _tell(command: str, words: str) -> None:
    line = "".join(letter if letter.isprintable() else "?" for letter in " ".join(words.split()))
    print(f"{program()} {command}: {line}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
