"""Ofcom's file of output areas at the size of the United Kingdom: read from its archives, summed to neighbourhoods."""

import tempfile
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd

from bench.machine import run
from bench.report import Figure
from geo.sources.ofcom import ABLE, ALL, BANDS, MATCHED, SUPERFAST, UNABLE

OUTPUT_AREAS = 239_000
TO_AN_LSOA = 5
RELEASE = "202507_fixed_oa_coverage_r01"

SUMMED = """
from pathlib import Path
import pandas as pd
from geo.layers.output_areas import measured
from geo.sources.ofcom_output_areas import read_output_areas
from geo.sources.ons import read_output_areas as read_lookup
folder = Path({folder!r})
counts = read_output_areas([folder / "202507_fixed_broadband_coverage_r01.zip/{release}.zip/{release}.csv"])
lookup = read_lookup(folder / "OA21_LSOA21_EW_LU.csv")["lsoa"]
found = measured(counts, lookup, pd.Index(lookup.unique()).sort_values())
print(int(found.premises["premises"].sum()))
"""


def made(size: int = OUTPUT_AREAS) -> pd.DataFrame:
    """Make a file of output areas with all the columns that Ofcom's has, and counts that agree.

    Parameters
    ----------
    size
        How many output areas.

    Returns
    -------
    pandas.DataFrame
        A row each, under Ofcom's labels.
    """
    random = np.random.default_rng(1)
    bands = random.poisson([0.2, 0.4, 0.8, 3, 40, 90], (size, len(BANDS)))
    matched = bands.sum(axis=1)
    faster = bands[:, 5] + bands[:, 4] // 3
    table = pd.DataFrame({
        "output_area": [f"E00{number:06}" for number in range(size)], ALL: matched + random.poisson(1, size),
        MATCHED: matched, SUPERFAST: bands[:, 4:].sum(axis=1), ABLE["below_100"]: faster,
        ABLE["below_300"]: bands[:, 5], ABLE["below_gigabit"]: bands[:, 5], UNABLE["below_uso"]: bands[:, 0],
        UNABLE["below_10"]: bands[:, :3].sum(axis=1), UNABLE["below_30"]: bands[:, :4].sum(axis=1),
        **dict(zip(BANDS, bands.T, strict=True)),
    })
    shares = table[[name for name in table if name.startswith("Number")]].div(table[ALL], axis=0).mul(100).round(1)
    return table.join(shares.rename(columns=lambda name: name.replace("Number of", "% of")))


def measure() -> list[Figure]:
    """Measure what this module is about.

    Returns
    -------
    list of Figure
        Seconds and memory of one process that reads and sums the file.
    """
    with tempfile.TemporaryDirectory() as name:
        folder, rows = Path(name), made()
        inner = folder / f"{RELEASE}.zip"
        with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"{RELEASE}.csv", rows.to_csv(index=False, lineterminator="\r\n"))
        with zipfile.ZipFile(folder / "202507_fixed_broadband_coverage_r01.zip", "w") as archive:
            archive.write(inner, inner.name)
        lsoas = [f"E01{number // TO_AN_LSOA:06}" for number in range(len(rows))]
        lookup = pd.DataFrame({"OA21CD": rows["output_area"], "LSOA21CD": lsoas})
        lookup.to_csv(folder / "OA21_LSOA21_EW_LU.csv", index=False)
        cost = run(["-c", SUMMED.format(folder=str(folder), release=RELEASE)])
    if int(cost.output) != rows[ALL].sum():
        raise RuntimeError("the sums of the output areas are not the file's premises")
    return [
        Figure("output_areas_s", cost.seconds, "s", 90,
               f"{OUTPUT_AREAS:,} output areas read from an archive in an archive, and summed to neighbourhoods"),
        Figure("output_areas_peak_mb", cost.megabytes, "MB", 2000, "its peak memory"),
    ]
