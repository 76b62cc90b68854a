"""Briefs for every place of a kind: in parallel, and one that fails does not lose the others."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from pypdf import PdfReader

from geo.core.choices import REGION
from geo.core.errors import PackError, ViewError
from geo.core.view import View
from geo.edition.store import STARTER, load_edition
from geo.figures.profile import place_profile
from geo.figures.ranking import places_inside
from geo.pack.batch import make_every
from geo.pack.make import brief_name
from geo.pack.request import Request

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


def test_every_place_has_its_brief_and_one_that_fails_is_named(tmp_path: Path) -> None:
    edition = load_edition()
    codes = places_inside(edition, "lep", REGION).index.tolist()
    victim = tmp_path / brief_name(place_profile(edition, View(place=codes[1])))
    victim.mkdir()      # nothing can be written in its place
    with pytest.raises(PackError, match=f"{len(codes) - 1} of {len(codes)} written") as told:
        make_every("lep", Request(View(), author="Partnership"), STARTER, tmp_path)
    assert f"not made: {codes[1]}" in str(told.value)
    assert "\n" not in str(told.value)
    made = sorted(path for path in tmp_path.iterdir() if path.is_file())
    assert [path.name for path in made] == sorted(
        brief_name(place_profile(edition, View(place=code))) for code in codes if code != codes[1])
    for path in made:
        assert len(PdfReader(path).pages) == 2
    assert list(victim.iterdir()) == []


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "geo", *words], cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("words", "said"), [
    (["pack", "--out", "x.zip"], "name a PLACE, or --every KIND"),
    (["pack", "Torridge", "--every", "ward", "--out", "x"], "name a PLACE, or --every KIND"),
    (["pack", "nowhere", "--out", "x.zip"], "no place called"),
    (["pack", "--every", "parish", "--out", "x"], "not one of lsoa"),
    (["pack", "Torridge", "--out", "/proc/x.zip"], "cannot be written"),
    (["pack", "Torridge", "--title", "x" * 500, "--out", "x.zip"], "500 letters"),
    (["pack", "Torridge"], "--out"),
    (["verify", "nothing.zip"], "nothing.zip"),
    (["verify", "README.md"], "README.md"),
])
def test_bad_input_is_told_in_one_line(words: list[str], said: str) -> None:
    ran = run(*words)
    assert ran.returncode == 2
    assert ran.stdout == ""
    assert said in ran.stderr
    assert len(ran.stderr.strip().split("\n")) == 1, ran.stderr
    assert not (ROOT / "x.zip").exists()
    assert not (ROOT / "x").exists()


def test_a_pack_goes_into_a_folder_under_its_own_name_and_is_verified(tmp_path: Path) -> None:
    made = run("pack", "E01020002", "--out", str(tmp_path), "--json")
    assert made.returncode == 0, made.stderr
    path, = tmp_path.iterdir()
    assert json.loads(made.stdout) == [str(path)]
    checked = run("verify", str(path), "--json")
    assert checked.returncode == 0, checked.stderr
    assert json.loads(checked.stdout)["ok"] is True
    path.write_bytes(path.read_bytes()[:-100])
    broken = run("verify", str(path))
    assert broken.returncode == 2
    assert len(broken.stderr.strip().split("\n")) == 1


def test_an_unknown_kind_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(ViewError):
        make_every("parish", Request(View()), STARTER, tmp_path / "new")
    assert list(tmp_path.iterdir()) == []
