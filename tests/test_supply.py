"""What the app is made of, and what is known against it."""

import json
import os
import re
import subprocess
import sys
from importlib.metadata import metadata
from pathlib import Path
from typing import Any

import pytest

from tools.audit import judged
from tools.sbom import LICENCES, LOCK, bill, pinned

ROOT = Path(__file__).parents[1]
VULNERABLE = json.dumps({"dependencies": [
    {"name": "fine", "version": "1", "vulns": []},
    {"name": "old", "version": "2", "vulns": [
        {"id": "PYSEC-1", "aliases": ["CVE-1"], "fix_versions": ["3"]}, {"id": "GHSA-2", "aliases": []}]}]})


@pytest.fixture(scope="module")
def written() -> dict[str, Any]:
    return bill()


def test_every_pinned_library_is_in_the_bill_with_version_and_licence(written: dict[str, Any]) -> None:
    listed = {re.sub(r"[-_.]+", "-", each["name"]).lower(): each["version"] for each in written["components"]}
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    wanted = dict(line.lower().split("==") for line in lines if not line.startswith("#"))
    assert pinned() == wanted
    assert len(wanted) > 20
    assert {name: listed.get(name) for name in wanted} == wanted
    for each in written["components"]:
        said = [one.get("expression") or one["license"].get("id") or one["license"]["name"] for one in each["licenses"]]
        assert said, each["name"]
        assert all(said), each["name"]


def test_the_maps_script_is_in_the_bill_as_its_notices_list_it(written: dict[str, Any]) -> None:
    notices = (ROOT / "static" / "map_widget.LICENSES.txt").read_text(encoding="utf-8")
    bundled = set(re.findall(r"^(@?[a-z][\w./-]+) (\d[\w.-]*) \(", notices, re.MULTILINE))
    assert len(bundled) > 10
    listed = {(each["name"], each["version"]) for each in written["components"] if each["purl"].startswith("pkg:npm/")}
    assert bundled <= listed
    tools = {path for path, package in json.loads(LOCK.read_text())["packages"].items() if package.get("dev")}
    assert not {f"node_modules/{name}" for name, _ in listed} & tools


def test_what_a_library_needs_is_in_the_bill_and_what_tests_need_is_not(written: dict[str, Any]) -> None:
    refs = {each["bom-ref"] for each in written["components"]}
    names = {each["name"] for each in written["components"]}
    assert {"uvicorn", "protobuf"} <= names     # of Streamlit
    assert not {"pytest", "playwright", "ruff", "swathe"} & names
    for each in written["dependencies"]:
        assert set(each.get("dependsOn", [])) <= refs
    assert len({each["ref"] for each in written["dependencies"]}) == len(refs) + 1


def test_the_bill_says_nothing_of_when_and_where_and_is_the_same_again(written: dict[str, Any]) -> None:
    text = json.dumps(written)
    assert json.dumps(bill()) == text
    assert "timestamp" not in written["metadata"]
    assert "serialNumber" not in written
    for word in ("file:", str(ROOT), sys.prefix):
        assert word not in text


def test_licences_added_by_hand_are_those_of_the_metadata() -> None:
    words = {name: metadata(name)["License"] for name in LICENCES}
    assert words == {"partd": "BSD", "protobuf": "3-Clause BSD License", "pydeck": "Apache License 2.0",
                     "uritemplate": "BSD 3-Clause OR Apache-2.0"}


def test_an_audit_names_each_weakness_and_where_it_is_mended() -> None:
    assert judged(VULNERABLE, "") == (
        ["old 2: PYSEC-1, CVE-1; mended in: 3", "old 2: GHSA-2; mended in: none yet"], 1)


def test_what_is_passed_over_is_said_with_its_reason() -> None:
    said, code = judged(VULNERABLE, "", {"CVE-1": "not reached", "GHSA-2": "only on Windows"})
    assert said == ["passed over: old 2: PYSEC-1, CVE-1: not reached", "passed over: old 2: GHSA-2: only on Windows"]
    assert code == 0


def test_a_library_that_is_not_known_is_no_clean_bill() -> None:
    answer = [{"name": "fine", "version": "1", "vulns": []}, {"name": "lost", "skip_reason": "not found"},
              {"name": "swathe", "skip_reason": "marked as editable"}]
    said, code = judged(json.dumps({"dependencies": answer}), "")
    assert code == 2
    line, = said
    assert line == ("1 of 3 libraries could not be looked up at the advisory service, such as lost: "
                    "nothing is known of these.")


def test_with_nothing_known_against_them_all_is_well() -> None:
    assert judged('{"dependencies": [{"name": "fine", "version": "1", "vulns": []}]}', "") == (
        ["No known weakness in 1 libraries."], 0)


def test_where_the_service_cannot_be_asked_the_audit_says_so(tmp_path: Path) -> None:
    """Behind a proxy that is not there."""
    nowhere = dict.fromkeys(("HTTPS_PROXY", "https_proxy", "ALL_PROXY"), "http://127.0.0.1:9")
    done = subprocess.run([sys.executable, "tools/audit.py"], cwd=ROOT, capture_output=True, text=True, check=False,
                          timeout=120, env={**os.environ, **nowhere, "XDG_CACHE_HOME": str(tmp_path)})
    assert done.returncode == 2
    assert done.stderr.startswith("Nothing was audited: the advisory service could not be asked (")
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == ""
