"""Draw docs/architecture.md from the imports, and check that data flow one way: `python tools/architecture.py`."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

__all__ = ["FLOORS", "arrows", "faults", "with_picture"]

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "docs" / "architecture.md"
START, END = "<!-- rooms: written by tools/architecture.py -->", "<!-- end of rooms -->"

FLOORS = (
    ("core",), ("sources",), ("layers", "rail"), ("edition",), ("figures",), ("quote",), ("words", "maps"),
    ("answers",), ("pack",),
    ("cli", "pages"),
)
"""Rooms, from the ground up: a room may use those below it, never one beside or above it."""

QUESTIONS = {
    "core": "what IS a figure, a choice, a view?", "sources": "what does a publisher's file say?",
    "layers": "what do we make of it, area by area?", "rail": "how long does a journey take?",
    "edition": "where is the joined dataset kept?", "figures": "what are the figures of a place?",
    "quote": "what does a text claim, and is it so?", "words": "how is it said?", "maps": "how is it drawn?",
    "answers": "what does a program get?", "pack": "how does it leave the house?",
    "cli": "what does the command line answer?", "pages": "what does a reader see?",
}


def _room(path: Path) -> str:
    """Name the room that a file stands in; "" for what stands in none."""
    parts = path.relative_to(ROOT).parts
    if parts[0] == "geo":
        return "cli" if parts[1:] == ("__main__.py",) else parts[1] if len(parts) > 2 else ""
    return "pages"


def _imports(path: Path) -> Iterator[str]:
    """Rooms that a file imports from, wherever the import stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        modules = ([alias.name for alias in node.names] if isinstance(node, ast.Import) else
                   [node.module or ""] if isinstance(node, ast.ImportFrom) else [])
        for module in modules:
            found = re.match(r"geo\.(\w+)|(pages)\b", module)
            if found:
                yield found[1] or found[2]


def arrows() -> dict[tuple[str, str], list[str]]:
    """Find which room uses which: (user, used) → the files that do."""
    found: dict[tuple[str, str], list[str]] = {}
    for path in sorted([*(ROOT / "geo").rglob("*.py"), *(ROOT / "pages").rglob("*.py"), ROOT / "app.py"]):
        room = _room(path)
        for used in sorted(set(_imports(path)) - {room}):
            found.setdefault((room, used), []).append(path.relative_to(ROOT).as_posix())
    return found


def faults() -> list[str]:
    """List the imports that run against the flow, one sentence each."""
    floor = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
    wrong = []
    for (room, used), files in arrows().items():
        if room and (room not in floor or used not in floor or floor[used] >= floor[room]):
            wrong += [f"{file}: {room} uses {used}, which does not lie below it" for file in files]
    return wrong


def picture() -> str:
    """Draw the flow as Mermaid, and say what each room may touch."""
    used = {pair for pair in arrows() if pair[0]}
    # An arrow that follows from two others is left out of the picture, not of the table.
    direct = {(room, other) for room, other in used
              if not any((room, middle) in used and (middle, other) in used for middle in QUESTIONS)}
    lines = ["```mermaid", "flowchart LR", *(f"    {other} --> {room}" for room, other in sorted(direct)), "```", "",
             "| room | the question it answers | may use | uses |", "| --- | --- | --- | --- |"]
    below: list[str] = []
    for rooms in FLOORS:
        for room in rooms:
            uses = ", ".join(other for other in below if (room, other) in used) or "nothing"
            place = f"`{room}/`" if room == "pages" else f"`geo/{room}/`"
            lines.append(f"| {place} | {QUESTIONS[room]} | {', '.join(below) or 'nothing'} | {uses} |")
        below += rooms
    return "\n".join([START, "", *lines, "", END])


def with_picture(text: str) -> str:
    """Return the document with its picture and table drawn anew."""
    return re.sub(re.escape(START) + ".*?" + re.escape(END), lambda _: picture(), text, flags=re.DOTALL)


if __name__ == "__main__":
    DOCUMENT.write_text(with_picture(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
    sys.exit("\n".join(faults()) or None)
