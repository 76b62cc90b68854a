"""What the columns of CSV files are, for programs: metadata of the W3C (CSV on the Web), beside the files."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from geo.edition.store import Edition
from geo.sources.licences import credit_sentences, without_share_alike
from geo.words.dictionary import Column
from geo.words.made import with_mark

METADATA = "csv-metadata.json"
"""Where programs look for it: in the folder of the files."""

_CONTEXT = ["http://www.w3.org/ns/csvw", {"@language": "en"}]
_DIALECT = {"encoding": "utf-8", "header": True, "headerRowCount": 1, "delimiter": ",", "quoteChar": '"',
            "doubleQuote": True, "lineTerminators": ["\r\n", "\n"]}
_DATATYPES: Mapping[str, Any] = {
    "string": "string", "integer": "integer", "number": "number", "boolean": {"base": "boolean", "format": "yes|no"}}


def csvw(
    url: str, columns: Sequence[Column], *, title: str, description: str = "", key: Sequence[str] = (),
    about: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Describe one CSV file, named by its address from where the description stands.

    `key` names the columns that together tell its rows apart; `about` is `source_notes`, of an edition.
    """
    return {"@context": _CONTEXT, **_table(url, columns, title, description, key), "dialect": _DIALECT, **(about or {})}


def csvw_group(tables: Sequence[Mapping[str, Any]], about: Mapping[str, Any]) -> dict[str, Any]:
    """Describe several files of a folder, each as `csvw` describes it."""
    own = [{name: part for name, part in table.items() if name not in {"@context", "dialect"}} for table in tables]
    return {"@context": _CONTEXT, "dialect": _DIALECT, **about, "tables": own}


def csvw_bytes(metadata: Mapping[str, Any]) -> bytes:
    """Write metadata as a file."""
    return f"{json.dumps(metadata, indent=1, ensure_ascii=False)}\n".encode()


def source_notes(edition: Edition, title: str) -> dict[str, Any]:
    """Say what was asked, from which edition, and whom to name."""
    sources = without_share_alike(edition.manifest["sources"])
    return {
        "dc:title": with_mark(title, edition), "dc:identifier": edition.id,
        "dc:license": sorted({str(source["licence"]) for source in sources}),
        "dc:rights": credit_sentences(sources),
        "dc:source": [f"{source['title']}. {source['publisher']}, {source['vintage']}. {source['licence']}. "
                      f"{source['address']}" for source in sources],
    }


def _table(
    url: str, columns: Sequence[Column], title: str, description: str, key: Sequence[str],
) -> dict[str, Any]:
    schema: dict[str, Any] = {"columns": [_column(column) for column in columns]}
    if key:
        schema["primaryKey"] = list(key)
    said = {"dc:description": description} if description else {}
    return {"url": url, "dc:title": title, **said, "tableSchema": schema}


def _column(column: Column) -> dict[str, Any]:
    unit = {"schema:unitText": column.unit} if column.unit else {}
    return {
        "name": column.name, "titles": [column.name, column.label], "dc:description": column.description,
        "datatype": _DATATYPES[column.datatype], "null": [""], **unit,
    }
