"""The recipes of docs/contributing.md, followed to the letter on a copy of the project."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "contributing.md").read_text(encoding="utf-8")
RECIPES = {found[1]: found[2] for found in re.finditer(
    r"^### Add a (\w+)\n(.*?)(?=^##)", TEXT, re.DOTALL | re.MULTILINE)}
pytestmark = pytest.mark.slow


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the project's own files."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if name.startswith(("geo/", "pages/", "data/", "static/", "docs/", ".streamlit/", "app.py")):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def blocks(recipe: str) -> list[str]:
    """The pieces of code of a recipe, as they are to be written."""
    found = re.findall(r"^   ```\w+\n(.*?)^   ```", recipe, re.DOTALL | re.MULTILINE)
    return ["".join(line.removeprefix("   ") for line in block.splitlines(keepends=True)) for block in found]


def insert(copy: Path, path: str, line: str, block: str) -> None:
    """Put a piece of code above a line, as the recipe says."""
    text = (copy / path).read_text(encoding="utf-8")
    where = text.index(line)
    start = text.rindex("\n", 0, where) + 1
    (copy / path).write_text(text[:start] + block + text[start:], encoding="utf-8")


def run(copy: Path, *words: str) -> str:
    done = subprocess.run([sys.executable, *words], cwd=copy, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.mark.parametrize("name", ["figure", "source", "page"])
def test_a_recipe_touches_three_files_at_most(name: str) -> None:
    steps = re.findall(r"^\d\. (.*?)(?=^\d\. |^[A-Z`]|\Z)", RECIPES[name], re.DOTALL | re.MULTILINE)
    files = {re.findall(r"`((?:geo|pages|data|tests)/[\w./]+)`", step)[-1 if "here `" in step else 0] for step in steps}
    assert 2 <= len(files) <= 3


def test_a_figure(copy: Path) -> None:
    block, = blocks(RECIPES["figure"])
    insert(copy, "geo/core/measures.py", "# New figures stand above this line.", block)
    command = re.search(r"`\.venv/bin/python (-m geo rank .*?)`", RECIPES["figure"])
    assert command
    assert run(copy, *command[1].split()).startswith("Speeds of active lines by local authority")
    rows = json.loads(run(copy, *command[1].split(), "--json", "--top", "0"))
    assert len(rows) == 27
    assert rows[0]["value"] > rows[-1]["value"]


def test_a_source(copy: Path) -> None:
    entry, reader, column = blocks(RECIPES["source"])
    insert(copy, "data/sources.toml", "# New sources stand above this line.", entry)
    insert(copy, "geo/edition/schema.py", "# New optional columns stand above this line.", column)
    (copy / "geo/sources/fuel_poverty.py").write_text(reader, encoding="utf-8")
    folder = copy / "downloads"
    folder.mkdir()
    (folder / "fuel_poverty_lsoa_2025.csv").write_text(
        "LSOA Code,Number of households in fuel poverty\nE01014384,70\nE01014370,50\n", encoding="utf-8")
    found = run(copy, "-c", (
        "from pathlib import Path; from geo.edition.schema import AREAS; "
        "from geo.sources.catalogue import read_catalogue\n"
        "source = read_catalogue()['fuel-poverty']\n"
        "from fnmatch import fnmatch\n"
        "path, = [path for path in Path('downloads').iterdir() if fnmatch(path.name, source.files[0])]\n"
        "print(source.read(path).to_dict()['fuel_poor_households'], 'fuel_poor_households' in AREAS.columns)"))
    assert found.strip() == "{'E01014370': 50, 'E01014384': 70} True"


def test_a_page(copy: Path) -> None:
    page, line = blocks(RECIPES["page"])
    (copy / "pages/glance").mkdir()
    (copy / "pages/glance/page.py").write_text(page, encoding="utf-8")
    insert(copy, "pages/contents.py", "# New pages stand above this line.", line)
    said = run(copy, "-c", (
        "from streamlit.testing.v1 import AppTest\n"
        "app = AppTest.from_file('pages/frame.py', default_timeout=120)\n"
        "app.run()\n"
        "assert not app.exception\n"
        "from pages.contents import PAGES\n"
        "print([page.title for page in PAGES])"))
    assert "At a glance" in said
    shown = run(copy, "-c", (
        "from streamlit.testing.v1 import AppTest\n"
        "app = AppTest.from_string('import runpy; from pages.shared.view_state import open_view; '\n"
        "    'open_view(\"glance\"); runpy.run_path(\"pages/glance/page.py\")', default_timeout=120)\n"
        "app.run()\n"
        "assert not app.exception, app.exception\n"
        "print(app.get('html')[0].proto.body)"))
    assert "At a glance" in shown
    assert "workers in the South West" in shown
