"""The map widget as it is committed: what its source builds to, with the licences of all that is in it."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "pages" / "shared" / "map_widget" / "source"
STATIC = ROOT / "static"
BUILT = ("map_widget.js", "map_widget.LICENSES.txt")
UNREACHED = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ETIMEDOUT", "ENETUNREACH", "ECONNRESET")
RUNTIME = ("@deck.gl/core", "@deck.gl/json", "@deck.gl/layers", "@luma.gl/webgl", "mjolnir.js", "jsep", "earcut")


def run(command: list[str], folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False,
                          env={**os.environ, **environment})


def licensed() -> dict[str, str]:
    """Package → version, as the licences say."""
    text = (STATIC / BUILT[1]).read_text(encoding="utf-8")
    return dict(re.findall(r"^-{80}\n\n(\S+) (\S+) \(", text, re.MULTILINE))


def test_the_committed_widget_is_what_its_source_builds_to(tmp_path: Path) -> None:
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("there is no Node here to build the widget with")
    folder = tmp_path / "source"
    shutil.copytree(SOURCE, folder, ignore=shutil.ignore_patterns("node_modules"))
    installed = run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder)
    if installed.returncode and any(sign in installed.stderr for sign in UNREACHED):
        pytest.skip("npm cannot reach its registry")
    assert installed.returncode == 0, installed.stderr[-2000:]
    built = run(["node", "build.mjs", str(tmp_path)], folder)
    assert built.returncode == 0, built.stderr[-2000:]
    for name in BUILT:
        assert (tmp_path / name).read_bytes() == (STATIC / name).read_bytes(), f"{name}: run `make map`"


def test_every_package_in_the_widget_has_its_licence_and_locked_version() -> None:
    said = licensed()
    assert set(RUNTIME) <= set(said)
    locked = json.loads((SOURCE / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert said == {name: locked[f"node_modules/{name}"]["version"] for name in said}
    text = (STATIC / BUILT[1]).read_text(encoding="utf-8")
    assert len(re.findall(r"(?i)copyright", text)) >= len(said)


def test_the_lock_names_no_other_host_and_the_widget_no_folder_of_its_builder() -> None:
    lock = (SOURCE / "package-lock.json").read_text(encoding="utf-8")
    hosts = set(re.findall(r'"resolved": "https?://([^/"]+)', lock))
    assert hosts <= {"registry.npmjs.org"}
    assert lock.count('"integrity"') > 20
    assert str(ROOT) not in (STATIC / BUILT[0]).read_text(encoding="utf-8")


def test_no_script_stands_in_python() -> None:
    for file in (ROOT / "pages").rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        for sign in ("__reactFiber", "export default", "document.querySelector", "addEventListener"):
            assert sign not in text, file.name
