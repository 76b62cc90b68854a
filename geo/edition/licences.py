"""LICENCES.md of an edition: what each of its files was made from, under which licences, and whom to name."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from geo.sources.catalogue import read_credited, read_licences
from geo.sources.licences import credit_sentences, is_share_alike

LICENCES = "LICENCES.md"
"""Its name; written by the build, and checked with the edition's other files."""

_HEAD = """# Licences of this edition

Written by the build from the sources that it read. Who passes on a file of this edition, or something made from it,
keeps the licences of its sources and shows the sentences under "Whom to name"."""
_COLUMNS = ("id", "title", "publisher", "vintage", "licence")
_APART = "a file of its own: what is made from it must stay under this licence"


def licences_text(sources: Sequence[Mapping[str, Any]], tables: Iterable[str]) -> str:
    """Write the licences of an edition as Markdown.

    Parameters
    ----------
    sources
        Rows of its manifest's sources.
    tables
        Names of its tables.

    Returns
    -------
    str
        The same for the same sources and tables; the day of the build does not stand in it.
    """
    addresses = read_licences()
    named = dict.fromkeys(name for row in sources for name in _names(row) if name in addresses)
    files = [(f"{name}.{'json' if name == 'manifest' else 'parquet'}", _made_from(sources, name))
             for name in (*sorted(tables), "manifest")]
    return "\n".join([
        _HEAD, "", "## Files", "", *_table(("file", "made from", "licences"), *(
            (f"`{file}`", ", ".join(str(row["id"]) for row in rows), _licences_of(rows)) for file, rows in files)),
        "## Sources", "", *_table(_COLUMNS, *(
            tuple(str(row[column]) for column in _COLUMNS) for row in sources)),
        "## Whom to name", "", *(f"* {sentence}" for sentence in credit_sentences(sources)), "",
        "## The licences", "", *(f"* {name}: <{addresses[name]}>" for name in named), "",
    ])


def _made_from(sources: Sequence[Mapping[str, Any]], table: str) -> list[Mapping[str, Any]]:
    catalogue = read_credited()
    return [row for row in sources if row["id"] in catalogue and table in catalogue[row["id"]].tables]


def _licences_of(rows: Sequence[Mapping[str, Any]]) -> str:
    """Name the licences of sources, and say where one binds what is made from them."""
    names = dict.fromkeys(name for row in rows for name in _names(row))
    return "; ".join([*names, *[_APART] * any(map(is_share_alike, names))])


def _names(row: Mapping[str, Any]) -> list[str]:
    """Licences of a source, by name."""
    return str(row["licence"]).split("; ")


def _table(*rows: tuple[str, ...]) -> list[str]:
    """Draw a Markdown table; the first row is the header."""
    escaped = [[" ".join(cell.replace("|", "\\|").split()) for cell in row] for row in rows]
    head, *body = [f"| {' | '.join(row)} |" for row in escaped]
    return [head, f"|{' --- |' * len(rows[0])}", *body, ""]
