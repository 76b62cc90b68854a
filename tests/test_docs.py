"""What the documents say is what the project does."""

import re
import tomllib
from pathlib import Path

import pytest

from geo import __version__
from geo.edition import STARTER, load_edition
from geo.people import national_check
from tools.readme import with_tables

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


def test_the_changelog_tells_of_this_version():
    assert f"## {__version__}\n" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
