"""Texts set by typst in a process of its own: in this one it would hold on to a hundred megabytes for each report."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from geo.core.errors import PackError
from geo.pack.report.fonts import FONTS

PROCESS = Path(__file__).with_name("typst_process.py")


class Typeset(NamedTuple):
    """Pages, of which a PDF is one; what typst warned of first, "" if of nothing."""

    pages: list[bytes]
    warning: str


def typeset(main: Path, inputs: Mapping[str, str], **wanted: Any) -> Typeset:
    """Set a text that lies alone in a folder: typst can read what is there, and no font but those named.

    A PackError says why it cannot be set; an OSError, that its pages cannot be written into the folder.
    """
    asked = {"main": str(main), "fonts": str(FONTS), "inputs": inputs, "wanted": wanted}
    run = subprocess.run(  # noqa: S603 - our own script; what is asked goes in as JSON
        [sys.executable, "-P", str(PROCESS)], input=json.dumps(asked), capture_output=True, encoding="utf-8",
        errors="replace", check=False)
    if run.returncode:
        said = run.stderr.strip().splitlines() or [f"typst ended with {run.returncode}"]
        raise PackError(f"the report cannot be set: {said[-1]}")
    told = json.loads(run.stdout)
    if "errno" in told:
        raise OSError(told["errno"], told["error"], str(main.parent))
    if "error" in told:
        raise PackError(f"the report cannot be set: {told['error']}")
    return Typeset([main.with_name(f"page{number}").read_bytes() for number in range(told["pages"])], told["warning"])
