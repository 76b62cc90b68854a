"""The command quote."""

import sys
from argparse import Namespace
from pathlib import Path

from geo.cli.options import edition_of, print_answer, seen, view_of
from geo.core.errors import CheckError, QuoteError
from geo.edition.store import load_edition
from geo.quote.check import LONGEST, check
from geo.words.quote import finding_rows, lines, numbered, place_rows, summary


def quote(options: Namespace) -> None:
    """Check the places, numbers and ranks of a text."""
    text, edition = _read(options.file), edition_of(options)
    view = view_of(options, edition)
    others = [load_edition(folder, geometry=False) for folder in options.also]
    seen(options, *others, edition)
    checked = check(edition, view, text, others)
    answer = {"edition": edition.id, "view": view.options(), "summary": summary(checked),
              "places": place_rows(edition, checked), "findings": finding_rows(edition, checked)}
    print_answer(options, answer, numbered(checked).strip(), "", *lines(edition, checked), summary(checked))
    if not checked.holds:
        raise CheckError(summary(checked))


def _read(file: Path | None) -> str:
    """Read a text from a file or from standard input, no more of it than is checked."""
    try:
        with sys.stdin.buffer if file is None else file.open("rb") as source:
            content = source.read(4 * LONGEST + 1)
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise QuoteError("the text is not UTF-8: save it as plain text in UTF-8") from error
    except OSError as error:
        raise QuoteError(f"{file} cannot be read ({error.strerror}): name a file of plain text") from error
    if len(text) > LONGEST or len(content) > 4 * LONGEST:
        raise QuoteError(f"the text is longer than {LONGEST:,} letters: check it in parts")
    if not text.strip():
        raise QuoteError("there is no text: name a file, or send the text to standard input")
    return text
