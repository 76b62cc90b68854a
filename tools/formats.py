"""Write docs/formats.md from the schemas and the records: `python tools/formats.py`."""

import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from geo.core.measures import BASES  # noqa: E402
from geo.core.priority_terms import Terms  # noqa: E402
from geo.core.view import View  # noqa: E402
from geo.edition.identity import FACTS_HASH, LATER_FIGURES, MADE, MANIFEST_FIGURES  # noqa: E402
from geo.edition.manifest import MANIFEST_FACTS, METHOD_NUMBERS, SCHEMA_NUMBERS  # noqa: E402
from geo.edition.schema import OPTIONAL_TABLES, SCHEMAS  # noqa: E402
from geo.edition.store import STARTER, Edition, load_edition  # noqa: E402
from geo.figures.certainty import certainty  # noqa: E402
from geo.figures.changes import CAUSES  # noqa: E402
from geo.figures.likeness import alike, alike_rows  # noqa: E402
from geo.figures.place import show  # noqa: E402
from geo.figures.place_json import place_json  # noqa: E402
from geo.figures.planned import PlannedBuild  # noqa: E402
from geo.figures.priorities import priority_rows, where_first  # noqa: E402
from geo.figures.profile import place_profile  # noqa: E402
from geo.figures.robust import robust  # noqa: E402
from geo.figures.what_if import CHANGING  # noqa: E402
from geo.pack.file.manifest import MANIFEST_PARTS  # noqa: E402
from geo.pack.tables import pack_tables  # noqa: E402
from geo.pack.tidy import DICTIONARY, dictionary_table  # noqa: E402
from geo.sources.made import LONGEST, MARK  # noqa: E402
from geo.words.definitions import data_dictionary  # noqa: E402

DOCUMENT = ROOT / "docs" / "formats.md"


def _table(*rows: tuple[str, ...]) -> list[str]:
    """Draw a Markdown table; the first row is the header."""
    escaped = [[cell.replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows]
    head, *body = [f"| {' | '.join(row)} |" for row in escaped]
    return [head, f"|{' --- |' * len(rows[0])}", *body, ""]


def _edition() -> list[str]:
    lines = []
    for name, schema in SCHEMAS.items():
        index = [(str(schema.index.name), schema.index)] if schema.index is not None else []
        rows = [(f"`{column}`", str(part.dtype), "may be missing" if part.nullable else "",
                 "; ".join(re.sub(r"[<>]", "", str(check)) for check in part.checks))
                for column, part in [*index, *schema.columns.items()]]
        lacking = ["An edition may lack this table.", ""] if name in OPTIONAL_TABLES else []
        lines += [f"### {name}.parquet", "", *lacking, *_table(("column", "type", "missing", "check"), *rows)]
    facts = ", ".join(f"`{name}`" for name in MANIFEST_FACTS)
    numbers = [f"* `{name}` {number}: {meaning}." for name, meanings in (
        ("schema", SCHEMA_NUMBERS), ("method", METHOD_NUMBERS)) for number, meaning in meanings.items()]
    figures, later = (", ".join(f"`{name}`" for name in names) for names in (MANIFEST_FIGURES, LATER_FIGURES))
    return [*lines, "### reach.parquet", "",
            "`hub`, `clock`, `access` (dictionaries), `area` (row number in areas), `minutes` (whole, rounded up; 32767: no "
            "rail), `postcodes` (how many).", "", "### LICENCES.md", "",
            "What each file was made from, under which licences, and whom to name. It is no part of the edition's identity; "
            "editions of earlier versions lack it.", "", "### manifest.json", "",
            f"Figures, part of the edition's identity: {figures}; and, which editions of earlier versions lack, {later}. "
            f"Facts: {facts}; and, where the build warned of anything, `warnings`: a sentence each. "
            f"`{FACTS_HASH}` guards them: the SHA-256 of all facts but `id`, `name` and `built_at`, as JSON with sorted keys. An "
            "edition whose facts were changed is refused; editions of earlier versions lack it.", "",
            f"`{MADE}` says what of an edition is made up, as the file `{MARK}` (one line of at most {LONGEST} letters) among the "
            "files that it was built from says; it is part of the identity and guarded besides, the id begins with made-, "
            "and every page, answer, pack and picture says it first. True editions lack it.", "",
            "`schema` and `method` are whole numbers, 0 where they are not there. An edition of an earlier schema opens, and "
            "says what is not in it (`geo check`, the page 'Method and data', notes beside figures); one of a later schema "
            "than is known is refused in one line.", "", *numbers, ""]


def _shape(part: Any, path: str = "") -> list[tuple[str, str]]:
    """Paths and types of an answer."""
    if isinstance(part, dict):
        return [row for name, value in part.items() for row in _shape(value, f"{path}.{name}" if path else name)]
    kind = {type(None): "null", bool: "boolean", int: "integer", float: "number", str: "text", list: "list of texts",
            tuple: "list of views: option → value"}
    return [(f"`{path}`", kind[type(part)])]


def _tables(edition: Edition) -> list[str]:
    """Every table that a pack can hold, with its columns: of a pack that has all of them."""
    asked = View(place="E07000046", first="halve", upgrade="E07000046", to="gigabit", against=edition.id)
    tables = pack_tables(place_profile(edition, asked))
    dictionary = tables.pop(DICTIONARY)
    named = {("inside-KIND" if stem.startswith("inside-") else stem): table for stem, table in dictionary.groupby("table", sort=False)}
    lines = []
    for stem, table in {**named, DICTIONARY: dictionary_table({DICTIONARY: dictionary.columns})}.items():
        rows = [(f"`{row.column}`", row.datatype, row.unit, row.description) for row in table.itertuples()]
        lines += [f"### {stem}", "", *_table(("column", "type", "unit", "what it is"), *rows)]
    return lines


def formats_text() -> str:
    """Write the whole document."""
    edition, view = load_edition(STARTER), View()
    known = replace(show(edition, view), planned=PlannedBuild(0, 0, 0, 0, 0, 0, 0.0, 0.0, 0.0))
    answer, torridge = place_json(known, certainty(edition, view, edition.place(view.place))), edition.place("E07000046")
    like, held = alike_rows(alike(edition, view, torridge), edition), robust(edition, view, torridge)
    first = priority_rows(where_first(edition, view, torridge, Terms()), edition)
    kept = {name: value for name, value in answer.items() if name != "comparators"}
    kept["edition"] = {**kept["edition"], "vintages": {"SOURCE": "text"}}
    figures = [tuple(str(row[name]) for name in ("key", "label", "unit", "rate_unit", "basis", "depends_on", "definition"))
               for row in data_dictionary()]
    parts = [(f"`{name}`", meaning) for name, meaning in MANIFEST_PARTS.items()]
    return "\n".join([
        "# Formats", "", "Written by `tools/formats.py` from the schemas and the records of figures: do not edit by hand.", "",
        "## An edition", "", "A folder, written whole or not at all; `geo check DIR` says whether it holds.", "", *_edition(),
        "## The figures", "", "Every figure has one record (`geo/core/measures.py`).", "",
        *_table(("key", "label", "unit", "rate", "rests on", "depends on", "definition"), *figures),
        "What they rest on:", "", *_table(("mark", "meaning"), *((basis.mark, basis.meaning) for basis in BASES.values())),
        "## show --json", "", f"Every number of {edition.region.spoken} in the starter edition, by its path. `comparators` holds the "
        "`rates` of the region, and of England the shares that Ofcom publishes. Premises are whole numbers where Ofcom "
        "publishes them; a figure that cannot be is null. `planned_build` and `still_stuck` are null where the edition was "
        "built without BDUK's list of premises, as the starter edition was. `certainty` holds the ends between which nine of ten draws of what is "
        "not known lie, of each figure that is estimated and of its rate; for a place that is ranked `rank` holds `of` (how "
        "many), and by `count` and `rate` of people in the gap `p05` and `p95` of its rank (1 is the worst), `worst_ten` and "
        "`worst_tenth`: the share of draws in which it is among them. `rank --json` has the same for each row.", "", *_table(("path", "type"), *_shape(kept)),
        "## like --json", "", "A list, most alike first; each entry has", "", *_table(("path", "type"), *_shape(like[0])),
        "## first --json", "", "A list, the first to upgrade first. `optimality_gap`: by how much of its worth the best choice "
        "may be better (0 to 1); null where the order alone is exact. Ends of intervals are null where nothing is drawn.", "",
        *_table(("path", "type"), *_shape(first[0])),
        "## diff --json", "",
        "`before` and `after` say which editions; `sources` which publishers' files differ, `lacks` what is not in "
        "either edition. `region` and each of "
        "`places`, those that changed, hold `figures`: `measure`, `option` (the speed or the hub it is at), `before`, `after`, "
        "`change`, its `parts` (" + ", ".join(f"`{cause}`" for cause in CAUSES) + "; they sum to it), `basis` and `certainty` (between "
        "what the change lies, where it is drawn); and `journeys`: residents for whom the journey from the door to a hub takes "
        "`longer` or `shorter`. `there` is both, before or after. `stations` are those whose journeys to the hub changed. Of an "
        "edition with itself all lists are empty.", "",
        "## whatif --json", "", "`before` and `after`, each as `show --json`; `notes` of after begin with what is changed. "
        "`change` has the same paths with every number of after less that of before, null where either is; its "
        "`certainty` holds the ends between which nine of ten draws of the change itself lie, by figure "
        f"({', '.join(f'`{key}`' for key in CHANGING)}). It has no `comparators` and no `notes`.", "",
        "## robust --json", "", "A list, one entry a claim: `most` (people, among the `worst` so many of those `ranked`), "
        "`highest` (rate, likewise), `above_region`, `above_england`; `few` and `unknown` count the views left out.", "",
        *_table(("path", "type"), *_shape(held[0]._asdict())),
        "## A pack's tables", "", "In `tables/` as CSV (UTF-8 with a mark at its start, one header row), each a sheet of the "
        "workbook too, with the same columns described in `dictionary.csv` for readers and in `csv-metadata.json` for programs "
        "(CSV on the Web). `inside-KIND` stands for one table a kind of place. Counts have two decimals at most, shares six; "
        "`figures` has every digit. The layers of `areas.gpkg` have columns of the same names.", "", *_tables(edition),
        "## A pack's manifest.json", "", "JSON with sorted keys; `geo verify` refuses any other part.", "",
        *_table(("part", "what it is"), *parts),
    ]).rstrip() + "\n"


if __name__ == "__main__":
    DOCUMENT.write_text(formats_text(), encoding="utf-8")
