"""Record every answer anew, when a change of figures or words is meant: `make golden`."""

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.golden.answers import pack_answers, page_answers, short_answers
from tests.golden.digest import digests

__all__ = ["DIGESTS", "WHOLE", "all_answers"]

HERE = Path(__file__).parent
DIGESTS = HERE / "digests.json"
WHOLE = HERE / "whole.json"
KEPT_WHOLE = (
    "show E12000009 0", "show E07000047 1", "show E06000053 3", "show E07000047+E07000046 2", "rail PNZ london",
    "rank authority premises_below 100", "search torbay",
)
"""Answers recorded whole, so that a difference can be read."""


def all_answers() -> Iterator[tuple[str, Any]]:
    """Every answer by its name."""
    with tempfile.TemporaryDirectory() as folder:
        yield from (*short_answers(), *pack_answers(Path(folder)), *page_answers())


def main(out: Path | None = None) -> None:
    """Write the digests and the whole answers; with a folder, every answer whole and as it is, to compare versions."""
    answers = dict(all_answers())
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        for name, answer in answers.items():
            text = json.dumps(answer, indent=1, ensure_ascii=False, sort_keys=True)
            (out / f"{name.replace('/', ' ')}.json").write_text(text, encoding="utf-8")
        return
    found = {name: digests(answer) for name, answer in answers.items()}
    DIGESTS.write_text(json.dumps(found, indent=0) + "\n", encoding="utf-8")
    whole = {name: answers[name] for name in KEPT_WHOLE}
    WHOLE.write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
