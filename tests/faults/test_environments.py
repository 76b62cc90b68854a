"""Another time zone, language, home, folder or Python option: the same bytes."""

import json
import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]

ALL = """
import hashlib, json, sys
from pathlib import Path
from geo.__main__ import main
from geo.edition.store import save_edition
from tests.fixtures.tiny_edition import tiny_manifest, tiny_tables

def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()

here = Path(sys.argv[1])
edition = here / "édition"
save_edition(edition, "tiny", tiny_tables(), tiny_manifest())
manifest = json.loads((edition / "manifest.json").read_text(encoding="utf-8"))
del manifest["built_at"]     # the moment itself
given = ["--edition", str(edition)]
codes = [main(["show", "E06000002", *given]),
         main(["sheet", "E06000002", *given, "--out", str(here / "sheet.pdf"), "--author", "Ysgol T\\u0177"])]
files = {path.name: digest(path) for path in edition.iterdir() if path.name != "manifest.json"}
print(json.dumps({"files": files, "manifest": manifest, "sheet": digest(here / "sheet.pdf"), "codes": codes}))
"""


def made(folder: Path, options: tuple[str, ...] = (), without: tuple[str, ...] = (), **environment: str) -> list[str]:
    """Build, show and make a sheet in an environment, from a folder that is not the project's: what was printed."""
    (folder / "out").mkdir()
    known = {**{name: value for name, value in os.environ.items() if name not in without}, **environment}
    done = subprocess.run(
        [sys.executable, *options, "-c", ALL, str(folder / "out")], cwd=folder, capture_output=True, check=False,
        env={**known, "PYTHONPATH": str(ROOT)})
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-2000:]
    return done.stdout.decode("utf-8").replace(str(folder), "HERE").splitlines()


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    found = made(tmp_path_factory.mktemp("usual"))
    assert json.loads(found[-1])["codes"] == [0, 0]
    assert any("’" in line for line in found)
    return found


@pytest.mark.skipif(sys.platform == "win32", reason="environments of POSIX")
@pytest.mark.parametrize("case", [
    "far east, other hashes, plain ASCII", "no home, no checks, C", "home that is not there"])
def test_the_same_bytes_come_of_it(tmp_path: Path, usual: list[str], case: str) -> None:
    found = {
        "far east, other hashes, plain ASCII": lambda: made(
            tmp_path, TZ="Pacific/Kiritimati", PYTHONHASHSEED="77", PYTHONIOENCODING="ascii", LC_ALL="POSIX"),
        "no home, no checks, C": lambda: made(
            tmp_path, ("-OO",), ("HOME", "PYTHONUTF8"), LC_ALL="C", TZ="America/St_Johns", PYTHONHASHSEED="1"),
        "home that is not there": lambda: made(
            tmp_path, HOME="/proc/none", XDG_CACHE_HOME="/proc/none", LC_ALL="tr_TR.UTF-8", TMPDIR="/proc/none"),
    }[case]()
    assert found == usual


def built(files: Path, folder: Path, *options: str, without: str = "", **environment: str) -> dict[str, object]:
    """Build an edition from publishers' files in an environment: what was printed, what was written."""
    folder.mkdir()
    known = {name: value for name, value in os.environ.items() if name != without} | environment
    done = subprocess.run(
        [sys.executable, *options, "-m", "geo", "build", "--from", str(files), "--out", "edition"], cwd=folder,
        capture_output=True, check=False, env={**known, "PYTHONPATH": str(ROOT)})
    assert (done.returncode, done.stderr) == (0, b"")
    assert [path.name for path in folder.iterdir()] == ["edition"]
    written = {path.name: path.read_bytes() for path in (folder / "edition").iterdir()}
    manifest = json.loads(written.pop("manifest.json"))
    del manifest["built_at"]     # the moment itself
    return {"printed": done.stdout, "manifest": manifest,
            **{name: sha256(content).hexdigest() for name, content in written.items()}}


@pytest.fixture(scope="session")
def turkish(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the Turkish language, in which a capital i is another letter."""
    folder = tmp_path_factory.mktemp("languages")
    if not shutil.which("localedef") or not Path("/usr/share/i18n/locales/tr_TR").is_file():
        pytest.skip("needs localedef and what it makes languages of (Debian: locales)")
    subprocess.run(["localedef", "-i", "tr_TR", "-f", "UTF-8", str(folder / "tr_TR.UTF-8")], check=True)
    given = {**os.environ, "LOCPATH": str(folder), "LC_ALL": "tr_TR.UTF-8"}
    subprocess.run([sys.executable, "-c", "import locale; locale.setlocale(locale.LC_ALL, '')"], check=True, env=given)
    return folder


@pytest.mark.interop
@pytest.mark.skipif(sys.platform == "win32", reason="environments of POSIX")
def test_a_whole_build_is_the_same_anywhere(tmp_path: Path, small_data: Path, turkish: Path) -> None:
    usual = built(small_data, tmp_path / "usual")
    assert len(usual) > 10
    none = "/proc/none"
    assert usual == built(
        small_data, tmp_path / "far east", "-O", TZ="Pacific/Kiritimati", LOCPATH=str(turkish), LC_ALL="tr_TR.UTF-8",
        LANG="tr_TR.UTF-8", HOME=none, XDG_CACHE_HOME=none, TMPDIR=none, PYTHONHASHSEED="77")
    assert usual == built(
        small_data, tmp_path / "far west", without="HOME", TZ="America/Los_Angeles", LC_ALL="C", PYTHONHASHSEED="1")
