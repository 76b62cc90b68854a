"""`make fuzz MUTANTS=20000 SEED=1`: try mutants, print what became of them; fails when one broke or went unnoticed."""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from tests.fixtures.open_data import OPEN_DATA
from tests.fuzz.cut import make_cut
from tests.fuzz.harness import MEMORY, read_clean, try_mutants


def main() -> int:
    """Return 0 when the score is 0."""
    parser = argparse.ArgumentParser(description="Try damaged input files.")
    parser.add_argument("--mutants", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so long")
    options = parser.parse_args()
    if not OPEN_DATA.is_dir():
        print("not tried: needs the publishers' files in ../shared/open-data")
        return int(os.environ.get("CI", "").lower() == "true")
    with tempfile.TemporaryDirectory() as folder:
        clean = read_clean(make_cut(OPEN_DATA, Path(folder) / "cut"))
        tally = try_mutants(clean, Path(folder) / "mutants", options.mutants, options.seed, options.seconds)
    print(tally.report())
    return int(bool(tally.faults) or tally.memory > MEMORY)


if __name__ == "__main__":
    sys.exit(main())
