"""Find places from what a reader types: a code, a name or part of one, a misspelling, a postcode or its beginning.

A place is also found by the towns and villages in it, by its MP, by the names people use for it, and by a district that
became part of it.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from rapidfuzz import process
from rapidfuzz.distance import OSA

from geo.core.cache import cached
from geo.edition.former_districts import FORMER_DISTRICTS
from geo.edition.partnerships import offers
from geo.edition.postcode_lines import PostcodeLines, postcode_lines
from geo.edition.postcodes_typed import begun_postcode, plain_signs, spaced, whole_postcodes
from geo.edition.spelling import OTHER_NAMES, Reading, fold, readings, without_title
from geo.edition.store import Edition
from geo.edition.word_rows import WordRows, word_rows

LONGEST = 300
"""Letters of a query that are read; no address is longer."""

CLOSE_ENOUGH = 0.65
"""Share of letters that must be right for a word to count as another misspelt; two letters swapped are one wrong."""

NAME_CLOSE_ENOUGH = 0.8
"""The same for whole names run together, and for a word among others that fit nothing."""

ENOUGH_OF_IT = 0.5
"""Share of the letters typed that must be in a name, where not all words are, for it to be offered."""

_MOST_WORDS = 12      # of a query; those of an address that follow say less and less of where it is
_MOST_REPAIRED = 5    # longer texts are addresses, whose other words are no misspelt places
_PRECEDENCE = ("region", "authority", "county", "lep", "constituency", "district", "ward", "msoa", "lsoa")
_CODE = re.compile("[A-Z][0-9]{8}")
_HOLD_AUTHORITIES = ("region", "county", "lep")      # "within" names what they hold, not where they are
_COUNTRY = {"england", "uk", "united", "kingdom", "great", "britain", "gb"}
_EVERYWHERE = {"and", "the", "with", "council", "street", "road", "lane", "house"}
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
        village, its MP, a former district in it), with or without the words of office and the names of what is around
        it; not for a town that only its authority holds.
    nearest
        Whether it is no more than near: spelled otherwise, or with some of the words alone. Never opened by itself.
    """

    code: str
    name: str
    kind: str
    within: str
    neighbour: bool
    note: str = ""
    exact: bool = False
    nearest: bool = False


@dataclass(frozen=True)
class Found:
    """What a search found.

    Attributes
    ----------
    hits
        Places, best first; all of them nearest, or none.
    outside
        The postcode, or its beginning, that was typed and is none of the edition's; "" otherwise.
    near_ours
        Whether the edition has others of the same district.
    postcode
        The whole postcode that was typed and found; "" otherwise.
    lines
        What Ofcom says of its lines; None where that is not known.
    """

    hits: list[Hit]
    outside: str = ""
    near_ours: bool = False
    postcode: str = ""
    lines: PostcodeLines | None = None


@dataclass(frozen=True)
class _Index:
    """What a search looks things up in: rows of places in order of precedence, then of places by other names.

    `sorts` has what each row's name is the name of: a kind of place, "mp" or "locality". `vague` are rows never exact,
    `numbered` those of LSOAs. `exact` has the rows of whole names, also run together and with their words in order.
    `postcodes` are sorted, without blanks; `postcode_areas` has the row in `areas` of each.
    """

    hits: list[Hit]
    sorts: list[str]
    names: list[str]
    near: list[frozenset[str]]
    rows: dict[tuple[str, str], int]
    codes: Mapping[str, list[int]]
    vague: frozenset[int]
    numbered: frozenset[int]
    exact: Mapping[str, list[int]]
    named: WordRows
    said: WordRows
    vocabulary: list[str]
    together: list[str]
    postcodes: np.ndarray
    postcode_areas: np.ndarray
    areas: pd.DataFrame = field(repr=False)


def search(edition: Edition, text: str, limit: int = 8) -> Found:
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
    Found
        Best first: a code; a whole name, also as people say it ("S Glos Council"), with or without what is around it
        ("Hartland, Devon"); names with all its words, then with words that begin so; places whose name and
        surroundings have all its words. Among equals larger kinds come first, neighbours of the region last; then
        places by other names (a former district, an MP, a town or village; `note` says which), those with most stops
        first. A town or village leads to the ward that holds most of it, else to the MSOA, else to the authority.
        LSOAs are found by a number, by code and by postcode. For a postcode, alone or in an address, the places it lies
        in, smallest first; for the beginning of one the wards and localities with most of its postcodes; for one that
        is not the edition's nothing but `outside`. Where all that finds nothing, the nearest: part of a word, near
        spellings, names with some of its words. No place twice.

    Examples
    --------
    >>> [hit.name for hit in search(edition, "okehampton", 2).hits]  # doctest: +SKIP
    ['Okehampton North', 'Okehampton South']
    """
    index, plain = _index(edition), plain_signs(text[:LONGEST])
    by_code = index.codes.get(plain)
    if by_code:
        return Found([replace(index.hits[row], exact=True) for row in by_code[:limit]])
    if _CODE.fullmatch(plain):
        return Found([])
    postcode = _by_postcode(index, plain, limit)
    if postcode:
        return replace(postcode, lines=postcode_lines(edition, postcode.postcode))
    folded = _spelled(text[:LONGEST])
    return Found(_hits_of_names(index, folded, limit) if folded else [])


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
    authority = hit.within if hit.kind == "partnership" else str(edition.places_of(hit.kind).loc[hit.code, "within"])
    return {"code": hit.code, "name": hit.name, "kind": hit.kind, "authority": authority, "note": hit.note,
            "exact": hit.exact}


def _spelled(name: str) -> str:
    """Fold a name, and leave out every sign that is no letter or digit."""
    return " ".join(re.sub("[^a-z0-9]", " ", fold(name)).split())


class _Other(NamedTuple):
    """Another name that a place is found by, as `_spelled` spells it, and the names around it."""

    name: str
    near: str
    sort: str
    hit: Hit
    vague: bool = False


@cached(2)
def _index(edition: Edition) -> _Index:
    places = _in_order(edition)
    hits = [Hit(row.code, row.name, row.kind, row.within, bool(row.neighbour)) for row in places.itertuples()]
    rows = {(hit.kind, hit.code): row for row, hit in enumerate(hits)}
    counties = _counties(edition)
    own = [_Other(_spelled(hit.name),
                  "" if hit.kind in _HOLD_AUTHORITIES else _spelled(f"{hit.within} {counties.get(hit.code, '')}"),
                  hit.kind, hit) for hit in hits]
    former = _former_districts(hits, rows)
    codes = defaultdict(list, {hit.code: [row] for row, hit in reversed(list(enumerate(hits)))})
    for number, (code, _) in enumerate(former):
        codes[code].append(len(hits) + number)
    entries = [*own, *(other for _, other in former)]
    entries += [*(_Other(_spelled(said), "", "partnership", Hit(*facts)) for said, facts in offers(edition.places)),
                *_other_names(entries, codes), *_members(edition, hits, rows),
                *_localities(edition, hits, rows, counties)]
    for row in range(len(hits) + len(former), len(entries)):
        if _CODE.fullmatch(code := entries[row].name.upper()):
            codes[code].append(row)
    listed = edition.postcodes[edition.postcodes["postcode"] != ""]
    compact = listed["postcode"].str.replace(" ", "", regex=False).to_numpy().astype("S7")
    sorting = np.argsort(compact, kind="stable")
    exact = _whole_names(entries)
    around = {near: frozenset(near.split()) for near in {entry.near for entry in entries}}     # few, for many names
    return _Index(
        [entry.hit for entry in entries], [entry.sort for entry in entries], [entry.name for entry in entries],
        [around[entry.near] for entry in entries], rows, codes,
        frozenset(row for row, entry in enumerate(entries) if entry.vague),
        frozenset(row for row, entry in enumerate(entries) if entry.sort == "lsoa"), exact,
        word_rows(entry.name for entry in entries), word_rows(f"{entry.name} {entry.near}" for entry in entries),
        sorted({word for entry in entries if entry.sort != "lsoa" for word in entry.name.split() if len(word) > 2}),
        sorted({name for name, rows in exact.items() if " " not in name and len(name) > 5
                and any(entries[row].sort != "lsoa" for row in rows)}),
        compact[sorting], edition.areas.index.get_indexer(listed["area"])[sorting].astype("int32"), edition.areas)


def _whole_names(entries: Sequence[_Other]) -> dict[str, list[int]]:
    """Rows by whole name; "Bristol" means "Bristol, City of"."""
    exact: dict[str, list[int]] = defaultdict(list)
    for row, entry in enumerate(entries):
        said = entry.name.removesuffix(" city of").removesuffix(" county of")
        for name in dict.fromkeys((entry.name, said, said.replace(" ", ""), " ".join(sorted(entry.name.split())))):
            exact[name].append(row)
    return dict(exact)


def _counties(edition: Edition) -> dict[str, str]:
    """Name the county of every place that lies in one county; people add it to a village's name."""
    named = edition.areas["county"].map(edition.names("county"))
    found: dict[str, str] = dict(zip(edition.areas.index, named, strict=True))
    for kind in ("msoa", "ward", "district", "authority"):
        found |= named.groupby(edition.areas[kind]).first().to_dict()
    return found


def _former_districts(hits: Sequence[Hit], rows: Mapping[tuple[str, str], int]) -> list[tuple[str, _Other]]:
    """List those that are no places of the edition, each with its code, by the authority that they became part of."""
    return [(former.code, _Other(_spelled(former.name), "", "district", replace(
                hits[rows["authority", former.successor]], note=f"{former.name} became part of it in {former.year}")))
            for former in FORMER_DISTRICTS
            if ("district", former.code) not in rows and ("authority", former.successor) in rows]


def _other_names(entries: Sequence[_Other], codes: Mapping[str, list[int]]) -> list[_Other]:
    """List the names and codes that people use instead."""
    found = []
    for name, code in OTHER_NAMES:
        for row in codes.get(code, [])[:1]:
            meant = entries[row]
            note = f"of 2021, holds part of {name} of 2011" if meant.sort == "lsoa" else f"also called {name}"
            found.append(_Other(_spelled(name), "", meant.sort, replace(meant.hit, note=meant.hit.note or note)))
    return found


def _members(edition: Edition, hits: Sequence[Hit], rows: Mapping[tuple[str, str], int]) -> list[_Other]:
    """List MPs by their constituency; without "Sir" or "Dr" a name is whole too."""
    seats, day = edition.places[edition.places["mp"] != ""], edition.manifest["vintages"].get("members", "")
    return [_Other(name, "", "mp", replace(
                hits[rows["constituency", seat.code]], note=f"MP on {day}: {seat.mp}, {seat.mp_party}"))
            for seat in seats.itertuples()
            for name in dict.fromkeys((_spelled(seat.mp), without_title(_spelled(seat.mp))))]


def _localities(
    edition: Edition, hits: Sequence[Hit], rows: Mapping[tuple[str, str], int], counties: Mapping[str, str],
) -> list[_Other]:
    """List towns and villages by the place that holds most of each, those with most stops first."""
    table, found = edition.localities, []
    larger = edition.areas.loc[table["area"], ["ward", "msoa", "authority", "neighbour"]].set_axis(table.index)
    table = table.join(larger).sort_values(["neighbour", "stops", "name"], ascending=[True, False, True])
    for row in table.itertuples():
        hit = hits[rows[row.held_by, getattr(row, row.held_by)]]
        spelled = f"{row.name} ({row.parent})" if row.parent else row.name
        near = _spelled(f"{row.parent} {hit.within} {counties[row.area]}")
        found.append(_Other(_spelled(row.name), near, "locality", replace(hit, note=f"{spelled} is here"),
                            row.held_by == "authority"))
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
    """Places by name: those that the text names, or else the nearest."""
    exact = _exact(index, folded)
    found = _once(index, exact)
    for reading in readings(folded):
        for rows in _ever_looser(index, reading):
            if len(found) < limit:
                found = _once(index, [*found, *rows])
        if found:
            break
    if found:
        sure = set(exact)
        return [replace(index.hits[row], exact=row in sure) for row in found[:limit]]
    return [replace(index.hits[row], nearest=True) for row in _nearest(index, folded, limit)]


def _once(index: _Index, rows: Iterable[int]) -> list[int]:
    """Keep the first row of each place."""
    first: dict[str, int] = {}
    for row in rows:
        first.setdefault(index.hits[row].code, row)
    return list(first.values())


def _exact(index: _Index, folded: str) -> list[int]:
    """Rows of which the text is the whole name, as it is or as people say it; else with the names around it."""
    read = readings(folded)
    for reading in read:
        rows = _whole(index, reading)
        if rows:
            return rows
    for name, kinds in read:
        words = name.split()[:_MOST_WORDS]
        for end in range(len(words) - 1, 0, -1):
            around = set(words[end:]) - _COUNTRY
            rows = [row for row in _whole(index, Reading(" ".join(words[:end]), kinds)) if around <= index.near[row]]
            if rows:
                return rows
    return []


def _whole(index: _Index, reading: Reading) -> list[int]:
    name, kinds = reading
    for spelled in (name, name.replace(" ", ""), " ".join(sorted(name.split()))):
        rows = [row for row in index.exact.get(spelled, [])
                if row not in index.vague and (not kinds or index.sorts[row] in kinds)]
        if rows:
            return rows
    return []


def _ever_looser(index: _Index, reading: Reading) -> Iterator[list[int]]:
    """Give rows of places that fit, one way of fitting after the other; LSOAs only for a number."""
    folded, kinds = reading
    words = folded.split()[:_MOST_WORDS]
    numbered = any(sign.isdigit() for sign in folded)

    def offered(rows: Iterable[int]) -> list[int]:
        return sorted(row for row in rows if (numbered or row not in index.numbered)
                      and (not kinds or index.sorts[row] in kinds))

    whole = offered(index.named.with_all(words, whole=True))
    yield [row for row in whole if index.sorts[row] != "locality" and index.names[row].startswith(folded)]
    yield whole     # MPs by their last name before villages
    if kinds:     # too little is left of the text for beginnings of words to tell
        return
    begun = offered(index.named.with_all(words, whole=False))
    yield [row for row in begun if index.names[row].startswith(folded)]
    yield begun
    yield offered(index.said.with_all(words, whole=False))


def _nearest(index: _Index, folded: str, limit: int) -> list[int]:
    """Rows of what the text may have been meant for, likeliest first."""
    words = folded.split()[:_MOST_WORDS]
    found = [row for row, name in enumerate(index.names) if len(folded) > 3 and folded in name
             and row not in index.numbered]
    if len(words) <= _MOST_REPAIRED:
        meant = " ".join(_repaired(index, word) for word in words)
        if meant != folded:
            found += [*_exact(index, meant), *(row for rows in _ever_looser(index, Reading(meant)) for row in rows)]
    found = _once(index, found)
    if not found:
        close = process.extract(folded.replace(" ", ""), index.together, scorer=OSA.normalized_similarity,
                                score_cutoff=NAME_CLOSE_ENOUGH, limit=limit)
        found = [row for name, *_ in close for row in index.exact[name] if row not in index.numbered]
    return _once(index, [*found, *(() if found else _some_of_it(index, words))])[:limit]


def _some_of_it(index: _Index, words: Sequence[str]) -> list[int]:
    """Rows with some of the words: first whole names that are in the text, then those with most of its letters."""
    telling = [_repaired(index, word, NAME_CLOSE_ENOUGH) if len(word) > 5 else word
               for word in words if len(word) > 2 and word not in _EVERYWHERE]
    letters: dict[int, int] = defaultdict(int)
    for word in telling:
        for row in index.said.rows.get(word, frozenset()) - index.numbered:
            letters[row] += len(word) * (2 if word in index.names[row].split() else 1)
    wanted, whole = ENOUGH_OF_IT * sum(map(len, telling)), f" {' '.join(words)} "
    scores = {row: (f" {index.names[row]} " in whole, score) for row, score in letters.items()}
    fit = [row for row, (named, score) in scores.items() if named or (score >= wanted and score > 0)]
    return sorted(fit, key=lambda row: (*(-score for score in scores[row]), row))


def _repaired(index: _Index, word: str, enough: float = CLOSE_ENOUGH) -> str:
    """Replace a word that begins no word of a name by the most similar one that is, where there is one."""
    if len(word) < 4 or index.named.beginning(word) - index.numbered:     # all is near to so little
        return word
    close = process.extractOne(word, index.vocabulary, scorer=OSA.normalized_similarity, score_cutoff=enough)
    return close[0] if close else word


def _by_postcode(index: _Index, plain: str, limit: int) -> Found | None:
    """Places of a whole postcode, or of the beginning of one; None when the text is neither."""
    for typed in whole_postcodes(plain):
        for compact in typed.readings:
            row = _with_prefix(index, compact)
            if row.stop > row.start:
                return Found(_around(index, row.start, spaced(compact))[:limit], postcode=spaced(compact))
        if typed.certain:
            ours = _with_prefix(index, typed.readings[0][:-3])
            others = np.char.str_len(index.postcodes[ours]) == len(typed.readings[0])
            return Found([], spaced(typed.readings[0]), near_ours=bool(others.any()))
    begun = begun_postcode(plain)
    if not (begun or begun_postcode(plain.replace(" ", ""))):
        return None
    areas = index.areas.index[index.postcode_areas[_district(index, plain, plain.replace(" ", ""))]]
    if not len(areas):
        return Found([], plain) if begun else None
    return Found(_most_of(index, pd.Series(areas, dtype="str"), plain, limit))


def _around(index: _Index, row: int, spelled: str) -> list[Hit]:
    """Places that a postcode lies in, smallest first."""
    area = index.areas.iloc[index.postcode_areas[row]]
    codes = [(kind, area.name if kind == "lsoa" else area[kind]) for kind in _AROUND_A_POSTCODE]
    found = [index.hits[index.rows[key]] for key in codes if key in index.rows]
    return [replace(hit, note=f"{spelled} is here", exact=hit.kind == "lsoa") for hit in found]


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
