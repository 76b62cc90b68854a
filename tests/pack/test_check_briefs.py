"""A folder of briefs is made again: what was forged is told, also where its checksum was made anew."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from geo.core.errors import PackError
from geo.core.view import View
from geo.edition.store import STARTER
from geo.pack.batch import make_every
from geo.pack.check_briefs import holds_briefs, verify_briefs
from geo.pack.request import Request

pytestmark = pytest.mark.slow

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The brief of the region, the only one of its kind."""
    folder = tmp_path_factory.mktemp("briefs")
    make_every("region", Request(View(speed="100"), author="Us"), STARTER, folder)
    return folder


@pytest.fixture
def briefs(made: Path, tmp_path: Path) -> Path:
    """A copy to spoil."""
    return Path(shutil.copytree(made, tmp_path / "briefs"))


def brief_of(folder: Path) -> Path:
    return next(folder.glob("*-brief.pdf"))


def rewrite(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change the manifest as whoever seals it anew would."""
    found = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    change(found)
    (folder / "manifest.json").write_text(json.dumps(found, sort_keys=True, indent=1, ensure_ascii=False) + "\n")


def forge(folder: Path) -> None:
    """Change a brief, and make its checksum anew."""
    path = brief_of(folder)
    path.write_bytes(path.read_bytes().replace(b"%PDF-1", b"%PDF-1 "))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    rewrite(folder, lambda found: found["files"][path.name].update(sha256=digest))


def test_briefs_hold(made: Path, call: Call) -> None:
    assert holds_briefs(made)
    code, out, _ = call("verify", str(made))
    assert code == 0
    assert out.startswith("1 brief, edition ")
    assert "everything holds" in out.splitlines()[0]
    quick = verify_briefs(made, STARTER, quick=True)
    assert quick.ok
    assert quick.facts["by_checksum_alone"] == [brief_of(made).name]


def test_a_brief_forged_and_sealed_anew_is_told(briefs: Path, call: Call) -> None:
    forge(briefs)
    assert verify_briefs(briefs, STARTER, quick=True).ok      # that is why it is not the usual check
    code, out, err = call("verify", str(briefs))
    assert code == 1
    assert f"{brief_of(briefs).name}: not as the edition gives it" in out + err


def test_a_forged_figure_is_told(briefs: Path) -> None:
    name = brief_of(briefs).name
    rewrite(briefs, lambda found: found["files"][name]["figures"].update({"people_in_gap.estimate": 1e6}))
    found = verify_briefs(briefs, STARTER, quick=True)
    assert not found.ok
    assert "people_in_gap.estimate" in found.facts["contradictions"][0]


def test_what_is_missing_or_added_is_named(briefs: Path) -> None:
    brief_of(briefs).rename(briefs / "other.pdf")
    found = verify_briefs(briefs, STARTER, quick=True)
    assert (len(found.facts["files"]["missing"]), found.facts["files"]["added"]) == (1, ["other.pdf"])
    assert not found.ok


@pytest.mark.parametrize("spoil", [
    lambda found: found.update(version=9), lambda found: found.pop("files"),
    lambda found: found["request"].update(kind="parish"), lambda found: found["request"]["view"].update(speed="31"),
    lambda found: found["request"]["view"].update(colour="red"), lambda found: found.update(files=[1])])
def test_what_cannot_be_is_refused_in_one_line(
    briefs: Path, call: Call, spoil: Callable[[dict[str, Any]], None],
) -> None:
    rewrite(briefs, spoil)
    with pytest.raises(PackError):
        verify_briefs(briefs, STARTER, quick=False)
    code, _, err = call("verify", str(briefs), "--quick")
    assert (code, len(err.splitlines())) == (2, 1)


def test_links_out_of_the_folder_are_not_followed(briefs: Path, tmp_path: Path) -> None:
    path = brief_of(briefs)
    path.rename(tmp_path / "elsewhere.pdf")
    path.symlink_to(tmp_path / "elsewhere.pdf")
    assert verify_briefs(briefs, STARTER, quick=True).facts["files"]["missing"] == [path.name]
