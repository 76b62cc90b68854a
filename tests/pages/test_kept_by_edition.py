"""Whatever pages keep is kept for the edition that it is of: no page keeps an answer by any other means."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from pages.shared import data
from tests.fixtures.editions import Editions

pytestmark = pytest.mark.slow

PAGES = Path(__file__).parents[2] / "pages"
ALLOWED = {"shelf.py": ["_listed", "_shelf"], "data.py": ["kept"], "history.py": ["_kept", "_history"]}
"""What is kept of no edition, or by its id: which there are, what `per_edition` is made of, what histories need."""

ASKS = {"edition", "summary", "profile", "ranking", "intervals", "place", "place_of", "per_edition"}


def decorated(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Give every function that keeps its answers, with the name of what keeps them."""
    for node in ast.walk(tree):
        for decorator in node.decorator_list if isinstance(node, ast.FunctionDef) else []:
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if "cache" in name:
                yield name, node


def kept_wrongly(path: Path, text: str) -> list[str]:
    """Name the functions of a module that keep what depends on the edition, and not by it."""
    tree = ast.parse(text)
    asks = {alias.asname or alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)
            and (node.module or "").startswith(("pages.shared", "geo.figures")) for alias in node.names}
    asks -= {"MapFile"}     # what a script is wrapped in, too
    found = []
    for name, function in decorated(tree):
        used = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
        of_edition = name == "cached" or name.startswith("cache_") or used & (ASKS | asks)
        if name != "cached_property" and of_edition and function.name not in ALLOWED.get(path.name, ()):
            found.append(function.name)
    return found


def test_everything_that_pages_keep_is_kept_for_an_edition() -> None:
    files = list(PAGES.rglob("*.py"))
    assert len(files) > 60
    assert {path.name: wrong for path in files if (wrong := kept_wrongly(path, path.read_text(encoding="utf-8")))} == {}
    marked = sum(path.read_text(encoding="utf-8").count("@per_edition(") for path in files)
    assert marked > 30


@pytest.mark.parametrize("text", [
    "@cached(4)\ndef f(): return edition()", "@cache.cached(4)\ndef f(): return 1", "@st.cache_data\ndef f(): return 1",
    "from pages.shared.data import edition\n@cache\ndef f(): return edition().id",
    "from pages.shared.map_files import names\n@lru_cache(maxsize=1)\ndef f(): return names()"])
def test_a_fault_would_be_seen(text: str) -> None:
    assert kept_wrongly(Path("page.py"), text) == ["f"]


def test_so_many_answers_are_kept_for_each_edition(both: Editions) -> None:
    asked: list[tuple[str, int]] = []

    @data.per_edition(2)
    def answer(number: int, *, more: int = 0) -> str:
        asked.append((data.edition().id, number))
        return f"{data.edition().id} {number} {more}"

    for _ in range(2):
        for name in (both.old, both.new):
            with data.asked_for(name):
                assert [answer(1), answer(2, more=3)] == [f"{name} 1 0", f"{name} 2 3"]
    assert len(asked) == 4
    with data.asked_for(both.old):
        answer(3)
        answer(1)
    assert len(asked) == 6     # three are too many of one
    with data.asked_for(both.new):
        answer(1)
    assert len(asked) == 6
