"""Plans in the words of Elasticsearch: mappings and request bodies, built from the core server's features only."""

from __future__ import annotations

from typing import Any, Final

from pydantic_core import to_json

from directory.search.base import FACETS, Document, Packed
from directory.search.cursor import KEPT_S
from directory.search.plan import Best, Clause, Every, Fuzzy, Plan, Prefix, Some, Term

Json = dict[str, Any]

_WORD_FIELDS: Final = ("words", "keys", "names", "name_keys", "kinds", "of_kind", "area", "heads", "known_heads")
_COUNTED_FIELDS: Final = (*FACETS, "hours")
_SORTED_TEXTS: Final = ("id", "by_name_th", "by_name_en")
_SORTED_NUMBERS: Final = ("by_rank", "by_newest")
KEEP_ALIVE: Final = f"{KEPT_S}s"
_MOST_VALUES: Final = {"hours": 50_000}
"""Below the server's own limits of 65,536 values counted and 65,536 values of a filter."""
_MOST_VALUES_ELSE: Final = 1000


def mappings(version: str) -> Json:
    """No field is analysed by the server: words arrive already split, and are only looked up, sorted and counted."""
    looked_up = {"type": "keyword", "doc_values": False, "norms": False}
    sorted_by = {"type": "keyword"}
    number = {"type": "long", "index": False}
    return {
        "dynamic": False,
        "_meta": {"version": version},
        "_source": {"includes": ["shown"]},
        "properties": {
            **dict.fromkeys(_WORD_FIELDS, looked_up),
            **dict.fromkeys((*_COUNTED_FIELDS, *_SORTED_TEXTS), sorted_by),
            **dict.fromkeys(_SORTED_NUMBERS, number),
            "location": {"type": "geo_point"},
            "weight": {"type": "double", "index": False},
            "shown": {"type": "object", "enabled": False},
        },
    }


def packed_document(document: Document) -> Packed:
    """A document as it is sent."""
    values = {name: value for name, value in document.items() if name not in {"lat", "lon"} and value is not None}
    body = {**values, "location": {"lat": document["lat"], "lon": document["lon"]}}
    return Packed(document["id"], to_json(body).decode())


def search_body(plan: Plan) -> Json:
    """The request for a plan. Filters on counted facets come after the counting, so that each leaves out its own."""
    counted = set(plan.facets)
    before = [_any_of(name, values) for name, values in plan.filters if name not in counted]
    after = {name: _any_of(name, values) for name, values in plan.filters if name in counted}
    body: Json = {
        "query": _scored(plan, [*before, *_places(plan)]),
        "sort": _sort(plan),
        "from": plan.offset,
        "size": plan.limit,
        "track_total_hits": plan.counted,
        "_source": ["shown"],
    }
    if plan.pin:
        body["pit"] = {"id": plan.pin, "keep_alive": KEEP_ALIVE}
    if plan.after:
        body |= {"search_after": list(plan.after), "from": 0}
    if after:
        body["post_filter"] = {"bool": {"filter": list(after.values())}}
    if plan.facets:
        body["aggs"] = {name: _counting(name, after) for name in plan.facets}
    return body


def _scored(plan: Plan, filters: list[Json]) -> Json:
    clause = _query(plan.clause) if plan.clause else {"match_all": {}}
    within = {"bool": {"must": [clause], "filter": filters}} if filters else clause
    if plan.order != "score":
        return within
    return {
        "function_score": {
            "query": within,
            "field_value_factor": {"field": "weight", "missing": 1},
            "boost_mode": "multiply",
        }
    }


def _places(plan: Plan) -> list[Json]:
    filters: list[Json] = []
    if plan.circle is not None:
        centre = {"lat": plan.circle.centre.lat, "lon": plan.circle.centre.lon}
        filters.append({"geo_distance": {"distance": f"{plan.circle.radius_km}km", "location": centre}})
    if plan.bbox is not None:
        west, south, east, north = plan.bbox
        corners = {"top": north, "left": west, "bottom": south, "right": east}
        filters.append({"geo_bounding_box": {"location": corners}})
    return filters


def _sort(plan: Plan) -> list[Json]:
    if plan.order == "score":
        return [{"_score": {"order": "desc"}}, {"by_rank": {"order": "asc"}}]
    if plan.order != "distance":
        return [{plan.order: {"order": "asc"}}]
    if plan.near is None:
        raise ValueError("an order by distance needs a point")
    here = {"lat": plan.near.lat, "lon": plan.near.lon}
    return [{"_geo_distance": {"location": here, "order": "asc", "unit": "km"}}, {"id": {"order": "asc"}}]


def _counting(name: str, filters: dict[str, Json]) -> Json:
    terms = {"terms": {"field": name, "size": _MOST_VALUES.get(name, _MOST_VALUES_ELSE)}}
    others = [query for other, query in filters.items() if other != name]
    return {"filter": {"bool": {"filter": others}} if others else {"match_all": {}}, "aggs": {"values": terms}}


def _any_of(name: str, values: tuple[str, ...]) -> Json:
    return {"terms": {name: list(values)}}


def _query(clause: Clause) -> Json:
    match clause:
        case Term(name, value, score):
            return _constant({"term": {name: value}}, score)
        case Prefix(name, value, score):
            return _constant({"prefix": {name: value}}, score)
        case Fuzzy(name, value, edits, score):
            options = {"value": value, "fuzziness": edits, "transpositions": True, "rewrite": "constant_score"}
            return _constant({"fuzzy": {name: options}}, score)
        case Best(clauses):
            return {"dis_max": {"queries": [_query(part) for part in clauses]}}
        case Every(required, optional):
            must, should = [_query(part) for part in required], [_query(part) for part in optional]
            return {"bool": {"must": must, "should": should, "minimum_should_match": 0}}
        case Some(clauses, at_least):
            return {"bool": {"should": [_query(part) for part in clauses], "minimum_should_match": at_least}}


def _constant(query: Json, score: float) -> Json:
    return {"constant_score": {"filter": query, "boost": score}}
