"""The fonts that a report is set in: typst's own and those that ship with matplotlib, none that a machine may have."""

from pathlib import Path

import matplotlib as mpl

FONTS = Path(mpl.get_data_path(), "fonts", "ttf")
