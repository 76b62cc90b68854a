"""Find places from what a reader types: a code, a name or part of one, a misspelling, a postcode or its beginning.

A place is also found by the towns and villages in it, by its MP, and by a district that became part of it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from rapidfuzz import process
from rapidfuzz.distance import OSA

from geo.core.cache import cached
from geo.edition.former_districts import FORMER_DISTRICTS
from geo.edition.places import fold
from geo.edition.store import Edition

LONGEST = 80
"""Letters of a query that are read; no name is longer."""

CLOSE_ENOUGH = 0.65
"""Share of letters that must be right for a word to count as another misspelt; two letters swapped are one wrong."""

_PRECEDENCE = ("region", "authority", "county", "lep", "constituency", "district", "ward", "msoa", "lsoa")
_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)(?:([0-9])([A-Z]{0,2}))?")
_HOLD_AUTHORITIES = ("region", "county", "lep")      # "within" names what they hold, not where they are
_TITLES = re.compile(r"^((sir|dame|dr|rt|hon|lord|lady) )+")
_EVERYWHERE = {"and", "the", "with"}
_AROUND_A_POSTCODE = ("lsoa", "msoa", "ward", "authority", "constituency", "county")


@dataclass(frozen=True)
class Hit:
    """One place that a query may mean.

    Attributes
    ----------
    code, name, kind, within, neighbour
        As in `Edition.places`; for an LSOA, `within` also names its locality.
    note
        Why it was found, where its name does not say so; "" otherwise.
    exact
        Whether the query is its code, its whole name, or the whole of another name it is found by (of a postcode, a
        village, its MP, a former district in it); not for a town that only its authority holds.
    """

    code: str
    name: str
    kind: str
    within: str
    neighbour: bool
    note: str = ""
    exact: bool = False


@dataclass(frozen=True)
class _Index:
    """What a search looks things up in: postcodes, and places in order of precedence, then places by other names.

    `larger` has the rows of places that are no LSOAs, `others` those of other names, `vague` those of them that are
    never exact.
    """

    hits: list[Hit]
    rows: dict[tuple[str, str], int]
    larger: list[int]
    others: range
    vague: set[int]
    names: list[str]
    said: list[str]
    vocabulary: list[str]
    postcodes: np.ndarray
    postcode_areas: np.ndarray
    areas: pd.DataFrame


def search(edition: Edition, text: str, limit: int = 8) -> list[Hit]:
    """Find the places that a text may mean.

    Parameters
    ----------
    edition
        The edition served. What is looked up in is made at the first search and kept by the edition's id.
    text
        Anything a reader types.
    limit
        How many places at most.

    Returns
    -------
    list of Hit
        Best first: a code; a whole name; names that begin with the text; names with words that begin with its words;
        names that hold it; places whose name and surroundings have all its words; near spellings; names with some of
        its words. Among equals larger kinds come first, neighbours of the South West last; then places by other names
        (a former district, an MP, a town or village; `note` says which), those with most stops first. A town or village
        leads to the ward that holds most of it, else to the MSOA, else to the authority. LSOAs are found by a number,
        by code and by postcode. For a postcode the places it lies in, smallest first; for the beginning of one the
        wards and localities with most of its postcodes. No place twice. Empty when nothing fits.

    Examples
    --------
    >>> [hit.name for hit in search(edition, "okehampton", 2)]  # doctest: +SKIP
    ['Okehampton North', 'Okehampton South']
    """
    index = _index(edition)
    typed = " ".join(text[:LONGEST].split())
    code = typed.upper()
    by_code = [row for kind in _PRECEDENCE if (row := index.rows.get((kind, code))) is not None]
    if by_code:
        return [replace(index.hits[row], exact=True) for row in by_code[:limit]]
    around = _by_postcode(index, code, limit)
    if around:
        return around
    folded = fold(typed)
    return _hits_of_names(index, folded, limit) if folded else []


def search_row(edition: Edition, hit: Hit) -> dict[str, str | bool]:
    """Spell a hit as a plain row, for JSON.

    Parameters
    ----------
    edition
        That was searched.
    hit
        One of its places.

    Returns
    -------
    dict
        Code, name, kind, authority (or authorities that it lies in), note and exact.
    """
    authority = str(edition.places_of(hit.kind).loc[hit.code, "within"])
    return {"code": hit.code, "name": hit.name, "kind": hit.kind, "authority": authority, "note": hit.note,
            "exact": hit.exact}


@cached(2)
def _index(edition: Edition) -> _Index:
    places = _in_order(edition)
    folded = [fold(name) for name in places["name"]]
    hits = [Hit(row.code, row.name, row.kind, row.within, bool(row.neighbour)) for row in places.itertuples()]
    rows = {(hit.kind, hit.code): row for row, hit in enumerate(hits)}
    larger = [row for row, hit in enumerate(hits) if hit.kind != "lsoa"]
    said = [f" {name}" if hit.kind in _HOLD_AUTHORITIES else f" {name} {fold(hit.within)}"
            for name, hit in zip(folded, hits, strict=True)]
    others = [*_former_districts(hits, rows), *_members(edition, hits, rows), *_localities(edition, hits, rows)]
    listed = edition.postcodes[edition.postcodes["postcode"] != ""]
    compact = listed["postcode"].str.replace(" ", "", regex=False).to_numpy().astype("S7")
    sorting = np.argsort(compact, kind="stable")
    return _Index(
        [*hits, *(other.hit for other in others)], rows, larger, range(len(hits), len(hits) + len(others)),
        {len(hits) + number for number, other in enumerate(others) if other.vague},
        # A space before every word, so that " tav" finds words that begin so.
        [f" {name}" for name in [*folded, *(other.name for other in others)]],
        [*said, *(f" {other.name} {other.near}" for other in others)],
        sorted({word for name in [*(folded[row] for row in larger), *(other.name for other in others)]
                for word in name.split() if len(word) > 2}),
        compact[sorting], listed["area"].to_numpy()[sorting], edition.areas)


class _Other(NamedTuple):
    """Another name that a place is found by: as `fold` spells it, as are the names around it."""

    name: str
    near: str
    hit: Hit
    vague: bool = False


def _former_districts(hits: Sequence[Hit], rows: Mapping[tuple[str, str], int]) -> list[_Other]:
    """List those that are no places of the edition, by the authority that they became part of."""
    return [_Other(fold(former.name), "", replace(
                hits[rows["authority", former.successor]], note=f"{former.name} became part of it in {former.year}"))
            for former in FORMER_DISTRICTS
            if ("district", former.code) not in rows and ("authority", former.successor) in rows]


def _members(edition: Edition, hits: Sequence[Hit], rows: Mapping[tuple[str, str], int]) -> list[_Other]:
    """List MPs by their constituency; without "Sir" or "Dr" a name is whole too."""
    seats, day = edition.places[edition.places["mp"] != ""], edition.manifest["vintages"].get("members", "")
    return [_Other(name, "", replace(
                hits[rows["constituency", seat.code]], note=f"MP on {day}: {seat.mp}, {seat.mp_party}"))
            for seat in seats.itertuples() for name in dict.fromkeys((fold(seat.mp), _TITLES.sub("", fold(seat.mp))))]


def _localities(edition: Edition, hits: Sequence[Hit], rows: Mapping[tuple[str, str], int]) -> list[_Other]:
    """List towns and villages by the place that holds most of each, those with most stops first."""
    table, found = edition.localities, []
    larger = edition.areas.loc[table["area"], ["ward", "msoa", "authority", "neighbour"]].set_axis(table.index)
    table = table.join(larger).sort_values(["neighbour", "stops", "name"], ascending=[True, False, True])
    around = {name: fold(name) for name in {*table["parent"], *(hit.within for hit in hits if hit.kind != "lsoa")}}
    for row in table.itertuples():
        hit = hits[rows[row.held_by, getattr(row, row.held_by)]]
        spelled = f"{row.name} ({row.parent})" if row.parent else row.name
        found.append(_Other(fold(row.name), f"{around[row.parent]} {around[hit.within]}",
                            replace(hit, note=f"{spelled} is here"), row.held_by == "authority"))
    return found


def _in_order(edition: Edition) -> pd.DataFrame:
    """List every place once, first those that a short text is likelier to mean."""
    places = pd.DataFrame(edition.places[["kind", "code", "name", "within", "neighbour"]])
    is_lsoa = places["kind"] == "lsoa"
    named = edition.areas["msoa"].map(edition.names("msoa")).loc[places.loc[is_lsoa, "code"]].to_numpy()
    places.loc[is_lsoa, "within"] = named + ", " + places.loc[is_lsoa, "within"]
    order = places["kind"].map({kind: number for number, kind in enumerate(_PRECEDENCE)})
    places = places.assign(order=order, length=places["name"].str.len())
    places = places.sort_values(["neighbour", "order", "length", "name", "code"], ignore_index=True)
    return places.drop_duplicates("code", ignore_index=True)     # an authority may be its own county


def _hits_of_names(index: _Index, folded: str, limit: int) -> list[Hit]:
    whole = {f" {folded}", f" {folded} city of", f" {folded} county of"}
    exact = [row for row, name in enumerate(index.names) if name in whole and row not in index.vague]
    found = _once(index, exact)
    with_lsoas = any(letter.isdigit() for letter in folded)
    for rows in _ever_looser(index, folded, range(len(index.hits)) if with_lsoas else [*index.larger, *index.others]):
        if len(found) >= limit:
            break
        found = _once(index, [*found, *rows])
    found = found or _once(index, _some_of_it(index, folded.split()))
    return [replace(index.hits[row], exact=row in exact) for row in found[:limit]]


def _once(index: _Index, rows: Iterable[int]) -> list[int]:
    """Keep the first row of each place."""
    first: dict[str, int] = {}
    for row in rows:
        first.setdefault(index.hits[row].code, row)
    return list(first.values())


def _ever_looser(index: _Index, folded: str, among: Sequence[int]) -> Iterator[list[int]]:
    """Give rows of places that fit, one way of fitting after the other."""
    names, said = index.names, index.said
    start, wanted = f" {folded}", [f" {word}" for word in folded.split()]
    yield [row for row in among if names[row].startswith(start)]
    yield [row for row in among if all(word in names[row] for word in wanted)]
    if len(folded) > 2:
        yield [row for row in among if folded in names[row]]
    yield [row for row in among if all(word in said[row] for word in wanted)]
    meant = [f" {_repaired(index, word.strip())}" for word in wanted]
    if meant != wanted:
        yield [row for row in among if all(word in names[row] for word in meant)]
        yield [row for row in among if all(word in said[row] for word in meant)]


def _some_of_it(index: _Index, words: list[str]) -> list[int]:
    """Places that have some of the words, those with most of the text first."""
    wanted = [f" {_repaired(index, word)}" for word in words if len(word) > 2 and word not in _EVERYWHERE]
    scores = {row: sum(len(word) for word in wanted if word in index.names[row]) for row in index.larger}
    return sorted((row for row, score in scores.items() if score), key=lambda row: -scores[row])


def _repaired(index: _Index, word: str) -> str:
    """Replace a word that begins no word of a name by the most similar one that is, where there is one."""
    if len(word) < 4 or any(known.startswith(word) for known in index.vocabulary):     # all is near to so little
        return word
    close = process.extractOne(word, index.vocabulary, scorer=OSA.normalized_similarity, score_cutoff=CLOSE_ENOUGH)
    return close[0] if close else word


def _by_postcode(index: _Index, typed: str, limit: int) -> list[Hit]:
    """Places of a whole postcode, or of the beginning of one; none when the text is neither."""
    compact = typed.replace(" ", "")
    if not (len(compact) <= 7 and _POSTCODE.fullmatch(compact)):
        return []
    whole = _with_prefix(index, compact)
    if whole.stop - whole.start == 1 and index.postcodes[whole.start].decode() == compact:
        spelled = f"{compact[:-3]} {compact[-3:]}"
        area = index.areas.loc[index.postcode_areas[whole.start]]
        codes = [(kind, area.name if kind == "lsoa" else area[kind]) for kind in _AROUND_A_POSTCODE]
        found = [index.hits[index.rows[key]] for key in codes if key in index.rows][:limit]
        return [replace(hit, note=f"{spelled} is here", exact=hit.kind == "lsoa") for hit in found]
    areas = index.postcode_areas[_district(index, typed, compact)]
    return _most_of(index, pd.Series(areas, dtype="str"), typed, limit)


def _district(index: _Index, typed: str, compact: str) -> np.ndarray:
    """Rows of postcodes that begin as typed; of one district (EX2 is not EX20) where there is such a district."""
    rows = _with_prefix(index, compact)
    numbers = np.arange(rows.start, rows.stop)
    outward = typed.partition(" ")[0]
    of_district = np.char.str_len(index.postcodes[rows]) == len(outward) + 3      # the second half has three
    return numbers[of_district] if of_district.any() else numbers


def _with_prefix(index: _Index, compact: str) -> slice:
    start, stop = np.searchsorted(index.postcodes, [compact.encode(), compact.encode() + b"~"])
    return slice(int(start), int(stop))


def _most_of(index: _Index, areas: pd.Series, spelled: str, limit: int) -> list[Hit]:
    """Wards and localities with most of the postcodes that begin so."""
    hits: list[tuple[int, Hit]] = []
    for kind in ("ward", "msoa"):
        counts = areas.map(index.areas[kind]).value_counts()
        for code, count in counts.head(limit).items():
            said = f"{count:,} postcode{'' if count == 1 else 's'} that begin{'s' if count == 1 else ''} with {spelled}"
            hits.append((-int(count), replace(index.hits[index.rows[(kind, str(code))]], note=said)))
    ordered = sorted(hits, key=lambda found: (found[0], found[1].kind, found[1].code))
    return [hit for _, hit in ordered[:limit]]
