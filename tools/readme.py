"""Write the README's tables from the records of figures and sources: `python tools/readme.py`."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from geo.core.measures import BASES, FIGURES  # noqa: E402
from geo.edition.store import STARTER, load_edition  # noqa: E402
from geo.sources.catalogue import read_catalogue  # noqa: E402
from geo.sources.licences import credit_sentences  # noqa: E402
from geo.words.definitions import definition, label  # noqa: E402

README = ROOT / "README.md"
_WORDS = ("people_in_gap", "nowhere_to_turn", "premises_below", "cut_off_by_rail")


def words() -> list[str]:
    """Say what the figures mean."""
    rows = {label(FIGURES[key]): definition(FIGURES[key]) for key in _WORDS}
    rows |= {BASES[key].mark: BASES[key].meaning for key in ("estimated", "indicative")}
    return ["| word | meaning |", "| --- | --- |", *(f"| {name} | {meaning} |" for name, meaning in rows.items())]


def sources() -> list[str]:
    """List the sources, and the sentences that the publishers of the starter edition's files ask for."""
    rows = ["| source | publisher | vintage | licence |", "| --- | --- | --- | --- |"]
    rows += [f"| [{source.title}]({source.address}) | {source.publisher} | {source.vintage} | {source.licence} |"
             for source in read_catalogue().values()]
    credits_ = credit_sentences(load_edition(STARTER, geometry=False).manifest["sources"])
    return [*rows, "", *(f"{sentence}  " for sentence in credits_)]


def with_tables(readme: str) -> str:
    """Return a README with its tables written anew."""
    for name, lines in (("words", words()), ("sources", sources())):
        start, end = f"<!-- {name}: written by tools/readme.py -->", f"<!-- end of {name} -->"
        table = "\n".join([start, "", *lines, "", end])
        before, _, rest = readme.partition(start)
        readme = before + table + rest.partition(end)[2]
    return readme


if __name__ == "__main__":
    README.write_text(with_tables(README.read_text(encoding="utf-8")), encoding="utf-8")
