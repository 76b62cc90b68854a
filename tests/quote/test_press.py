"""Press texts by somebody who had not seen the code: what is wrong in twenty is found, nothing in twenty right ones."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from geo.core.view import View
from geo.edition.store import STARTER, Edition, load_edition
from geo.quote.check import check

TEXTS: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "press_texts.toml").read_text(encoding="utf-8"))["text"]


@pytest.fixture(scope="module")
def edition() -> Edition:
    return load_edition(STARTER, geometry=False)


def test_there_are_twenty_of_each() -> None:
    kinds = [text["kind"] for text in TEXTS]
    assert (kinds.count("right"), kinds.count("wrong")) == (20, 20)


@pytest.mark.parametrize("text", TEXTS, ids=[text["id"] for text in TEXTS])
def test_what_is_wrong_is_found_and_nothing_else(edition: Edition, text: dict[str, Any]) -> None:
    findings = check(edition, View(), text["text"]).findings
    wrong = [finding.text.lower() for finding in findings if finding.mark == "not so"]
    expected = [row["said"].lower() for row in text.get("wrong", [])]
    missed = [said for said in expected if not any(said in found or found in said for found in wrong)]
    made_up = [found for found in wrong if not any(said in found or found in said for said in expected)]
    assert (missed, made_up) == ([], [])


def test_most_of_what_the_right_ones_say_is_ours_and_holds(edition: Edition) -> None:
    """So that nothing is right by not being looked at."""
    marks = [finding.mark for text in TEXTS if text["kind"] == "right"
             for finding in check(edition, View(), text["text"]).findings]
    assert marks.count("holds") > 0.75 * len(marks)
