"""The hierarchy: an LSOA lies in one MSOA, ward, authority, county and constituency.

It may lie in a former LEP area, a region and a former district too, or in none.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import Any
from weakref import WeakValueDictionary

import pandas as pd
from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

from geo.core.choices import ENGLAND, KINDS
from geo.core.errors import PlaceError
from geo.edition.former_districts import FORMER_DISTRICTS
from geo.edition.partnerships import called, known_name
from geo.edition.region import region_of
from geo.edition.spelling import OTHER_NAMES, fold, readings

MAX_CANDIDATES = 6

CLOSE_ENOUGH = 0.85
"""Similarity (0 to 1, by Jaro and Winkler: a common beginning counts most) from which one name may mean another."""

# Of places that are one and the same set of LSOAs, the first of these kinds gives its name.
_PRECEDENCE = ("region", "authority", "county", "lep", "constituency", "district", "ward", "msoa", "lsoa")

_FACTS = ["kind", "code", "name", "within", "neighbour", "lsoas"]


OWN_AREA = "own area"
"""The kind of a place that a reader brought along."""


@dataclass(frozen=True)
class Place:
    """A set of LSOAs that has a name.

    Attributes
    ----------
    code
        ONS code, or sorted codes joined by `+`; of an own area one made from its LSOAs.
    name
        As its publisher spells it.
    kind
        A key of `KINDS`, "partnership" or `OWN_AREA`.
    lsoas
        Codes of its LSOAs, each once.
    neighbour
        Whether any of it lies outside the region.
    premises_published
        Whether Ofcom publishes its premises (then they are whole numbers).
    parts
        The places a partnership is made of, those of most LSOAs first; empty for any other.
    """

    code: str
    name: str
    kind: str
    lsoas: pd.Index
    neighbour: bool
    premises_published: bool
    parts: tuple["Place", ...] = ()

    def facts(self) -> dict[str, str | int]:
        """Return code, name, kind and the number of its LSOAs, as every answer tells them."""
        return {"code": self.code, "name": self.name, "kind": self.kind, "lsoas": len(self.lsoas)}


_HELD: WeakValueDictionary[str, Place] = WeakValueDictionary()


def hold(place: Place) -> Place:
    """Make an own area known by its code, as long as somebody keeps it.

    Parameters
    ----------
    place
        Of kind `OWN_AREA`.

    Returns
    -------
    Place
        The one to keep.
    """
    return _HELD.setdefault(place.code, place)


def named(place: Place, name: str) -> Place:
    """Call a partnership or an own area as its reader calls it; any other place has a name of its own.

    Parameters
    ----------
    place
        Any place.
    name
        Of a view; "" for none.

    Returns
    -------
    Place
        The same place.
    """
    return replace(place, name=name) if name and (place.parts or place.kind == OWN_AREA) else place


def premises_published(kind: str, *, neighbour: bool) -> bool:
    """Tell whether a place's premises are exactly Ofcom's own count.

    Parameters
    ----------
    kind
        A key of `KINDS`.
    neighbour
        Whether any of it lies outside the region.

    Returns
    -------
    bool
        For unions of whole authorities, and for constituencies of the region: others are mapped in part.
    """
    return KINDS[kind].whole_authorities or (kind == "constituency" and not neighbour)


def apart_codes(areas: pd.DataFrame, kind: str, apart: Collection[str]) -> set[str]:
    """Find the places of a kind whose sums are not Ofcom's own counts.

    Parameters
    ----------
    areas
        As for `place_table`, those of the places.
    kind
        A key of `KINDS`.
    apart
        Codes of authorities and constituencies of which it is so.

    Returns
    -------
    set of str
        Codes: of a kind that unites authorities, those with one among them.
    """
    if not apart:
        return set()
    if not KINDS[kind].whole_authorities:
        return set(apart)
    return set(areas.loc[areas["authority"].isin(apart), kind])


def alike(text: str, names: Sequence[str]) -> list[int]:
    """Find the names that a text may have been meant for.

    Parameters
    ----------
    text
        As `fold` spells it.
    names
        Spelled so too.

    Returns
    -------
    list of int
        Their places in the sequence, a few at most: those that hold the text, then the nearest spellings.

    Examples
    --------
    >>> alike("exeter", ["yeovil", "exeter central", "exmouth", "exeter"])
    [1, 3]
    """
    inside = [row for row, name in enumerate(names) if text in name] if len(text) >= 3 else []
    near = process.extract(
        text, names, scorer=JaroWinkler.normalized_similarity, score_cutoff=CLOSE_ENOUGH, limit=MAX_CANDIDATES)
    return list(dict.fromkeys([*inside, *(row for _, _, row in near)]))[:MAX_CANDIDATES]


def place_table(areas: pd.DataFrame, names: dict[str, pd.Series]) -> pd.DataFrame:
    """List every place there is, of every kind.

    Parameters
    ----------
    areas
        One row per LSOA, index code; columns name, neighbour, authority and one per kind with the code of the place
        it is in (empty text for none).
    names
        Kind → names indexed by code, for every kind but "lsoa" that there are places of.

    Returns
    -------
    pandas.DataFrame
        RangeIndex; columns kind, code, name, within (name of the authority or authorities it lies in), neighbour
        (any part outside the region), lsoas (count). Sorted by kind in the order of `KINDS`, then code.

    Raises
    ------
    KeyError
        When a code has no name.
    """
    authority_names = areas["authority"].map(names["authority"])
    tables = []
    for kind in KINDS:
        codes = pd.Series(areas.index, areas.index) if kind == "lsoa" else areas[kind]
        if (codes == "").all():
            continue
        rows = pd.DataFrame({"within": authority_names, "neighbour": areas["neighbour"]})[codes != ""]
        groups = rows.groupby(codes[codes != ""].rename("code"), sort=True)
        table = groups.agg(within=("within", _joined), neighbour=("neighbour", "any"), lsoas=("within", "size"))
        labels = areas["name"] if kind == "lsoa" else names[kind]
        table.insert(0, "name", labels.loc[table.index].to_numpy())
        tables.append(table.reset_index().assign(kind=kind))
    return pd.concat(tables, ignore_index=True)[_FACTS]


def _joined(names: pd.Series) -> str:
    unique = sorted(set(names))
    return ", ".join(unique) if len(unique) <= 3 else f"{len(unique)} authorities"


@dataclass(frozen=True, eq=False)
class Gazetteer:
    """All places of an edition, to be found by what people call them; what every search needs is worked out once.

    Attributes
    ----------
    areas
        As for `place_table`.
    places
        As `place_table` makes it.
    apart
        Codes of authorities and constituencies whose sums are not Ofcom's own counts.
    """

    areas: pd.DataFrame
    places: pd.DataFrame
    apart: Collection[str]
    _inside: dict[str, Mapping[str, Sequence[str]]] = field(default_factory=dict, init=False)     # by kind, then code

    def find(self, text: str) -> Place:
        """Find the place that a code, a name, or codes and names joined by `+` mean.

        Parameters
        ----------
        text
            For example `E07000047`, `West Devon`, `south west`, `E07000047+E07000046`, `Devon and Torbay`.

        Returns
        -------
        Place
            The one place.

        Raises
        ------
        PlaceError
            When there is none or more than one; the text lists candidates.
        """
        whole = self._matches(text)    # a name may itself hold a "+"
        said = [text] if whole or "+" not in text else [part for part in text.split("+") if part.strip()]
        wanted = said if whole else [member for part in said for member in _members(part)]
        if not wanted or not text.strip():
            code, name = region_of(self.areas).example
            raise PlaceError(f"no place named: give a code or a name, for example {code} or ‘{name}’")
        parts = {place.code: place for place in map(self._one, wanted)}
        return next(iter(parts.values())) if len(parts) == 1 else _together(parts)

    def _one(self, text: str) -> Place:
        """Find one place by code or name."""
        held = _HELD.get(text.strip())
        if held is not None:
            return held
        found = self._matches(text)
        if not found:
            hint = _successor(text, self.places) or _nearest(text, self.places) or self._examples()
            raise PlaceError(f"no place called ‘{text.strip()[:60]}’; {hint}")
        distinct: dict[tuple[str, ...], Mapping[str, Any]] = {}
        for row in sorted(found, key=lambda row: _PRECEDENCE.index(row["kind"])):
            distinct.setdefault(tuple(self._lsoas(row)), row)
        if len(distinct) > 1:
            listed = "; ".join(_label(row) for row in list(distinct.values())[:MAX_CANDIDATES])
            more = f"; and {len(distinct) - MAX_CANDIDATES} more" if len(distinct) > MAX_CANDIDATES else ""
            raise PlaceError(f"‘{text.strip()}’ could be {len(distinct)} places, give the code of one: {listed}{more}")
        (lsoas, row), = distinct.items()
        kind, neighbour = str(row["kind"]), bool(row["neighbour"])
        published = (premises_published(kind, neighbour=neighbour)
                     and apart_codes(self.areas, kind, self.apart).isdisjoint({row["code"]}))
        return Place(row["code"], row["name"], kind, pd.Index(lsoas, name="code"), neighbour, published)

    def _examples(self) -> str:
        region = region_of(self.areas)
        code, name = region.example
        return f"give a code or a name, for example {code}, ‘{name}’ or ‘{region.name}’"

    def _matches(self, text: str) -> list[Mapping[str, Any]]:
        """Find the places of a code or of a whole name; where there is none, of a name that people use instead."""
        by_code = self._rows_by_code.get(text.strip().upper())
        if by_code:
            return [self._rows[row] for row in by_code]
        for name, kinds in readings(fold(text)):
            # "Bristol" means "Bristol, City of"; people do not say the rest.
            whole = (self._rows_by_name.get(each, ()) for each in (name, f"{name} city of", f"{name} county of"))
            other = (self._rows_by_code.get(code, ()) for code in _codes_by_other_name().get(name, ()))
            found = [self._rows[row] for row in sorted({row for rows in (*whole, *other) for row in rows})]
            of_kinds = [row for row in found if not kinds or row["kind"] in kinds]
            if of_kinds:
                return of_kinds
        return []

    def _lsoas(self, row: Mapping[str, Any]) -> Sequence[str]:
        """List the codes of a place's LSOAs, sorted."""
        kind, code = str(row["kind"]), str(row["code"])
        if kind == "lsoa":
            return [code]
        if code == ENGLAND:
            return sorted(self.areas.index[~self.areas["neighbour"]])
        if kind not in self._inside:
            self._inside[kind] = {str(code): sorted(codes) for code, codes in self.areas.groupby(kind).groups.items()}
        return self._inside[kind].get(code, ())

    @cached_property
    def _rows(self) -> list[Mapping[str, Any]]:
        columns = (self.places[fact] for fact in _FACTS)
        rows = [dict(zip(_FACTS, row, strict=True)) for row in zip(*columns, strict=True)]
        return [*rows, *self._country]

    @cached_property
    def _country(self) -> list[Mapping[str, Any]]:
        """Of an edition of several regions their whole, which no area names."""
        whole = region_of(self.areas)
        if whole.code != ENGLAND:
            return []
        count = int((~self.areas["neighbour"]).sum())
        return [{"kind": "region", "code": whole.code, "name": whole.name, "within": whole.name, "neighbour": False,
                 "lsoas": count}]

    @cached_property
    def _rows_by_code(self) -> Mapping[str, Sequence[int]]:
        return _numbered(row["code"] for row in self._rows)

    @cached_property
    def _rows_by_name(self) -> Mapping[str, Sequence[int]]:
        return _numbered(fold(row["name"]) for row in self._rows)


def _numbered(names: Iterable[str]) -> Mapping[str, Sequence[int]]:
    """Tell at which rows each name stands."""
    rows: dict[str, list[int]] = {}
    for number, name in enumerate(names):
        rows.setdefault(name, []).append(number)
    return rows


def _together(parts: Mapping[str, Place]) -> Place:
    """Put several places together, by code."""
    ordered = tuple(parts[code] for code in sorted(parts))
    lsoas = ordered[0].lsoas
    for place in ordered[1:]:
        lsoas = lsoas.union(place.lsoas)      # places that overlap count once
    disjoint = sum(len(place.lsoas) for place in ordered) == len(lsoas)
    code = "+".join(place.code for place in ordered)
    return Place(
        code, known_name(code) or " + ".join(place.name for place in ordered), "partnership", lsoas,
        any(place.neighbour for place in ordered), disjoint and all(place.premises_published for place in ordered),
        tuple(sorted(ordered, key=lambda place: -len(place.lsoas))))


@cache
def _codes_by_other_name() -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {}
    for name, code in OTHER_NAMES:
        found.setdefault(fold(name), []).append(code)
    return found


def _members(text: str) -> tuple[str, ...]:
    """Take a partnership's name apart; any other text is one place."""
    named = called(text)
    return named.members if named else (text,)


def _label(row: Mapping[str, Any]) -> str:
    where = "" if row["within"] == row["name"] or row["kind"] in {"county", "lep", "region"} else f" in {row['within']}"
    return f"{row['name']} ({KINDS[row['kind']].label}{where}) {row['code']}"


def _successor(text: str, places: pd.DataFrame) -> str:
    """Say what became of a district that is no place of the edition, where the text names one."""
    named = next((row for row in FORMER_DISTRICTS
                  if text.strip().upper() == row.code or fold(text) == fold(row.name)), None)
    rows = places.loc[places["code"] == (named.successor if named else ""), _FACTS]
    return f"{named.name} became part of {_label(rows.iloc[0])} in {named.year}" if named and len(rows) else ""


def _nearest(text: str, places: pd.DataFrame) -> str:
    """Name the places that the text may have meant, if any; of places equally near, larger kinds first."""
    order = {kind: index for index, kind in enumerate(_PRECEDENCE)}
    known = places[places["kind"] != "lsoa"].sort_values("kind", key=lambda kinds: kinds.map(order), kind="stable")
    known = known.drop_duplicates("code")
    near = known.iloc[alike(fold(text), known["name"].map(fold).str.removesuffix(" city of").tolist())]
    if near.empty:
        return ""
    return "did you mean: " + "; ".join(_label(row) for row in near[_FACTS].to_dict("records"))
