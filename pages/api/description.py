"""The description of the interface: OpenAPI 3.1, made of the records of options and figures, and a page of it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from html import escape
from typing import Any

import geo
from geo.core.choices import ACCESS, CLOCKS, MINUTES, SPEEDS, WORK, Region
from geo.core.measures import BASES, MEASURES
from geo.core.view import View
from geo.edition.store import Edition
from geo.figures.changes import CAUSES
from geo.figures.place import show
from geo.figures.place_json import NamedFigure, named_figures, planned_figures
from geo.figures.planned import PlannedBuild
from geo.words.claim import full_name
from geo.words.definitions import OPTIONS, definition, label
from geo.words.dictionary import column
from geo.words.made import made_up
from pages.api.parameters import FORMATS
from pages.plain.document import document
from pages.shared.parts import as_html, list_html, paragraph_html

Schema = dict[str, Any]

NUMBER: Schema = {"type": ["number", "null"]}
TEXT: Schema = {"type": "string"}

SUMMARIES: Mapping[str, str] = {
    "show": "Every figure of a place, each with its basis, and the numbers between which it lies.",
    "rank": "Places ranked by one figure, worst first, with how sure each rank is.",
    "places": "All places of a kind, by name.",
    "diff": "What changed since another edition, place by place, and how much of it comes from what.",
    "search": "The places that a name, town, village, postcode, MP or former district may mean, best first.",
}
"""What each address answers."""

ENDS = ("low", "high", "limit_low", "limit_high")
"""Of an estimate: other than the interval that pages print."""

_PLACE = "code or name, or codes joined by +"


def _parameter(name: str, text: str, schema: Schema, *, needed: bool = False) -> Schema:
    return {"name": name, "in": "query", "required": needed, "description": text, "schema": schema}


def _view_parameters(region: Region) -> list[Schema]:
    usual = View(region=region.code).options()
    offered: Mapping[str, Iterable[str]] = {
        "speed": SPEEDS, "hub": region.hubs, "clock": CLOCKS, "work": WORK, "access": ACCESS}
    chosen = [_parameter(name, OPTIONS[name], {"type": "string", "enum": list(choices), "default": usual[name]})
              for name, choices in offered.items()]
    limit = {"type": "integer", "minimum": MINUTES.start, "maximum": MINUTES.stop - 1, "default": usual["minutes"]}
    return [*chosen, _parameter("minutes", f"{OPTIONS['minutes']}: minutes", limit)]


def _pinned() -> Schema:
    return _parameter("edition", "the edition that is to answer; one that is not served is refused with 404", TEXT)


def _against() -> Schema:
    return _parameter("against", "the edition that is compared with: the id of one that is served", TEXT, needed=True)


def _written(*names: str) -> Schema:
    return _parameter("format", "how the answer is written; by default what the header Accept asks for",
                      {"type": "string", "enum": list(names), "default": "json"})


def _within(region: Region) -> Schema:
    return _parameter("within", f"only places wholly inside this one ({_PLACE}); all: neighbours too",
                      {"type": "string", "default": region.code})


def _parameters(edition: Edition) -> dict[str, list[Schema]]:
    region, kind = edition.region, {"type": "string", "enum": list(edition.kinds())}
    tables = _written("json", "csv", "csvw")
    return {
        "show": [_parameter("place", _PLACE, {"type": "string", "default": region.code}), *_view_parameters(region),
                 tables, _pinned()],
        "rank": [
            _parameter("by", "kind of place; of a link also ‘ranked’", {**kind, "default": View().ranked}),
            _within(region),
            _parameter("measure", "what is ranked; of a link also ‘show’",
                       {"type": "string", "enum": list(MEASURES), "default": View().show}),
            _parameter("per", "count or rate; by default the count, where there is one",
                       {"type": "string", "enum": ["count", "rate"]}),
            _parameter("like", "only authorities of one type",
                       {"type": "string", "enum": ["all", *region.authority_types], "default": "all"}),
            _parameter("top", "how many; 0 is all", {"type": "integer", "minimum": 0, "default": 10}),
            *_view_parameters(region), _written(*FORMATS), _pinned()],
        "places": [_parameter("kind", "kind of place", kind, needed=True), _within(region), tables, _pinned()],
        "search": [_parameter("q", "what to look for", TEXT, needed=True), tables, _pinned()],
        "diff": [
            _against(), _parameter("by", "kind of place; of a link also ‘ranked’", {
                **kind, "default": View().ranked}),
            _parameter("place", f"this place alone ({_PLACE}), and {region.spoken}", TEXT),
            *_view_parameters(region), tables, _pinned()],
    }


def _record(properties: Mapping[str, Schema], *, closed: bool = True) -> Schema:
    return {"type": "object", "properties": dict(properties), "required": list(properties),
            **({"additionalProperties": False} if closed else {})}


def _map_of(schema: Schema) -> Schema:
    return {"type": "object", "additionalProperties": schema}


def _list_of(properties: Mapping[str, Schema]) -> Schema:
    return {"type": "array", "items": _record(properties)}


def show_schema(edition: Edition) -> Schema:
    """Describe the figures of a place: each by what its measure's record says."""
    figures = _described(named_figures(replace(show(edition, View(region=edition.region.code)), planned=None)))
    figures["claim"] |= {"carried_forward": {"type": ["object", "null"]}, "nowhere_to_turn_at": _map_of(NUMBER)}
    interval = _record({name: _end("figures", name) for name in ("p05", "p95")})
    rank = {"anyOf": [{"type": "null"}, _map_of(NUMBER)]}
    ranks = _record({"of": NUMBER, "count": rank, "rate": rank})
    either = {"anyOf": [{"type": "null"}, interval, _map_of(interval), ranks]}
    return _record({
        "edition": _record({"id": TEXT, "broadband_basis": TEXT, "rail_basis": TEXT, "vintages": _map_of({})}),
        "view": _map_of({"type": ["string", "integer"]}),
        "place": _record({"code": TEXT, "name": TEXT, "kind": TEXT, "lsoas": {"type": "integer"}}),
        **{name: _nested(part) for name, part in figures.items()},
        **{name: {"anyOf": [{"type": "null"}, _nested(part)]} for name, part in _planned().items()},
        "certainty": _map_of(either), "comparators": _map_of({"type": "object"}),
        "notes": {"type": "array", "items": TEXT},
    })


def _end(table: str, name: str) -> Schema:
    return {**NUMBER, "description": column(name, table).description}


def _described(named: Iterable[NamedFigure]) -> dict[str, Any]:
    """Describe numbers, nested as their names say."""
    figures: dict[str, Any] = {}
    for figure in named:
        *path, last = figure.name.split(".")
        part = figures
        for name in path:
            part = part.setdefault(name, {})
        end = f" {column(last, 'figures').description}" if last in ENDS else ""
        part[last] = {**NUMBER, "description": f"{definition(figure.measure)}{end} Unit: {figure.unit}."}
    return figures


def _planned() -> dict[str, Any]:
    """Describe what is planned, which not every edition knows."""
    return _described(planned_figures(PlannedBuild(0, 0, 0, 0, 0, 0, 0.0, 0.0, 0.0)))


def _nested(part: dict[str, Any]) -> Schema:
    return part if "type" in part else _record({name: _nested(inner) for name, inner in part.items()}, closed=False)


def schemas(edition: Edition) -> dict[str, Schema]:
    """Describe every answer by a JSON Schema."""
    whole, truth = {"type": "integer"}, {"type": "boolean"}
    optional = {"anyOf": [{"type": "null"}, {"type": "object"}]}
    place = {"code": TEXT, "name": TEXT, "kind": TEXT}
    rows = {
        "rank": whole, "code": TEXT, "name": TEXT, "within": TEXT, "neighbour": truth, "value": NUMBER,
        **{name: _end("ranking", name) for name in ("low", "high")}, "rate": NUMBER,
        "unit": {"type": ["string", "null"]}, "rate_unit": {"type": ["string", "null"]},
        "certainty": optional, "broadband_basis": TEXT, "rail_basis": TEXT, "rail_day": TEXT, "edition": TEXT}
    answers = {
        "show": show_schema(edition), "rank": _list_of(rows),
        "places": _list_of({**place, "within": TEXT, "neighbour": truth, "edition": TEXT}),
        "search": _list_of({**place, "authority": TEXT, "note": TEXT, "exact": truth}),
        "diff": _diff_schema(),
    }
    problem = _record({"title": TEXT, "status": whole, "detail": TEXT, "problems": {"type": "array", "items": TEXT}})
    return {**{name: _with_mark(schema) if edition.made else schema for name, schema in answers.items()},
            "problem": problem}


def _with_mark(schema: Schema) -> Schema:
    """Add what is made up to an answer, or its rows, and to the editions in it."""
    if "items" in schema:
        return {**schema, "items": _with_mark(schema["items"])}
    said = {"description": "what of the figures is made up: they are true of no place", **TEXT}
    parts = {name: _with_mark(part) if name in {"edition", "before", "after"} and "properties" in part else part
             for name, part in schema["properties"].items()}
    return {**schema, "properties": {"made": said, **parts}}


def _diff_schema() -> Schema:
    """Describe what changed."""
    nothing = {"type": "null"}
    facts = _record({"id": TEXT, "broadband_basis": TEXT, "rail_basis": TEXT, "vintages": _map_of({}),
                     "built_at": TEXT})
    figure = _record({
        "measure": TEXT, "option": {"type": ["string", "null"], "description": "the speed or the hub it is at"},
        "before": NUMBER, "after": NUMBER, "change": NUMBER,
        "parts": {**_map_of({"type": "number"}), "propertyNames": {"enum": list(CAUSES)}, "description": (
            "what the change comes from; they sum to it")},
        "basis": {"type": "array", "items": {"enum": list(BASES)}},
        "certainty": {"anyOf": [nothing, _record({"p05": NUMBER, "p95": NUMBER})], "description": (
            "where nine of ten draws of the change lie")}})
    journey = _record({"hub": TEXT, **{name: {"type": "number"} for name in ("residents", "longer", "shorter")}})
    place = _record({
        "code": TEXT, "name": TEXT, "there": {"enum": ["both", "before", "after"]}, "neighbour": {"type": "boolean"},
        "figures": {"type": "array", "items": figure}, "journeys": {"type": "array", "items": journey}})
    times = {"anyOf": [nothing, _record(dict.fromkeys(("fastest", "typical", "average", "departures"), NUMBER))]}
    known = {"type": ["string", "null"]}
    return _record({
        "before": facts, "after": facts, "view": _map_of({"type": ["string", "integer"]}), "by": TEXT,
        "same_files": {"type": "boolean"},
        "sources": _list_of({"id": TEXT, "title": TEXT, "before": known, "after": known}),
        "lacks": _record({side: {"type": "array", "items": TEXT} for side in ("before", "after")}),
        "region": place, "places": {"type": "array", "items": place},
        "stations": _list_of({"station": TEXT, "name": TEXT, "before": times, "after": times})})


def openapi(edition: Edition) -> Schema:
    """Describe the whole interface, as it is served: its choices are the edition's."""
    problem = {"content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/problem"}}}}
    refused = {"400": "what is asked cannot be: all that is wrong is told", "404": "another edition is served",
               "429": "too much was asked for within a minute: Retry-After says how long to wait",
               "503": "there is no data to answer from"}
    paths = {}
    for name, parameters in _parameters(edition).items():
        written = {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}},
                   "text/csv": {"schema": TEXT}, "application/csvm+json": {"schema": {"type": "object"}}}
        answers = {"200": {"description": SUMMARIES[name], "content": written},
                   "304": {"description": "not changed since (If-None-Match)"}}
        paths[f"/{name}"] = {"get": {
            "operationId": name, "summary": SUMMARIES[name], "parameters": parameters,
            "responses": answers | {status: {"description": text, **problem} for status, text in refused.items()}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Swathe", "version": geo.__version__, "description": (
            f"Connectivity gaps in {full_name(edition.region)}, edition {edition.id}. The answers are those of the "
            f"command line, `--json`. Parameters are those of the app’s links. {made_up(edition)}".rstrip())},
        "servers": [{"url": "../v1"}], "paths": paths, "components": {"schemas": schemas(edition)}}


def described_page(edition: Edition) -> str:
    """Describe the interface on a page for people."""
    parts, examples = [], _examples(edition.region)
    for name, parameters in _parameters(edition).items():
        items = (f"<code>{one['name']}</code>{' (needed)' * one['required']}: {as_html(one['description'])}"
                 f"{_choices(one['schema'])}" for one in parameters)
        parts.append(f"<h2><code>/api/v1/{name}</code></h2>{paragraph_html(SUMMARIES[name])}{list_html(items, 'small')}"
                     f'<p class="small">For example <a href="api/v1/{escape(examples[name])}">'
                     f"{escape(examples[name])}</a></p>")
    figures = "".join(f"<dt><code>{key}</code> {as_html(label(measure))}</dt><dd>{as_html(definition(measure))}</dd>"
                      for key, measure in MEASURES.items())
    body = (f"<h1>For programs</h1>{''.join(map(paragraph_html, _ABOUT))}"
            f'<p><a href="api/v1/openapi.json">openapi.json</a></p>{"".join(parts)}'
            f'<h2>Measures</h2><dl class="glossary">{figures}</dl>')
    return document("For programs", "How programs ask Swathe for places, figures and rankings.", body, base="../../")



def _examples(region: Region) -> Mapping[str, str]:
    return {"show": f"show?place={region.example[0]}&speed=gigabit",
            "rank": "rank?by=authority&measure=nowhere_to_turn&format=csv", "places": "places?kind=authority",
            "search": f"search?q={region.town}", "diff": "diff?against=the-id-of-an-edition&by=authority"}


_ABOUT = (
    ("Every figure can be asked for by a program, without a key. The answers are those of the command line with "
     "--json; tables come as CSV with a description (CSVW), rankings as JSON-stat too. Parameters are those of the "
     "app’s links, so that the part of a link after the question mark can be used as it is."),
    ("The interval to quote, which pages and packs print as ‘between’, is certainty: p05 and p95. low and high of "
     "people in the gap are the method’s test of one assumption alone: whether job and line go together."),
    ("An answer names the edition and what its figures rest on. Ask with edition=… to be sure of the same figures "
     "later: where it is not served any more, that is said instead of answered. Answers carry an ETag that changes "
     "with the edition; any web page may read them."),
)


def _choices(schema: Schema) -> str:
    """List what can be chosen, and what is usual."""
    offered = ", ".join(map(str, schema.get("enum", ())))
    usual = f"usually {schema['default']}" if "default" in schema else ""
    said = "; ".join(filter(None, (offered, usual)))
    return f" <small>{as_html(said)}</small>" if said else ""
