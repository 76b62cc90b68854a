"""Write docs/quotes.md from the tables that quotes are checked by: `python tools/quotes.py`."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from geo.words import quote  # noqa: E402

DOCUMENT = ROOT / "docs" / "quotes.md"


def quotes_text() -> str:
    """Write the document."""
    head, *rows = (quote.TOLERANCES_HEADER, *quote.tolerance_rows())
    table = [f"| {head[0]} | {head[1]} |", "| --- | --- |", *(f"| {said} | {allows} |" for said, allows in rows)]
    marks = [f"* **{mark}**: {meaning}" for mark, meaning in quote.MEANINGS.items()]
    return "\n".join([
        "# How quotes are checked", "", quote.INTRODUCTION, "", *marks, "",
        f"## {quote.HOW_CHECKED}", "", *table, "", "## What is read, and what is not", "",
        *(f"* {sentence}" for sentence in quote.HOW_READ), "",
        "Written by `tools/quotes.py` from `geo/words/quote.py` and `geo/quote/tolerances.py`.", ""])


if __name__ == "__main__":
    DOCUMENT.write_text(quotes_text(), encoding="utf-8")
