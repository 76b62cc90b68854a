"""Asks the advisory service of PyPI, through pip-audit, which installed libraries have known weaknesses.

What is installed is what requirements.txt and requirements-dev.txt name, and what these need. Exit code 0: every
library was looked up, and none has a weakness that is not passed over below; 1: some have; 2: not all were looked up.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

PASSED_OVER: Mapping[str, str] = {}
"""Number of an advisory (PYSEC-…, CVE-…, GHSA-…) → the reason why it does not concern this project."""

_COMMAND = ("pip_audit", "--local", "--skip-editable", "--progress-spinner", "off", "--timeout", "15",
            "--format", "json")
_OURS = "swathe"     # installed from the checkout; the service does not know it


def main() -> int:
    """Ask, say what was found, and give the exit code."""
    done = subprocess.run([sys.executable, "-m", *_COMMAND],     # noqa: S603 - our own interpreter
                          check=False, capture_output=True, text=True)
    said, code = judged(done.stdout, done.stderr)
    print("\n".join(said), file=sys.stderr if code else sys.stdout)
    return code


def judged(answer: str, errors: str, passed_over: Mapping[str, str] = PASSED_OVER) -> tuple[list[str], int]:
    """Say what an answer of pip-audit means, and give the exit code."""
    try:
        libraries: list[dict[str, Any]] = json.loads(answer)["dependencies"]
    except ValueError:     # it prints no answer when it gets none
        last = errors.strip().splitlines()[-1:] or ["pip-audit said nothing"]
        return [f"Nothing was audited: the advisory service could not be asked ({last[0]})."], 2
    found, passed = [], []
    for library in libraries:
        for advisory in library.get("vulns", []):
            names = [advisory["id"], *advisory.get("aliases", [])]
            reason = next((passed_over[name] for name in names if name in passed_over), "")
            text = f"{library['name']} {library['version']}: {', '.join(names)}"
            if reason:
                passed.append(f"passed over: {text}: {reason}")
            else:
                mended = ", ".join(advisory.get("fix_versions", [])) or "none yet"
                found.append(f"{text}; mended in: {mended}")
    unknown = [each["name"] for each in libraries if "skip_reason" in each and each["name"] != _OURS]
    said = [*found, *passed]
    if unknown:
        said.append(f"{len(unknown)} of {len(libraries)} libraries could not be looked up at the advisory service, "
                    f"such as {', '.join(unknown[:3])}: nothing is known of these.")
    if not said:
        said.append(f"No known weakness in {len(libraries)} libraries.")
    return said, 1 if found else 2 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
