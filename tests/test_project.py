"""A stranger can join: what the project says of itself and of how it is set up and checked is so."""

import importlib
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from geo import __version__

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


PYPROJECT = tomllib.loads(read("pyproject.toml"))
SCRIPT = "import sys; sys.argv[0] = '.venv/bin/swathe'; from {module} import {function}; sys.exit({function}())"
"""What an installed command does."""


def pinned(package: str) -> str:
    """Version of a package in requirements-dev.txt."""
    found = re.search(rf"^{package}==(\S+)$", read("requirements-dev.txt"), re.MULTILINE)
    assert found
    return found[1]


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z][a-z-]*):", read("Makefile"), re.MULTILINE))


def rehearsed(target: str) -> list[str]:
    """Commands that a target would run."""
    if not shutil.which("make"):
        pytest.skip("needs make")
    words = ["make", "-n", "--no-print-directory", target]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def documented_commands() -> set[str]:
    """Commands in the documents: lines of blocks of code without their remarks, and words between backticks."""
    commands = set()
    for document in ("README.md", "docs/contributing.md"):
        text = read(document)
        commands |= {line.partition(" #")[0].strip() for line in re.findall(r"^ {4}(\S.*)$", text, re.MULTILINE)}
        commands |= set(re.findall(r"`([^`\n]+)`", text))
    return commands


# pyproject.toml

def test_the_project_is_described():
    project = PYPROJECT["project"]
    assert (project["name"], project["license"], project["requires-python"]) == ("swathe", "MIT", ">=3.11")
    assert project["readme"] == "README.md"
    assert project["description"].endswith(".")
    assert not any(classifier.startswith("License") for classifier in project["classifiers"])
    assert read("LICENSE").startswith("MIT License")


def test_version_and_dependencies_stand_in_one_place():
    assert set(PYPROJECT["project"]["dynamic"]) == {"version", "dependencies"}
    dynamic = PYPROJECT["tool"]["setuptools"]["dynamic"]
    module, _, name = dynamic["version"]["attr"].rpartition(".")
    assert getattr(importlib.import_module(module), name) == __version__
    assert dynamic["dependencies"] == {"file": ["requirements.txt"]}
    lines = read("requirements.txt").splitlines()
    assert all(re.fullmatch(r"#.*|[\w.-]+==[\w.]+", line) for line in lines)     # no -r: setuptools cannot follow it


def test_every_folder_of_code_is_a_package_that_is_installed():
    found = PYPROJECT["tool"]["setuptools"]["packages"]["find"]
    assert found == {"include": ["geo", "geo.*", "pages", "pages.*"], "namespaces": False}
    folders = {path.parent for room in ("geo", "pages") for path in (ROOT / room).rglob("*.py")}
    assert [folder for folder in folders if not (folder / "__init__.py").is_file()] == []


def test_the_build_needs_what_is_pinned():
    system = PYPROJECT["build-system"]
    assert system["build-backend"] == "setuptools.build_meta"
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+", requirement) for requirement in system["requires"])


@pytest.mark.parametrize(("words", "code", "out", "err"), [
    (["--help"], 0, "usage: swathe ", ""),
    (["show", "--help"], 0, "usage: swathe show ", ""),
    (["rail", "PNZ", "--hub", "paris"], 2, "", "swathe rail: hub ‘paris’"),
    (["rank"], 2, "", "swathe rank: the following arguments are required: --by; see swathe rank --help"),
])
def test_the_installed_command_answers_under_its_own_name(words, code, out, err):
    module, _, function = PYPROJECT["project"]["scripts"]["swathe"].partition(":")
    script = SCRIPT.format(module=module, function=function)
    done = subprocess.run([sys.executable, "-c", script, *words], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert done.stdout.startswith(out)
    assert done.stderr.startswith(err)


def test_the_package_answers_under_the_name_that_runs_it():
    done = subprocess.run([sys.executable, "-m", "geo", "show"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("python -m geo show: the following")
    assert done.stderr.endswith("see python -m geo show --help\n")


def test_swathe_works_from_any_folder(tmp_path):
    swathe = Path(sys.executable).with_name("swathe")
    if not swathe.is_file():
        pytest.skip("needs the project installed: make runtime")
    done = subprocess.run([swathe, "rail", "PNZ"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Penzance (PNZ) to London")


# Makefile

def test_the_makefile_lists_its_targets():
    listed = re.findall(r"^# +make ([a-z-]+)  ", read("Makefile"), re.MULTILINE)
    assert sorted(listed) == sorted(make_targets())
    phony = re.search(r"^\.PHONY: (.*)$", read("Makefile"), re.MULTILINE)
    assert phony
    assert set(phony[1].split()) == make_targets()


def test_quick_leaves_out_browser_slow_tests_and_linters():
    commands = rehearsed("quick")
    assert any("-m 'not browser and not slow and not interop'" in command for command in commands)
    assert not any(linter in command for command in commands for linter in ("ruff", "mypy", "chromium"))
    names = {marker.partition(":")[0] for marker in PYPROJECT["tool"]["pytest"]["ini_options"]["markers"]}
    assert names == {"browser", "interop", "slow"}


def test_everything_is_run_by_make_test():
    commands = "\n".join(rehearsed("test"))
    assert "slow" not in commands
    assert "-m 'not browser and not interop'" in commands
    assert "-m browser" in commands
    assert "ruff check ." in commands


def test_interop_installs_what_it_needs_and_runs_what_nothing_else_runs():
    commands = rehearsed("interop")
    assert commands[-2:] == [
        "sh tools/office.sh", ".venv/bin/python -m pytest -q -m interop tests/interop tests/faults"]
    for tool in ("soffice", "qpdf", "pdftotext", "qgis.core"):
        assert tool in read("tools/office.sh")


# What checks a change: on a server, and before a commit

def test_the_workflow_runs_what_the_documents_name():
    runs = re.findall(r"^ +(?:- )?run: (.+)$", read(".github/workflows/ci.yml"), re.MULTILINE)
    assert {"make lint", "make test"} <= set(runs)
    assert "|" not in runs
    assert set(runs) <= documented_commands()


def test_the_workflow_may_only_read():
    text = read(".github/workflows/ci.yml")
    assert re.findall(r"^ *permissions:\n((?:  .*\n)+)", text, re.MULTILINE) == ["  contents: read\n"]
    actions = re.findall(r"uses: (\S+)", text)
    assert actions
    assert all(re.fullmatch(r"actions/[\w-]+@v\d+", action) for action in actions)
    assert "cache: pip" in text


def test_tests_that_need_the_publishers_files_skip_in_the_workflow_and_hypothesis_tries_the_same_every_day():
    text = read(".github/workflows/ci.yml")
    assert 'CI: "false"' in text                     # true, as a server sets it, would make failures of them
    assert "PYTEST_ADDOPTS: --hypothesis-profile=ci\n" in text


def test_the_workflow_runs_the_pythons_that_are_promised():
    versions = re.search(r"python-version: \[(.+)\]", read(".github/workflows/ci.yml"))
    assert versions
    ran = re.findall(r'"([\d.]+)"', versions[1])
    promised = [classifier.rpartition(" ")[2] for classifier in PYPROJECT["project"]["classifiers"]
                if re.search(r"Python :: 3\.\d+$", classifier)]
    assert ran == promised
    assert f">={ran[0]}" == PYPROJECT["project"]["requires-python"]


def test_commits_are_checked_by_the_versions_that_are_pinned():
    text = read(".pre-commit-config.yaml")
    revisions = dict(re.findall(r"repo: (\S+)\n +rev: (\S+)", text))
    assert revisions["https://github.com/astral-sh/ruff-pre-commit"] == f"v{pinned('ruff')}"
    entries = re.findall(r"entry: (.+)", text)
    assert all(entry.startswith(".venv/bin/") for entry in entries)
    assert any("mypy" in entry for entry in entries)
    assert any("numpydoc lint" in entry for entry in entries)


@pytest.mark.parametrize(("path", "looked_at"), [
    ("geo/core/view.py", True), ("geo/core/measures.py", True), ("geo/pack/make.py", False),
    ("pages/shared/serving.py", False), ("app.py", False), ("tests/test_view.py", False), ("tools/chromium.py", False),
    ("bench/geo.py", False)])
def test_docstrings_of_the_same_files_are_checked_at_a_commit_and_by_lint(path, looked_at):
    hook = read(".pre-commit-config.yaml").partition("id: numpydoc")[2]
    files = re.search(r"files: (.+)", hook)
    assert files
    assert bool(re.search(files[1], path)) is looked_at
    rooms = re.search(r"\^geo/\(([a-z|]+)\)/", files[1])
    assert rooms
    assert "$$(find " + " ".join(f"geo/{room}" for room in rooms[1].split("|")) + " -name '*.py')" in read("Makefile")


@pytest.mark.parametrize("path", ["data/starter/manifest.json", "tests/vendor/axe.min.js"])
def test_data_and_the_work_of_others_are_left_alone_by_hooks(path):
    excluded = re.search(r"^exclude: (.+)$", read(".pre-commit-config.yaml"), re.MULTILINE)
    assert excluded
    assert re.search(excluded[1], path)
    assert not re.search(excluded[1], "geo/sources/census.py")


# Words for people

def test_the_citation_is_of_this_version():
    fields = dict(re.findall(r"^([a-z-]+): *(.*)$", read("CITATION.cff"), re.MULTILINE))
    assert fields["cff-version"] == "1.2.0"
    assert fields["version"] == __version__
    assert (fields["type"], fields["license"], fields["title"]) == ("software", "MIT", "Swathe")
    assert {"message", "abstract", "authors", "keywords"} <= set(fields)
    assert "  - name: The Swathe contributors\n" in read("CITATION.cff")
    assert not {"doi", "url", "identifiers", "repository-code"} & set(fields)


def test_contributing_is_found_and_its_links_lead_somewhere():
    assert "](docs/contributing.md)" in read("README.md")
    for target in re.findall(r"\]\(([^)#]+)", read("docs/contributing.md")):
        assert target.startswith("https://") or (ROOT / "docs" / target).exists()


def test_no_section_of_contributing_is_empty():
    sections = re.split(r"^## .+$", read("docs/contributing.md"), flags=re.MULTILINE)
    assert len(sections) > 4
    assert all(len(section.split()) > 10 for section in sections)


@pytest.mark.parametrize("document", ["README.md", "docs/contributing.md"])
def test_every_make_command_in_the_documents_is_a_target(document):
    named = set(re.findall(r"(?:^ {4}|`)make ([a-z-]+)", read(document), re.MULTILINE))
    assert named
    assert named <= make_targets()


@pytest.mark.parametrize("document", ["README.md", "docs/contributing.md"])
def test_where_the_publishers_files_go_is_told_as_the_tests_look_for_it(document):
    from tests.fixtures.open_data import OPEN_DATA  # noqa: PLC0415

    assert (ROOT.parent / "shared" / "open-data") == OPEN_DATA
    text = " ".join(read(document).split())
    assert "`../shared/open-data`" in text
    assert "publishers' files" in text
    assert "skip" in text
