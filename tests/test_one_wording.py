"""What a figure is, and what it rests on, is written once: everything else reads the record."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
RECORDS, CLAIM = "geo/core/measures.py", "geo/words/claim.py"


def texts(source: str) -> Iterator[str]:
    """Every text of a module, however its lines are broken; what is filled in stands as {}."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield " ".join(node.value.split())
        elif isinstance(node, ast.JoinedStr):
            parts = (part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
            yield " ".join("".join(map(str, parts)).split())


def saying(words: str) -> set[str]:
    """The modules of the analysis and of the pages that say something."""
    paths = [path for folder in ("geo", "pages") for path in (ROOT / folder).rglob("*.py")]
    return {path.relative_to(ROOT).as_posix() for path in paths
            if any(words in text for text in texts(path.read_text(encoding="utf-8")))}


def test_a_text_is_found_over_broken_lines() -> None:
    assert "one two {} three" in list(texts('said = (f"one "\n  f"two {name} "\n  "three")'))
    assert "one two" in list(texts('said = """one\ntwo"""'))


@pytest.mark.parametrize(("words", "also"), [
    ("in jobs of the kind that can be done from home", {CLAIM}),     # the claim is a sentence of its own
    ("compiled by hand", set()),
    ("is spread over the neighbourhoods inside them is estimated", set()),
])
def test_a_definition_stands_with_its_record_alone(words: str, also: set[str]) -> None:
    assert RECORDS in saying(words)
    assert saying(words) <= {RECORDS, *also}
