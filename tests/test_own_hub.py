"""A hub that somebody adds to the tables of a copy: built, asked for and offered without a change of code."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
Run = Callable[..., subprocess.CompletedProcess[str]]

ASKED = """
import json
from geo.edition.store import load_edition
from pages.api.parameters import AskedWronglyError, read
from pages.shared.link import read_link

view, notices = read_link({"hub": "yeovil"})
edition = load_edition()
try:
    read(edition, "show", {"place": "E07000046", "hub": "yeovil"})
    problems = []
except AskedWronglyError as error:
    problems = error.problems
print(json.dumps({"hub": view.hub, "notices": notices, "problems": problems, "offered": [*edition.region.hubs]}))
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    copy = tmp_path_factory.mktemp("copy")
    for name in ("geo", "data", "pages"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("node_modules", "__pycache__"))
    hubs, regions = copy / "data" / "hubs.csv", copy / "data" / "regions.csv"
    hubs.write_text(hubs.read_text() + "yeovil,Yeovil Junction,YVJ\n")
    regions.write_text("".join(
        f"{line.rstrip()} yeovil\n" if line.startswith("E12000009,") else line
        for line in regions.read_text().splitlines(keepends=True)))

    def in_copy(*arguments: str) -> subprocess.CompletedProcess[str]:
        """Run Python there."""
        return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False, cwd=copy,
                              env={**os.environ, "PYTHONPATH": str(copy)})

    return in_copy


def test_what_is_built_has_it(run: Run, small_data: Path, tmp_path: Path) -> None:
    built = run("-m", "geo", "build", "--from", str(small_data), "--out", str(tmp_path / "built"), "--name", "own")
    assert built.returncode == 0, built.stderr
    told = {}
    for hub in ("london", "yeovil"):
        answer = run("-m", "geo", "rank", "--by", "authority", "--measure", "cut_off_by_rail", "--hub", hub,
                     "--minutes", "240", "--json", "--edition", str(tmp_path / "built"))
        assert answer.returncode == 0, answer.stderr
        told[hub] = {row["code"]: row["value"] for row in json.loads(answer.stdout)}
    assert told["yeovil"].keys() == told["london"].keys()
    assert sum(told["yeovil"].values()) < sum(told["london"].values())       # it is nearer to everybody there
    board = run("-m", "geo", "rail", "YVJ", "--hub", "yeovil", "--edition", str(tmp_path / "built"))
    assert "typically 0 minutes" in board.stdout


def test_an_edition_built_before_is_served_as_it_was_and_says_so(run: Run) -> None:
    usual = run("-m", "geo", "show", "E07000046")
    assert (usual.returncode, usual.stderr) == (0, "")
    refused = run("-m", "geo", "show", "E07000046", "--hub", "yeovil")
    assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (2, "", 1)
    assert "hub ‘yeovil’, which this edition was built without: it has london, bristol, " in refused.stderr
    asked = run("-c", ASKED)
    assert asked.returncode == 0, asked.stderr
    told = json.loads(asked.stdout)
    assert (told["hub"], told["notices"]) == ("london", [
        "The link asks for Yeovil Junction, which this edition was built without; the usual city is shown instead."])
    assert len(told["problems"]) == 1
    assert told["problems"][0].startswith("hub ‘yeovil’, which is not one of london, bristol, ")
    assert len(told["offered"]) == 13
