"""The tools behind `make`: they say in words what is missing, and do nothing twice."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools import chromium
from tools.check_layout import LONGEST, problems

ROOT = Path(__file__).parents[1]


def executable(path: Path, script: str) -> Path:
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A folder with the files that say what is installed, and a PATH that holds only the shell's own tools."""
    (tmp_path / "bin").mkdir()
    for tool in ("sh", "cat", "cksum", "rm"):
        (tmp_path / "bin" / tool).symlink_to(shutil.which(tool) or tool)
    (tmp_path / "requirements.txt").write_text("one==1\n", encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text('[build-system]\nrequires = ["two==2", "three==3"]\n', encoding="utf-8")
    return tmp_path


def fake_python(folder: Path, rest: str = "") -> Path:
    """Put a Python into the folder's virtual environment that only notes what pip is asked; `rest` goes before."""
    log = folder / "log"
    (folder / ".venv" / "bin").mkdir(parents=True)
    answers = f'*pip*) echo "${{*#*check }}" >> {log};; *tomllib*) exec {sys.executable} "$@";;'
    executable(folder / ".venv" / "bin" / "python", f'{rest}\ncase "$*" in {answers} esac')
    return log


def set_up(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", str(ROOT / "tools" / "venv.sh"), "requirements.txt"], cwd=folder, env={"PATH": str(folder / "bin")},
        capture_output=True, text=True, check=False, timeout=30)


@pytest.mark.parametrize(("python", "said"), [
    (None, "Python is not installed"),
    ('case "$*" in *version_info*) exit 1;; *) echo Python 3.9.1;; esac', "needs Python 3.11 or newer"),
    ('case "$*" in *ensurepip*) exit 1;; esac', "apt-get install python3-venv"),
])
def test_missing_python_is_told_in_one_line(bare: Path, python: str | None, said: str) -> None:
    if python:
        executable(bare / "bin" / "python3", python)
    done = set_up(bare)
    assert done.returncode == 1
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (bare / ".venv").exists()


PACKAGES = "-r requirements.txt two==2 three==3"
PROJECT = "--no-deps --no-build-isolation --editable ."


def test_packages_then_the_project_are_installed_once(bare: Path) -> None:
    log = fake_python(bare)
    assert set_up(bare).returncode == 0
    assert log.read_text(encoding="utf-8").splitlines() == [PACKAGES, PROJECT]
    done = set_up(bare)
    assert (done.returncode, done.stderr) == (0, "")
    assert log.read_text(encoding="utf-8").splitlines() == [PACKAGES, PROJECT]


@pytest.mark.parametrize("file", ["requirements.txt", "pyproject.toml"])
def test_both_are_installed_again_when_what_they_are_made_of_changes(bare: Path, file: str) -> None:
    log = fake_python(bare)
    assert set_up(bare).returncode == 0
    with (bare / file).open("a", encoding="utf-8") as text:
        text.write("# changed\n")
    assert set_up(bare).returncode == 0
    assert log.read_text(encoding="utf-8").splitlines() == [PACKAGES, PROJECT] * 2


@pytest.mark.parametrize(("fails", "said"), [
    ("*pip*requirements*", "Is there a network connection?"), ("*pip*editable*", "The project itself could not"),
])
def test_a_failed_install_is_tried_again(bare: Path, fails: str, said: str) -> None:
    fake_python(bare, f'case "$*" in {fails}) exit 1;; esac')
    for _ in range(2):
        done = set_up(bare)
        assert done.returncode == 1
        assert said in done.stderr


def test_chromium_named_by_the_environment_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = executable(tmp_path / "mine", "echo 1")
    executable(tmp_path / "chromium", "echo 2")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("CHROMIUM", str(named))
    assert chromium.find() == str(named)
    monkeypatch.delenv("CHROMIUM")
    assert chromium.find() == str(tmp_path / "chromium")


def test_chromium_that_does_not_start_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    executable(tmp_path / "chromium", "exit 127")
    second = executable(tmp_path / "google-chrome", "echo 1")
    (tmp_path / "sh").symlink_to(shutil.which("sh") or "sh")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    assert chromium.find() == str(second)


def test_layout_of_this_project_holds() -> None:
    assert problems(ROOT) == []


def test_layout_faults_are_told(tmp_path: Path) -> None:
    (tmp_path / "geo").mkdir()
    (tmp_path / "geo" / "a.py").write_text("def f():\n    from streamlit import x\n    import pydeck.data\n", "utf-8")
    (tmp_path / "geo" / "fine.py").write_text("import streamlit_free\n" + "\n" * (LONGEST - 1), "utf-8")
    (tmp_path / "app.py").write_text("\n" * (LONGEST + 1), "utf-8")
    assert problems(tmp_path) == [
        "app.py: 501 lines, at most 500; divide it by subject",
        "geo/a.py: imports pydeck; geo/ works without the app",
        "geo/a.py: imports streamlit; geo/ works without the app",
    ]
