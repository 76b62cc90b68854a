"""Reader of Census 2021 topic summaries as Nomis serves them in bulk: one zip a table, one CSV in it a geography."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from geo.sources.archives import read_zip_member
from geo.sources.tables import Problems, check_codes, check_unique, read_columns

__all__ = ["TABLES", "CensusTable", "read_census"]

CENSUS_DATE = "2021"
PERTURBATION = 11
"""Most residents by which a sum of perturbed counts may miss a perturbed total; none does in the tables themselves."""


@dataclass(frozen=True)
class CensusTable:
    """What is read of one topic summary.

    Parameters
    ----------
    title
        In words, for people.
    total
        Nomis's header of the total.
    parts
        Nomis's headers of the columns that add up to the total; none where the table is a total alone.
    names
        Nomis's header → column of the result.
    """

    title: str
    total: str
    parts: tuple[str, ...]
    names: Mapping[str, str]


_EMPLOYED = "Total: All usual residents aged 16 years and over in employment the week before the census"
_RESIDENCE = "Residence type: {}; measures: Value"
_HOUSEHOLDS = "Number of households: Number of households; measures: Value"
_CARS = "Number of cars or vans: {}"
_TRAVEL = "Method of travel to workplace: {}"
_OCCUPATION = "Occupation (current): {}"
_OCCUPATIONS = tuple(_OCCUPATION.format(name) for name in (
    "1. Managers, directors and senior officials", "2. Professional occupations",
    "3. Associate professional and technical occupations", "4. Administrative and secretarial occupations",
    "5. Skilled trades occupations", "6. Caring, leisure and other service occupations",
    "7. Sales and customer service occupations", "8. Process, plant and machine operatives",
    "9. Elementary occupations",
))

TABLES: Mapping[str, CensusTable] = {
    "ts001": CensusTable(
        title="usual residents", total=_RESIDENCE.format("Total"),
        parts=tuple(map(_RESIDENCE.format, ("Lives in a household", "Lives in a communal establishment"))),
        names={_RESIDENCE.format("Total"): "residents"},
    ),
    "ts041": CensusTable(title="households", total=_HOUSEHOLDS, parts=(), names={_HOUSEHOLDS: "households"}),
    "ts045": CensusTable(
        title="cars or vans of households", total=_CARS.format("Total: All households"),
        parts=tuple(map(_CARS.format, (
            "No cars or vans in household", "1 car or van in household", "2 cars or vans in household",
            "3 or more cars or vans in household",
        ))),
        names={
            _CARS.format("Total: All households"): "car_households",
            _CARS.format("No cars or vans in household"): "no_car_households",
        },
    ),
    "ts061": CensusTable(
        title="method of travel to work", total=_TRAVEL.format(_EMPLOYED),
        parts=tuple(map(_TRAVEL.format, (
            "Work mainly at or from home", "Underground, metro, light rail, tram", "Train", "Bus, minibus or coach",
            "Taxi", "Motorcycle, scooter or moped", "Driving a car or van", "Passenger in a car or van", "Bicycle",
            "On foot", "Other method of travel to work",
        ))),
        names={
            _TRAVEL.format(_EMPLOYED): "workers_travel",
            _TRAVEL.format("Work mainly at or from home"): "works_from_home",
        },
    ),
    "ts063": CensusTable(
        title="occupation", total=_OCCUPATION.format(_EMPLOYED), parts=_OCCUPATIONS,
        names={
            _OCCUPATION.format(_EMPLOYED): "workers",
            **{header: f"workers_occ_{group}" for group, header in enumerate(_OCCUPATIONS, 1)},
        },
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
        Index `code` (LSOA 2021), sorted; int64 counts. ts001: residents. ts041: households. ts045: car_households (all
        that were asked), no_car_households. ts061: workers_travel (all), works_from_home. ts063: workers and
        workers_occ_1 to workers_occ_9 by SOC 2020 major group.

    Raises
    ------
    MissingSourceError
        When there is no such file.
    SourceError
        When the archive is cut short or another table, columns are missing, the census is another year's, codes are
        wrong or twice there, or the parts of a row miss its total by more than the census's perturbation explains.
    """
    chosen = TABLES[table]
    kinds = {"date": "text", "geography code": "text"} | dict.fromkeys((chosen.total, *chosen.parts), "count")
    frame = read_columns(path, kinds, data=read_zip_member(path, "-lsoa.csv"))
    problems = Problems(path)
    problems.add_rows("date", frame.loc[frame["date"] != CENSUS_DATE, "date"], f"{CENSUS_DATE}, the census's year")
    check_codes(frame, "geography code", r"[EW]01\d{6}", problems, what="an LSOA code such as E01014384")
    check_unique(frame, "geography code", problems)
    _check_parts(frame, chosen, problems)
    problems.raise_if_any()
    index = pd.Index(frame["geography code"], name="code")
    return frame[list(chosen.names)].rename(columns=dict(chosen.names)).set_index(index).sort_index()


def _check_parts(frame: pd.DataFrame, table: CensusTable, problems: Problems) -> None:
    """Note totals that their parts do not add up to, and a table without anybody."""
    total = frame[table.total]
    if not total.sum():
        problems.add(f"column {table.total!r} adds up to nothing: download it again")
    if table.parts:
        parts = frame[list(table.parts)].sum(axis=1)
        expected = f"the sum of its {len(table.parts)} parts, give or take {PERTURBATION} (census perturbation)"
        problems.add_rows(table.total, total[(total - parts).abs() > PERTURBATION], expected)
