"""Writes the software bill of materials: the libraries that the app and the command line run with, as CycloneDX JSON.

Of Python what requirements.txt names and what that needs, as installed here, told by cyclonedx-py; of JavaScript what
the map in the browser is built from, by its lock file. The same installation gives the same bytes: no time, no number.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterable
from importlib.metadata import requires
from pathlib import Path
from typing import Any
from urllib.parse import quote

from packaging.requirements import Requirement

from geo import __version__

ROOT = Path(__file__).parents[1]
OUT = ROOT / "out" / "swathe.cdx.json"
LOCK = ROOT / "pages" / "shared" / "map_widget" / "source" / "package-lock.json"

LICENCES = {"partd": "BSD-3-Clause", "protobuf": "BSD-3-Clause", "pydeck": "Apache-2.0",
            "uritemplate": "BSD-3-Clause OR Apache-2.0"}
"""Of libraries whose metadata name it in words that cyclonedx-py does not know; a test holds them against these."""

_COMMAND = ("cyclonedx_py", "environment", "--output-reproducible", "--no-validate", "--output-format", "JSON")


def bill() -> dict[str, Any]:
    """Write the bill."""
    told = subprocess.run([sys.executable, "-m", *_COMMAND, sys.executable],     # noqa: S603 - our own interpreter
                          cwd=ROOT, check=True, capture_output=True, text=True).stdout
    found = json.loads(told)
    needs = reached(pinned())
    python = {_plain(each["name"]): _licensed(each) for each in found["components"] if _plain(each["name"]) in needs}
    refs = {name: each["bom-ref"] for name, each in python.items()}
    script = scripts()
    first = [*(refs[name] for name in pinned()), *(each["bom-ref"] for each in script)]
    own = {"bom-ref": "swathe", "type": "application", "name": "swathe", "version": __version__,
           "licenses": [{"license": {"id": "MIT"}}]}
    return {
        **{key: found[key] for key in ("$schema", "bomFormat", "specVersion", "version")},
        "metadata": {"component": own, "tools": found["metadata"]["tools"]},
        "components": [*(python[name] for name in sorted(needs)), *script],
        "dependencies": [{"ref": "swathe", "dependsOn": sorted(first)},
                         *({"ref": refs[name], "dependsOn": sorted(refs[one] for one in needs[name])}
                           for name in sorted(needs)),
                         *({"ref": each["bom-ref"]} for each in script)],
    }


def pinned(file: Path = ROOT / "requirements.txt") -> dict[str, str]:
    """Read which libraries are pinned at which version."""
    lines = re.findall(r"^([\w.-]+)==([\w.]+)", file.read_text(encoding="utf-8"), re.MULTILINE)
    return {_plain(name): version for name, version in lines}


def needs_of(name: str, extras: frozenset[str] = frozenset()) -> set[Requirement]:
    """Find what a library needs here, with extras that were asked for; cyclonedx-py counts all extras in."""
    found = map(Requirement, requires(name) or ())
    return {each for each in found
            if each.marker is None or any(each.marker.evaluate({"extra": extra}) for extra in (*extras, ""))}


def reached(first: Iterable[str]) -> dict[str, set[str]]:
    """Find what libraries need, and what that needs."""
    needs: dict[str, set[str]] = {}
    ahead = [Requirement(name) for name in first]
    seen = set[tuple[str, frozenset[str]]]()
    while ahead:
        each = ahead.pop()
        key = _plain(each.name), frozenset(each.extras)
        if key not in seen:
            seen.add(key)
            more = needs_of(*key)
            needs.setdefault(key[0], set()).update(_plain(one.name) for one in more)
            ahead += more
    return needs


def scripts() -> list[dict[str, Any]]:
    """List what the map's script is built from; tools of the build are not in it."""
    packages = json.loads(LOCK.read_text(encoding="utf-8"))["packages"]
    found = []
    for path, package in sorted(packages.items()):
        if path and not package.get("dev"):
            name, version = path.rpartition("node_modules/")[2], package["version"]
            purl = f"pkg:npm/{quote(name)}@{version}"
            found.append({"bom-ref": purl, "type": "library", "name": name, "version": version, "purl": purl,
                          "licenses": [{"expression": package["license"]}]})
    return found


def _licensed(component: dict[str, Any]) -> dict[str, Any]:
    if component.get("licenses"):
        return component
    return {**component, "licenses": [{"expression": LICENCES[component["name"]], "acknowledgement": "concluded"}]}


def _plain(name: str) -> str:
    """Write a library's name as the index of packages compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def main() -> None:
    """Write the file, and say where."""
    OUT.parent.mkdir(exist_ok=True)
    written = bill()
    OUT.write_text(json.dumps(written, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{OUT.relative_to(ROOT)}: {len(written['components'])} libraries, with versions and licences (CycloneDX)")


if __name__ == "__main__":
    main()
