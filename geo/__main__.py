"""The command line, `swathe COMMAND` or `python -m geo COMMAND`: tables for people, `--json` for programs."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module

from geo.cli.parser import make_parser, program
from geo.core.errors import SwatheError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command, by default that of the process: exit code 0, or 2 after one line on standard error."""
    options = make_parser().parse_args(arguments)
    try:
        module, _, command = options.run.partition(".")
        getattr(import_module(f"geo.cli.{module}"), command)(options)     # help and bad options answer without it
        sys.stdout.flush()
    except (SwatheError, OSError) as error:
        if isinstance(error, BrokenPipeError):       # the reader, `head` for one, has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        print(f"{program()} {options.command}: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
