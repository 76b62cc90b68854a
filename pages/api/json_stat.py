"""A ranking as JSON-stat 2.0, which statistical offices' tools read."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from geo.edition.store import Edition
from geo.words.dictionary import column

_FIGURES = ("rank", "value", "low", "high", "p05", "p95", "rate", "rate_p05", "rate_p95")


def json_stat(edition: Edition, table: pd.DataFrame, said: Mapping[str, str]) -> dict[str, Any]:
    """Write a ranking, as `ranking_table` lays it out: places × figures; `said` is its label and the view."""
    figures = [name for name in _FIGURES if name in table]
    values = table[figures].astype(object).where(table[figures].notna(), None).to_numpy().ravel().tolist()
    publishers = dict.fromkeys(str(source["publisher"]) for source in edition.manifest["sources"])
    return {
        "version": "2.0", "class": "dataset", "label": said["label"], "source": "; ".join(publishers),
        "updated": str(edition.manifest["built_at"]), "id": ["place", "figure"], "size": [len(table), len(figures)],
        "role": {"geo": ["place"], "metric": ["figure"]},
        "dimension": {
            "place": {"label": "Place", "category": {
                "index": table["code"].tolist(), "label": dict(zip(table["code"], table["name"], strict=True))}},
            "figure": {"label": "Figure", "category": {
                "index": figures, "label": {name: column(name).label for name in figures}}},
        },
        "value": values,
        "extension": {**said, "edition": edition.id, "broadband_basis": edition.broadband_basis,
                      "rail_basis": edition.rail_basis},
    }
