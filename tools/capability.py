"""Average Dingel and Neiman's shares of US occupations over UK major groups: `python tools/capability.py FILE`.

What it prints stands in data/capability.csv; FILE is their table, with a row for each US occupation.
"""

import sys
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from geo.core.choices import DATA, OCCUPATIONS  # noqa: E402
from geo.sources.tables import Column, Problems, read_table  # noqa: E402

_CROSSWALK = {
    "us_soc": Column("text", "us_soc", r"\d{2}(-\d{1,4})?", "the beginning of a US occupation's code"),
    "us_group": Column("text"),
    "uk_group": Column("count", "uk_group", "", "a major group from 1 to 9", (1, 9)),
    "reason": Column("text"),
}
_SHARES = {
    "OCC_CODE": Column("text", "us_soc", r"\d{2}-\d{4}", "a US occupation such as 11-1011"),
    "teleworkable": Column("number", "teleworkable", "", "a share from 0 to 1", (0, 1)),
}


def average_shares(path: Path, crosswalk: Path = DATA / "capability_crosswalk.csv") -> pd.Series:
    """Average shares over UK major groups 1 to 9; occupations count alike, as the table has no employment.

    The crosswalk leads from US codes, or beginnings of them, to UK groups; the longest beginning decides.
    """
    groups = read_table(crosswalk, _CROSSWALK, "us_soc", comment="#")["uk_group"].to_dict()
    longest = sorted(groups, key=len, reverse=True)

    def beginnings(codes: pd.Series) -> pd.Series:
        return codes.map(lambda code: next(filter(code.startswith, longest), ""))

    def check(frame: pd.DataFrame, problems: Problems) -> None:
        found = beginnings(frame["OCC_CODE"])
        problems.add_rows("OCC_CODE", frame.loc[found == "", "OCC_CODE"], f"an occupation that {crosswalk.name} has")
        idle = sorted(set(groups) - set(found))
        if idle:
            problems.add(f"{crosswalk.name}: {', '.join(idle)} decide nothing, expected occupations for every line")
        empty = sorted(set(OCCUPATIONS) - set(found.map(groups)))
        if empty:
            problems.add(f"{crosswalk.name}: no occupation is in UK group {', '.join(map(str, empty))}")

    shares = read_table(path, _SHARES, "OCC_CODE", check=check)["teleworkable"]
    return shares.groupby(beginnings(shares.index.to_series()).map(groups)).mean().rename_axis("occupation")


if __name__ == "__main__":
    print(average_shares(Path(sys.argv[1])).round(4).to_string())
