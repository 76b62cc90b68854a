"""What the program answers is what it answered before: figures to 1e-9, texts to the letter."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.golden.answers import pack_answers, page_answers, short_answers
from tests.golden.digest import digests, leaves
from tests.golden.record import DIGESTS, WHOLE

pytestmark = pytest.mark.slow

RECORDED: dict[str, list[str]] = json.loads(DIGESTS.read_text(encoding="utf-8"))
AGAIN = "run `make golden` if the change is meant, and say in the commit what differs"


def differing(answers: Iterable[tuple[str, Any]], *prefixes: str) -> list[str]:
    """Names of the answers that are not as recorded, or not there."""
    found = {name: digests(answer) for name, answer in answers}
    wanted = {name: both for name, both in RECORDED.items() if name.startswith(prefixes)}
    assert wanted
    return [name for name in {**wanted, **found} if not (
        name in wanted and name in found and any(map(str.__eq__, wanted[name], found[name])))]


def test_commands_answer_as_before() -> None:
    answers = dict(short_answers())
    whole = json.loads(WHOLE.read_text(encoding="utf-8"))
    for name in whole.keys() & answers.keys():       # read first: they say what differs
        now = dict(leaves(json.loads(json.dumps(answers[name]))))
        assert now == {path: pytest.approx(value, rel=1e-9, abs=1e-9) if isinstance(value, float) else value
                       for path, value in leaves(whole[name])}, AGAIN
    assert differing(answers.items(), "show", "rank", "rail", "search") == [], AGAIN


def test_packs_hold_what_they_held(tmp_path: Path) -> None:
    assert differing(pack_answers(tmp_path), "pack", "brief") == [], AGAIN


def test_pages_say_what_they_said() -> None:
    assert differing(page_answers(), "page") == [], AGAIN


def test_a_digest_knows_figures_and_letters_apart() -> None:
    def same(one: Any, other: Any) -> bool:
        return any(map(str.__eq__, digests(one), digests(other)))

    assert same({"a": 0.1 + 0.2, "b": [1e-17, None]}, {"b": [0.0, None], "a": 0.3})
    assert same({"a": 123456.5 * (1 + 1e-13)}, {"a": 123456.5})
    assert not same({"a": 1.0}, {"a": 1.00000001})
    assert not same({"a": 1}, {"a": 1.0})            # a count that is published is a whole number
    assert not same({"a": "about 12"}, {"a": "about 13"})
    assert not same({"a": [1, 2]}, {"a": [2, 1]})
    assert not same({"a": None}, {})
