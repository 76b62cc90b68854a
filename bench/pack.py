"""The evidence pack: whole packs in new processes, and the briefs of all constituencies on all cores."""

import tempfile
from pathlib import Path

from bench.machine import run
from bench.report import Figure

PACKS = (("authority", "E07000047", 4, "a local authority (West Devon)"), ("region", "E12000009", 15, "the South West"))


def measure() -> list[Figure]:
    """Measure what this module is about.

    Returns
    -------
    list of Figure
        Seconds and peak memory.
    """
    with tempfile.TemporaryDirectory() as folder:
        return [*_packs(Path(folder)), *_briefs(Path(folder))]


def _packs(folder: Path) -> list[Figure]:
    figures = []
    for name, code, target, words in PACKS:
        cost = run(["-m", "geo", "pack", code, "--out", str(folder / f"{name}.zip")])
        size = (folder / f"{name}.zip").stat().st_size / 1e6
        figures += [
            Figure(f"pack_{name}_s", cost.seconds, "s", target, f"geo pack of {words}, new process"),
            Figure(f"pack_{name}_peak_mb", cost.megabytes, "MB", 1000, "its peak memory"),
            Figure(f"pack_{name}_mb", size, "MB", None, "its size"),
        ]
    cost = run(["-m", "geo", "sheet", "E05011923", "--out", str(folder / "sheet.pdf")])
    figures.append(Figure("sheet_s", cost.seconds, "s", 2, "geo sheet of a ward (Hartland), new process"))
    cost = run(["-m", "geo", "verify", str(folder / "region.zip")])
    return [*figures, Figure("verify_region_s", cost.seconds, "s", None, "geo verify of the pack of the South West")]


def _briefs(folder: Path) -> list[Figure]:
    out = folder / "briefs"
    cost = run(["-m", "geo", "pack", "--every", "constituency", "--out", str(out)])
    count = len(list(out.glob("*.pdf")))
    alone = run(["-m", "geo", "pack", "E14001161", "--out", str(folder / "one.zip")])
    return [
        Figure("briefs_s", cost.seconds, "s", 30, f"{count} briefs of constituencies, all cores"),
        Figure("briefs_peak_mb", cost.megabytes, "MB", None, "peak memory of its largest process"),
        Figure("briefs_together_mb", cost.together, "MB", 1000, "peak memory of all its processes together"),
        Figure("briefs_naive_s", alone.seconds * count, "s", None,
               f"a command for each constituency's pack instead, scaled up from one to {count}"),
    ]
