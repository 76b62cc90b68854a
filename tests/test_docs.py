"""What the documents say is what the project does."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import reduce
from importlib import import_module
from pathlib import Path

import pytest

from geo import __version__
from geo.edition.store import STARTER, load_edition
from geo.layers.occupations import national_check
from tools.readme import with_tables

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
METHOD = (ROOT / "docs" / "method.md").read_text(encoding="utf-8")


def test_the_readmes_sources_are_those_of_the_table():
    assert with_tables(README) == README
    for source in tomllib.loads((ROOT / "data" / "sources.toml").read_text(encoding="utf-8"))["source"]:
        assert source["title"] in README


@pytest.mark.parametrize("document", ["README.md", "docs/method.md", "CHANGELOG.md"])
def test_links_and_pictures_are_there(document):
    text = (ROOT / document).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        if not target.startswith("https://"):
            assert ((ROOT / document).parent / target).exists()


def test_the_method_page_quotes_the_validation_of_the_starter():
    rows = {row["speed"]: row for row in load_edition(STARTER, geometry=False).manifest["broadband_validation"]}
    flat = " ".join(METHOD.split())
    assert f"{rows['30']['model_mean']:.2f} percentage points at 30 Mbit/s" in flat
    assert f"evenly: {rows['30']['even_mean']:.2f}) and {rows['10']['model_mean']:.2f} at 10" in flat
    assert f"({rows['10']['even_mean']:.2f})" in flat


def test_the_method_page_quotes_the_national_check():
    flat = " ".join(METHOD.split())
    ours = national_check().iloc[:, 0]
    assert all(f"{100 * share:.1f} %" in flat for share in ours)


def named_in(source: str) -> Iterator[str]:
    """Names of the project's own, in full, that the docstrings of a module give."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            yield from re.findall(r"`((?:geo|pages)\.[\w.]+)", ast.get_docstring(node) or "")


def stands(name: str) -> bool:
    """Whether a name in full is that of a module or of something in one."""
    words = name.split(".")
    for length in range(len(words), 0, -1):
        path = ROOT.joinpath(*words[:length])
        if path.with_suffix(".py").is_file() or path.is_dir():
            rest = words[length:]
            if not rest:
                return True
            return reduce(lambda found, word: getattr(found, word, None), rest,
                          import_module(".".join(words[:length]))) is not None
    return False


def test_a_docstring_that_names_something_names_what_is_there():
    paths = [path for folder in ("geo", "pages") for path in sorted((ROOT / folder).rglob("*.py"))]
    named = {(path.name, name) for path in paths for name in named_in(path.read_text(encoding="utf-8"))}
    assert len(named) > 20
    assert sorted((path, name) for path, name in named if not stands(name)) == []
    assert not stands("geo.figures.place.nothing")
    assert not stands("geo.nowhere")


def test_the_changelog_tells_of_this_version():
    assert f"## {__version__}\n" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
