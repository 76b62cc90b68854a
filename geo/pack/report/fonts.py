"""The fonts that a report is set in: typst's own and those that ship with matplotlib, none that a machine may have."""

from functools import cache
from pathlib import Path

import matplotlib as mpl
import typst

FONTS = Path(mpl.get_data_path(), "fonts", "ttf")


@cache
def fonts() -> typst.Fonts:
    """Find them, once."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[FONTS])
