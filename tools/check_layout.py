"""Check what no linter checks: no file grows beyond a few screens, and geo/ needs no browser to work."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

__all__ = ["problems"]

LONGEST = 500
ROOMS = ("geo", "pages", "tests", "tools", "bench")
KEPT_OUT_OF_GEO = frozenset({"streamlit", "pydeck"})


def _python_files(root: Path) -> Iterator[Path]:
    """Yield the project's own Python files under a root."""
    yield from sorted(root.glob("*.py"))
    for room in ROOMS:
        yield from sorted((root / room).rglob("*.py"))


def _imported(source: str) -> set[str]:
    """Top-level names of the packages that a source text imports, wherever the import stands."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module.partition(".")[0])
    return names


def problems(root: Path) -> list[str]:
    """List what breaks the layout.

    Parameters
    ----------
    root
        The project's folder.

    Returns
    -------
    list of str
        One sentence for each file at fault; empty when all is well.
    """
    found = []
    for path in _python_files(root):
        name = path.relative_to(root)
        source = path.read_text(encoding="utf-8")
        lines = source.count("\n")
        if lines > LONGEST:
            found.append(f"{name}: {lines} lines, at most {LONGEST}; divide it by subject")
        if name.parts[0] == "geo":
            found += [
                f"{name}: imports {package}; geo/ works without the app"
                for package in sorted(_imported(source) & KEPT_OUT_OF_GEO)
            ]
    return found


if __name__ == "__main__":
    faults = problems(Path(__file__).resolve().parents[1])
    if faults:
        sys.exit("\n".join(faults))
