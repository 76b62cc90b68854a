"""The layout that docs/architecture.md promises: data flow one way, each decision in one room."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools import architecture
from tools.formats import formats_text

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
CODE = sorted([*(ROOT / "geo").rglob("*.py"), *(ROOT / "pages").rglob("*.py"), ROOT / "app.py"])
TESTS = sorted((ROOT / "tests").rglob("*.py"))


def files_with(text: str) -> list[str]:
    return [path.relative_to(ROOT).as_posix() for path in CODE if text in path.read_text(encoding="utf-8")]


def test_data_flow_one_way() -> None:
    assert architecture.faults() == []


def test_every_room_is_drawn_as_it_is() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert architecture.with_picture(text) == text
    assert "flowchart" in text
    folders = {path.name for path in (ROOT / "geo").iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders | {"pages"} == {room for rooms in architecture.FLOORS for room in rooms}


def test_where_things_live_is_there() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = text.partition("## Where things live")[2].partition("\n## ")[0]
    named = re.findall(r"`((?:geo|pages|static|tools|docs|data)/[\w./]*)`", table)
    assert len(named) > 25
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_formats_are_written_from_the_code() -> None:
    assert (ROOT / "docs" / "formats.md").read_text(encoding="utf-8") == formats_text()


def test_a_fault_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(architecture, "arrows", lambda: {("core", "pack"): ["geo/core/x.py"], ("pack", "core"): []})
    assert architecture.faults() == ["geo/core/x.py: core uses pack, which does not lie below it"]


def test_the_top_of_the_analysis_holds_rooms_alone() -> None:
    assert sorted(path.name for path in (ROOT / "geo").glob("*.py")) == ["__init__.py", "__main__.py"]


@pytest.mark.parametrize(("phrase", "most"), [
    ("Nowhere to turn", 2), ("compiled by hand", 1), ("jobs of the kind that can be done from home", 2),
    ("drawn 500 times", 1), ("best fit: each LSOA", 1),
])
def test_a_sentence_stands_in_one_place(phrase: str, most: int) -> None:
    assert 1 <= len(files_with(phrase)) <= most, files_with(phrase)


def _private_uses(path: Path) -> Iterator[str]:
    """Names with an underscore that a file takes from a module of this project."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    ours = ("geo", "pages", "tools", "bench", "app")
    modules = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in ours:
            yield from (alias.name for alias in node.names if alias.name.startswith("_"))
            modules |= {alias.asname or alias.name for alias in node.names if alias.name.islower()}
        elif isinstance(node, ast.Import):
            modules |= {alias.asname or alias.name for alias in node.names if alias.name.partition(".")[0] in ours}
    for node in ast.walk(tree):
        if (isinstance(node, ast.Attribute) and node.attr.startswith("_") and not node.attr.startswith("__")
                and ast.unparse(node.value) in modules):
            yield f"{ast.unparse(node.value)}.{node.attr}"


def test_no_private_name_is_used_by_another_module_or_a_test() -> None:
    assert {path.relative_to(ROOT).as_posix(): found for path in [*CODE, *TESTS]
            if (found := [name for name in _private_uses(path) if name != "__version__"])} == {}


def test_the_analysis_needs_no_browser() -> None:
    for path in (ROOT / "geo").rglob("*.py"):
        names = {alias.name.partition(".")[0] for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                 if isinstance(node, ast.Import) for alias in node.names}
        assert not names & {"streamlit", "pydeck"}, path
