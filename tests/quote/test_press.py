"""Press texts by people who had not seen the code: what is wrong in them is found, and nothing in the right ones."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from geo.core.view import View
from geo.edition.store import STARTER, Edition, load_edition
from geo.quote.check import Finding, check

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
FILES = {path.stem: tomllib.loads(path.read_text(encoding="utf-8"))["text"]
         for path in sorted(HERE.glob("press_texts*.toml"))}
TEXTS: list[dict[str, Any]] = [text for texts in FILES.values() for text in texts]


@pytest.fixture(scope="module")
def edition() -> Edition:
    return load_edition(STARTER, geometry=False)


@pytest.mark.parametrize("texts", FILES.values(), ids=FILES)
def test_there_are_as_many_right_as_wrong(texts: list[dict[str, Any]]) -> None:
    kinds = [text["kind"] for text in texts]
    assert kinds.count("right") == kinds.count("wrong") == len(kinds) / 2


@pytest.mark.parametrize("text", TEXTS, ids=[text["id"] for text in TEXTS])
def test_what_is_wrong_is_found_and_nothing_else(edition: Edition, text: dict[str, Any]) -> None:
    findings = check(edition, View(), text["text"]).findings
    wrong = [finding.text.lower() for finding in findings if finding.mark == "not so"]
    expected = [row["said"].lower() for row in text.get("wrong", [])]
    missed = [said for said in expected if not any(said in found or found in said for found in wrong)]
    made_up = [found for found in wrong if not any(said in found or found in said for said in expected)]
    passed_over = [said for said in text.get("ours", ()) if not _looked_at(findings, text["text"], said)]
    assert (missed, made_up, passed_over) == ([], [], [])


def _looked_at(findings: tuple[Finding, ...], text: str, said: str) -> bool:
    """Tell whether a finding that is ours stands where something is said, or the first time that it is said."""
    start = text.index(said)
    return any((finding.start < start + len(said) and start < finding.end) or said in finding.text
               for finding in findings if finding.mark != "not ours")


def test_most_of_what_the_right_ones_say_is_ours_and_holds(edition: Edition) -> None:
    """So that nothing is right by not being looked at."""
    marks = [finding.mark for text in TEXTS if text["kind"] == "right"
             for finding in check(edition, View(), text["text"]).findings]
    assert marks.count("holds") > 0.75 * len(marks)
