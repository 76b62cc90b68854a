"""Districts that were abolished since 2009, and the authority that each is part of today."""

import csv
from typing import NamedTuple

from geo.core.choices import DATA


class FormerDistrict(NamedTuple):
    """One district: its code and name, the code of the authority it lies in today, and the year it was abolished."""

    code: str
    name: str
    successor: str
    year: int


def _read() -> tuple[FormerDistrict, ...]:
    with (DATA / "former_districts.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return tuple(FormerDistrict(row["code"], row["name"], row["successor"], int(row["year"])) for row in rows)


FORMER_DISTRICTS = _read()
"""Those that are known, whether or not an edition has them as places."""
