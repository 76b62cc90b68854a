"""Reader of Building Digital UK's ‘premises in BDUK plans’: who has a gigabit, and what is planned for the others.

A table a district, a row a premises: far too many to be held, so they are read in a stream, and how many are alike is
kept.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from geo.core.errors import SourceError
from geo.core.spread import IN_TURN, InTurn
from geo.core.untrusted import printable
from geo.sources.archives import DAMAGED, list_files, on_disk, open_bytes, read_each
from geo.sources.code_point import spelled_postcode
from geo.sources.csv_rows import AT_ONCE, HEAD, refuse_other_delimiter, split_csv
from geo.sources.tables import Problems, positions_of, read_columns, vintage_in_name
from geo.sources.wording import UNEDITED

UPRN, RECOGNISED, STATUS = "uprn", "bduk_recognised_premises", "subsidy_control_status"
DISTRICT, POSTCODE, UNDER_REVIEW = "local_authority_district_ons_code", "postcode", "gigabit under review"
FLAGS = ("current_gigabit", "future_gigabit", "bduk_gis", "bduk_vouchers")
OF_CONTRACTS = ("bduk_gis_contract_name", "bduk_gis_supplier", "bduk_gis_final_coverage_date",
                "bduk_vouchers_contract_name", "bduk_vouchers_supplier")
"""What is said of contracts and of voucher projects; a file may lack it, and then nothing is said."""

_NEEDED = (UPRN, RECOGNISED, STATUS, DISTRICT, POSTCODE, *FLAGS)
_STATES = (*FLAGS, "under_review")
_LONGEST = 200      # letters of a text
_UPRN = r"^\d{1,12}$"
_FLAG = {"true": "true", "false": "", "": ""}
_DATES = ((r"(\d{4})-(\d\d)-(\d\d)(?:[T ]00:00(?::00)?)?", "{0}-{1}-{2}"), (r"(\d\d)/(\d\d)/(\d{4})", "{2}-{1}-{0}"))

Codes = npt.NDArray[np.int32]
Rows = Mapping[str, Any]
"""Columns of a piece of a table, by name: Arrow's dictionaries of text, and of `UPRN` text."""


def read_planned_build(paths: Sequence[Path], spread: InTurn = IN_TURN) -> pd.DataFrame:
    """Count the premises that BDUK recognises, those alike together.

    Parameters
    ----------
    paths
        Tables as BDUK publishes them, on disk or in archives; where two have one premises (UPRN), the first counts.
    spread
        Who reads them.

    Returns
    -------
    pandas.DataFrame
        RangeIndex, in no order; district (code of a local authority) and postcode ("EX20 1AA": capitals, one space),
        both category, "" where blank; bool each of `FLAGS` and under_review; category each of `OF_CONTRACTS` ("" where
        nothing is said, or the premises is in no such contract; dates in ISO form); premises (int64, above 0).
        `attrs["rows"]` is how many rows were of recognised premises, `attrs["repeated"]` how many of them of one that a
        row before them was of, `attrs["months"]` the releases ("2026-05") by the files' names. Source: Building Digital
        UK, Open Government Licence v3.0.

    Raises
    ------
    MissingSourceError, SourceError
        When a file is no such table or is damaged, or a flag, the number of a premises or a date cannot be read; of all
        files at once.
    """
    found, failed = _Found(), []
    for each in read_each(_read_file, paths, spread):
        if isinstance(each, SourceError):
            failed.append(each)
        else:
            found.take(each)
    if failed:
        others = [f"{error.path.name}: {problem}" for error in failed[1:] for problem in error.problems]
        raise SourceError(failed[0].path, [*failed[0].problems, *others])
    if not any(len(part[UPRN]) for part in found.parts):
        raise SourceError(paths[0], [f"has no premises that BDUK recognises ({RECOGNISED} is never true): {UNEDITED}"])
    table = found.counted()
    table.attrs["months"] = sorted({vintage_in_name(path) or vintage_in_name(on_disk(path)) or "" for path in paths})
    return table


def _flag(text: str) -> str | None:
    return _FLAG.get(text.lower())


def _iso_date(text: str) -> str | None:
    """Write a date as 2029-09-30; None for what is none."""
    for pattern, order in _DATES:
        parts = re.fullmatch(pattern, text)
        if parts:
            try:
                return date.fromisoformat(order.format(*parts.groups())).isoformat()
            except ValueError:
                return None
    return None if text else ""


@dataclass
class _Texts:
    """Numbers for the different texts of a column, the same in all its pieces: 0 is "", -1 what cannot be."""

    spell: Callable[[str], str | None] = str
    expected: str = ""
    texts: list[str] = field(default_factory=lambda: [""])
    _as_found: dict[str, int] = field(default_factory=dict)
    _as_spelled: dict[str, int] = field(default_factory=lambda: {"": 0})

    def codes(self, column: pa.DictionaryArray) -> Codes:
        """Return the number of each row's text."""
        numbers = np.array([self._number(text) for text in column.dictionary.to_pylist()] or [0], dtype=np.int32)
        found: Codes = numbers[column.indices.to_numpy(zero_copy_only=False)]
        return found

    def _number(self, text: str) -> int:
        if text not in self._as_found:
            spelled = self.spell(printable(" ".join(text.split()), _LONGEST))
            self._as_found[text] = -1 if spelled is None else self.number_of(spelled)
        return self._as_found[text]

    def number_of(self, spelled: str) -> int:
        """Return the number of a text that is spelled as it should be."""
        if spelled not in self._as_spelled:
            self._as_spelled[spelled] = len(self.texts)
            self.texts.append(spelled)
        return self._as_spelled[spelled]

    def is_text(self, codes: Codes, text: str) -> npt.NDArray[np.bool_]:
        """Tell which rows have one text."""
        return np.equal(codes, self._as_spelled.get(text, -2))

    def categories(self, codes: npt.NDArray[Any]) -> pd.Categorical:
        """Return the texts of numbers."""
        return pd.Categorical.from_codes(codes, self.texts)


def _columns() -> dict[str, _Texts]:
    found = {name: _Texts(_flag, "true, false or nothing") for name in (RECOGNISED, *FLAGS)}
    found |= {STATUS: _Texts(str.lower), DISTRICT: _Texts(str.upper), POSTCODE: _Texts(spelled_postcode)}
    return found | {name: _Texts(_iso_date, "a date such as 2029-09-30, or nothing") if name.endswith("_date")
                    else _Texts() for name in OF_CONTRACTS}


@dataclass
class _Found:
    """The recognised premises of one file, or of all: a few numbers each."""

    columns: dict[str, _Texts] = field(default_factory=_columns)
    contracts: dict[tuple[int, ...], int] = field(default_factory=lambda: {(0,) * len(OF_CONTRACTS): 0})
    parts: list[Mapping[str, npt.NDArray[Any]]] = field(default_factory=list)

    def take(self, other: "_Found") -> None:
        """Take in those of another file, numbered as if it had been read after the others."""
        numbers = {name: np.array([self.columns[name].number_of(text) for text in other.columns[name].texts],
                                  dtype=np.int32) for name in (DISTRICT, POSTCODE, *OF_CONTRACTS)}
        said = (tuple(int(numbers[name][code]) for name, code in zip(OF_CONTRACTS, each, strict=True))
                for each in other.contracts)
        numbers["contract"] = np.array([self.contracts.setdefault(each, len(self.contracts)) for each in said],
                                       dtype=np.int32)
        self.parts += [{name: numbers[name][each] if name in numbers else each for name, each in part.items()}
                       for part in other.parts]

    def counted(self) -> pd.DataFrame:
        """Count premises that are alike, each premises once."""
        whole = {name: np.concatenate([part[name] for part in self.parts]) for name in self.parts[0]}
        _, first = np.unique(whole[UPRN], return_index=True)
        sizes = {DISTRICT: len(self.columns[DISTRICT].texts), POSTCODE: len(self.columns[POSTCODE].texts),
                 "states": 2 ** len(_STATES), "contract": len(self.contracts)}
        alike = np.ravel_multi_index([whole[name][first] for name in sizes], [*sizes.values()])
        kinds, premises = np.unique(alike, return_counts=True)
        district, postcode, states, contract = np.unravel_index(kinds, [*sizes.values()])
        said = np.array([*self.contracts], dtype=np.int32)[contract]
        table = pd.DataFrame({
            "district": self.columns[DISTRICT].categories(district),
            "postcode": self.columns[POSTCODE].categories(postcode),
            **{name: states >> bit & 1 == 1 for bit, name in enumerate(_STATES)},
            **{name: self.columns[name].categories(said[:, place]) for place, name in enumerate(OF_CONTRACTS)},
            "premises": premises.astype("int64"),
        })
        table.attrs["rows"] = len(whole[UPRN])
        table.attrs["repeated"] = len(whole[UPRN]) - len(first)
        return table

    def contract_codes(self, said: Codes) -> Codes:
        """Give a number to what is said of contracts (a row each of `OF_CONTRACTS`), all of it together."""
        different, places = np.unique(said, axis=0, return_inverse=True)
        numbers = [self.contracts.setdefault(tuple(each), len(self.contracts)) for each in different.tolist()]
        return np.array(numbers, dtype=np.int32)[places.ravel()]


def _read_file(path: Path) -> _Found | SourceError:
    """Read one file: in a stream, and where that will not do whole, which mends what can be and words the rest."""
    try:
        try:
            return _taken(path, _batches(path))
        except SourceError:
            raise
        except (pa.ArrowException, *DAMAGED):
            return _taken(path, _whole(path))
    except SourceError as error:     # of other files too, what is wrong is wanted
        return error


def _batches(path: Path) -> Iterator[tuple[int, Rows]]:
    """Read a file piece by piece: the row of the table at which each begins, and its columns."""
    with open_bytes(path) as file:
        head = file.read(HEAD)
    if head[:2] == b"PK":
        list_files(path)      # an archive under a table's name: it may be damaged
    table = split_csv(path, head if len(head) < HEAD else head[:head.rfind(b"\n") + 1])
    refuse_other_delimiter(table, _NEEDED)
    problems = Problems(path)
    wanted = positions_of(table.names, (*_NEEDED, *OF_CONTRACTS), OF_CONTRACTS, problems)
    problems.raise_if_any()
    keys = [str(position) for position in range(len(table.names))]
    types = {keys[position]: pa.string() if name == UPRN else pa.dictionary(pa.int32(), pa.string())
             for name, position in wanted.items()}
    row = table.first_row
    with open_bytes(path) as file, arrow_csv.open_csv(
        file, arrow_csv.ReadOptions(column_names=keys, skip_rows=table.first_row - 1, block_size=AT_ONCE),
        convert_options=arrow_csv.ConvertOptions(
            include_columns=[*types], column_types=types, strings_can_be_null=False),
    ) as batches:
        for batch in batches:
            yield row, dict(zip(wanted, batch.columns, strict=True))
            row += batch.num_rows


def _whole(path: Path) -> Iterator[tuple[int, Rows]]:
    """Read a file at once, as every other table is."""
    kinds = {name: "blank-text" if name == UPRN else "blank-category" for name in (*_NEEDED, *OF_CONTRACTS)}
    frame = read_columns(path, kinds, optional=OF_CONTRACTS)
    yield frame.attrs["first_row"], {name: pa.array(frame[name].array) for name in frame}


def _taken(path: Path, pieces: Iterator[tuple[int, Rows]]) -> _Found:
    """Find a file's recognised premises."""
    found = _Found()
    odd: dict[str, dict[int, str]] = {}
    for row, columns in pieces:
        codes = {name: found.columns[name].codes(column) for name, column in columns.items() if name != UPRN}
        chosen = np.flatnonzero(found.columns[RECOGNISED].is_text(codes[RECOGNISED], "true"))
        numbers = pc.utf8_trim_whitespace(columns[UPRN]).take(pa.array(chosen))
        bad = {UPRN: chosen[~pc.match_substring_regex(numbers, _UPRN).to_numpy(zero_copy_only=False)],
               **{name: np.flatnonzero(each < 0) for name, each in codes.items()}}
        for name, rows in bad.items():
            odd.setdefault(name, {}).update({row + int(at): columns[name][int(at)].as_py() for at in rows[:_MANY]})
        if not any(odd.values()):
            found.parts.append(_numbers(found, {name: each[chosen] for name, each in codes.items()}, numbers))
    problems = Problems(path, first_row=0)
    for name, values in odd.items():
        expected = "a whole number of up to twelve digits" if name == UPRN else found.columns[name].expected
        problems.add_rows(name, pd.Series(values, dtype=object), expected)
    problems.raise_if_any()
    return found


_MANY = 100
"""Odd values of a piece that are counted."""


def _numbers(found: _Found, codes: Mapping[str, Codes], uprn: pa.Array) -> Mapping[str, npt.NDArray[Any]]:
    """Make of recognised premises a few numbers each."""
    states = [found.columns[name].is_text(codes[name], "true") for name in FLAGS]
    states.append(found.columns[STATUS].is_text(codes[STATUS], UNDER_REVIEW))
    none = np.zeros(len(uprn), dtype=np.int32)
    by_kind = {name: states[FLAGS.index("bduk_gis" if "_gis_" in name else "bduk_vouchers")] for name in OF_CONTRACTS}
    said = np.column_stack([np.where(by_kind[name], codes.get(name, none), 0) for name in OF_CONTRACTS])
    contract = none.copy()
    contract[said.any(axis=1)] = found.contract_codes(said[said.any(axis=1)])
    bits = sum(state.astype(np.int8) << bit for bit, state in enumerate(states))
    return {UPRN: uprn.cast(pa.int64()).to_numpy(), DISTRICT: codes[DISTRICT], POSTCODE: codes[POSTCODE],
            "states": np.asarray(bits, dtype=np.int8), "contract": contract}
