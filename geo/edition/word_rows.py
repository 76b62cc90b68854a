"""Rows by the words they have, for whole words and beginnings of words."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class WordRows:
    """Rows by the words they have.

    Attributes
    ----------
    sorted
        The words.
    rows
        Word → rows that have it.
    """

    sorted: list[str]
    rows: Mapping[str, frozenset[int]]

    def beginning(self, start: str) -> set[int]:
        """Rows with a word that begins so."""
        first, last = bisect_left(self.sorted, start), bisect_left(self.sorted, f"{start}~")
        return set().union(*(self.rows[word] for word in self.sorted[first:last]))

    def with_all(self, words: Iterable[str], *, whole: bool) -> set[int]:
        """Rows that have every word, or one that begins so."""
        found = [self.rows.get(word, frozenset()) if whole else self.beginning(word) for word in set(words)]
        return set(found[0].intersection(*found[1:])) if found else set()


def word_rows(texts: Iterable[str]) -> WordRows:
    """Part texts into words.

    Parameters
    ----------
    texts
        One a row.

    Returns
    -------
    WordRows
        Rows counted from 0.
    """
    rows: dict[str, set[int]] = defaultdict(set)
    for row, text in enumerate(texts):
        for word in text.split():
            rows[word].add(row)
    return WordRows(sorted(rows), {word: frozenset(having) for word, having in rows.items()})
