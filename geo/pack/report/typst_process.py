"""Set one text with typst and end: the script that `geo.pack.report.typesetting` runs, which says what it reads."""

import json
import sys
from pathlib import Path
from typing import Any

import typst


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    """Set the text, write its pages beside it, and say how many there are, or what was wrong."""
    main = Path(asked["main"])
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[asked["fonts"]])
    try:
        found, warnings = typst.compile_with_warnings(
            str(main), root=str(main.parent), font_paths=fonts, ignore_system_fonts=True, sys_inputs=asked["inputs"],
            **asked["wanted"])
        pages = found if isinstance(found, list) else [found]
        for number, page in enumerate(pages):
            main.with_name(f"page{number}").write_bytes(page)
    except typst.TypstError as error:
        return {"error": error.message}
    except OSError as error:
        return {"error": error.strerror, "errno": error.errno}
    return {"pages": len(pages), "warning": warnings[0].message if warnings else ""}


if __name__ == "__main__":
    json.dump(answer(json.load(sys.stdin)), sys.stdout)
