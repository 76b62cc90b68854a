"""Reader of Census 2021 topic summaries as Nomis serves them in bulk: one zip a table, one CSV in it a geography."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd

from geo.sources.archives import read_packed
from geo.sources.tables import Column, Problems, read_table
from geo.sources.wording import UNEDITED


@dataclass(frozen=True)
class CensusTable:
    """What is read of one topic summary, by Nomis's headers."""

    total: str
    parts: tuple[str, ...]     # add up to the total; none where the table is a total alone
    names: tuple[str, ...]     # columns of the result: the total's, and those of the first parts


def _table(header: str, total: str, *parts: str, names: tuple[str, ...]) -> CensusTable:
    return CensusTable(header.format(total), tuple(header.format(part) for part in parts), names)


_EMPLOYED = "Total: All usual residents aged 16 years and over in employment the week before the census"

TABLES: Mapping[str, CensusTable] = {
    "ts001": _table(
        "Residence type: {}; measures: Value", "Total", "Lives in a household", "Lives in a communal establishment",
        names=("residents",),
    ),
    "ts041": _table("Number of households: {}; measures: Value", "Number of households", names=("households",)),
    "ts045": _table(
        "Number of cars or vans: {}", "Total: All households", "No cars or vans in household",
        "1 car or van in household", "2 cars or vans in household", "3 or more cars or vans in household",
        names=("car_households", "no_car_households"),
    ),
    "ts061": _table(
        "Method of travel to workplace: {}", _EMPLOYED, "Work mainly at or from home",
        "Underground, metro, light rail, tram", "Train", "Bus, minibus or coach", "Taxi",
        "Motorcycle, scooter or moped", "Driving a car or van", "Passenger in a car or van", "Bicycle", "On foot",
        "Other method of travel to work",
        names=("workers_travel", "works_from_home"),
    ),
    "ts063": _table(
        "Occupation (current): {}", _EMPLOYED, "1. Managers, directors and senior officials",
        "2. Professional occupations", "3. Associate professional and technical occupations",
        "4. Administrative and secretarial occupations", "5. Skilled trades occupations",
        "6. Caring, leisure and other service occupations", "7. Sales and customer service occupations",
        "8. Process, plant and machine operatives", "9. Elementary occupations",
        names=("workers", *(f"workers_occ_{group}" for group in range(1, 10))),
    ),
}
"""Topic summaries that can be read, by their number."""


def read_census(path: Path, table: str) -> pd.DataFrame:
    """Read one topic summary of Census 2021 at LSOA level.

    Parameters
    ----------
    path
        Nomis's bulk archive, `census2021-ts063.zip`; of the geographies in it the LSOA file is read.
    table
        Which table it is, a key of `TABLES` ("ts063").

    Returns
    -------
    pandas.DataFrame
        Index `code` (LSOA 2021), sorted; lsoa_name (where the file has it); int64 counts. ts001: residents. ts041:
        households. ts045: car_households (all that were asked), no_car_households. ts061: workers_travel (all),
        works_from_home. ts063: workers and workers_occ_1 to workers_occ_9 by SOC 2020 major group.

    Raises
    ------
    MissingSourceError, SourceError
        When the archive is missing, cut short or another table, columns are missing, the census is another year's,
        codes are wrong or twice there, or the parts of a row do not add up to its total.
    """
    chosen = TABLES[table]
    headers = (chosen.total, *chosen.parts)
    names = dict(zip(headers, chosen.names, strict=False))
    columns = {
        "geography": Column("blank-text", "lsoa_name", optional=True),
        "date": Column("text", pattern="2021", expected="2021, the census's year"),
        "geography code": Column("text", "code", r"[EW]01\d{6}", "an LSOA code such as E01014384"),
        **{header: Column("count", names.get(header, "")) for header in headers},
    }

    def check_parts(frame: pd.DataFrame, problems: Problems) -> None:
        """Note totals that their parts do not add up to, and a table without anybody."""
        total = frame[chosen.total]
        if not total.sum():
            problems.add(f"column {chosen.total!r} adds up to nothing: {UNEDITED}")
        if chosen.parts:
            # Counts are perturbed before they are added up: no total of England and Wales misses its parts.
            wrong = total != frame[list(chosen.parts)].sum(axis=1)
            problems.add_rows(chosen.total, total[wrong], f"the sum of its {len(chosen.parts)} parts")

    return read_table(path, columns, "geography code", data=read_packed(path, "-lsoa.csv"), check=check_parts)


read_residents = partial(read_census, table="ts001")
read_households = partial(read_census, table="ts041")
read_occupations = partial(read_census, table="ts063")
read_travel_to_work = partial(read_census, table="ts061")
read_cars = partial(read_census, table="ts045")
