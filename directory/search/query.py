"""From what a person or a program asks for to a SearchQuery with every field checked; the text is never wrong."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, get_args

from directory.categories import categories as known_categories
from directory.facts import ACCESS, CERTIFICATIONS, PRICE_BANDS
from directory.search.base import FACETS, MAX_PAGE_SIZE, MAX_RESULT_WINDOW, SearchQuery, Sort
from tic.core.areas import districts as known_districts
from tic.core.areas import find_province, provinces
from tic.core.errors import BadInput
from tic.core.geo import EARTH_RADIUS_KM, Point, is_on_earth
from tic.core.i18n import BANGKOK

MAX_QUERY_TEXT: Final = 1000
"""Characters of a text that are kept; what is looked for is in the first ones anyway."""
MAX_VALUES: Final = 100
"""Values that one filter may have."""
MAX_RADIUS_KM: Final = round(math.pi * EARTH_RADIUS_KM)
SORTS: Final[tuple[Sort, ...]] = get_args(Sort)
PARAMS: Final = (
    *("q", "lang", "category", "province", "district", "source", "price", "certification", "access", "open"),
    *("near", "radius_km", "bbox", "sort", "page", "size", "literal", "cursor"),
)
_LISTS: Final = ("category", "province", "district", "source", "price", "certification", "access")
_ADVERTISERS: Final = frozenset({"fbclid", "gclid", "gbraid", "wbraid", "msclkid", "mc_cid", "mc_eid", "igshid", "_ga"})
"""What others append to addresses that are passed on; `utm_...` too."""
_YEARS: Final = range(2000, 2101)
_SLUG: Final = re.compile(r"[^\W_]+(?:_[^\W_]+)*")
_LONGEST_SOURCE = 100
_LONGEST_SLUG = 60


def make_query(
    text: str = "",
    *,
    literal: bool = False,
    language: str = "th",
    categories: Iterable[str] = (),
    provinces: Iterable[str] = (),
    districts: Iterable[str] = (),
    sources: Iterable[str] = (),
    prices: Iterable[str] = (),
    certifications: Iterable[str] = (),
    access: Iterable[str] = (),
    open_at: datetime | None = None,
    near: Point | tuple[float, float] | None = None,
    radius_km: float | None = None,
    bbox: Sequence[float] | None = None,
    sort: str = "relevance",
    page: int = 1,
    size: int = 20,
    facets: Iterable[str] = FACETS,
    cursor: str | None = None,
) -> SearchQuery:
    """A query with every field checked and bounded (see SearchQuery). Provinces may be codes or names.

    A moment without a zone is Bangkok's.

    Raises BadInput naming the field that cannot be used and what it may be.
    """
    point = _point(near)
    checked_sort = _sort(sort, point)
    _check_page(page, size)
    if cursor is not None and page != 1:
        raise BadInput("A cursor goes from page to page by itself. Leave out page.")
    return SearchQuery(
        text=text[:MAX_QUERY_TEXT],
        literal=literal,
        language=_language(language),
        categories=_values("category", categories, _category),
        provinces=_values("province", provinces, _province),
        districts=_values("district", districts, _district),
        sources=_values("source", sources, _source),
        prices=_values("price", prices, _price),
        certifications=_values("certification", certifications, _certification),
        access=_values("access", access, _access),
        open_at=_moment(open_at),
        near=point,
        radius_km=_radius(radius_km, point),
        bbox=_bbox(bbox),
        sort=checked_sort,
        page=page,
        size=size,
        facets=_values("facets", facets, _facet),
        cursor=cursor,
    )


def query_from_params(params: Mapping[str, str | Sequence[str]]) -> SearchQuery:
    """A query from the parameters of an address: the keys of PARAMS, each repeated or with commas; empty is absent.

    near is `lat,lon`; bbox `west,south,east,north`; open is `now` or a moment in ISO 8601; literal is 1 or 0. What
    advertisers append to addresses is passed over. Raises BadInput naming the parameter that cannot be used.
    """
    unknown = [key for key in params if key not in PARAMS and key not in _ADVERTISERS and not key.startswith("utm_")]
    if unknown:
        raise BadInput(
            "There is no search parameter {name}. Use: {known}.", name=unknown[0][:40], known=", ".join(PARAMS)
        )
    one = {key: _single(params.get(key, "")) for key in PARAMS}
    lists = {key: _several(params.get(key, "")) for key in _LISTS}
    near = _numbers("near", one["near"], 2, "13.7563,100.5018") if one["near"] else None
    bbox = _numbers("bbox", one["bbox"], 4, "98.2,7.7,98.5,8.2") if one["bbox"] else None
    return make_query(
        one["q"],
        literal=_yes_or_no("literal", one["literal"]),
        language=one["lang"] or "th",
        categories=lists["category"],
        provinces=lists["province"],
        districts=lists["district"],
        sources=lists["source"],
        prices=lists["price"],
        certifications=lists["certification"],
        access=lists["access"],
        open_at=_read_moment(one["open"]) if one["open"] else None,
        near=(near[0], near[1]) if near else None,
        radius_km=_numbers("radius_km", one["radius_km"], 1, "5")[0] if one["radius_km"] else None,
        bbox=bbox,
        sort=one["sort"] or "relevance",
        page=_whole("page", one["page"]) if one["page"] else 1,
        size=_whole("size", one["size"]) if one["size"] else 20,
        cursor=one["cursor"] or None,
    )


def _single(value: str | Sequence[str]) -> str:
    values = [value] if isinstance(value, str) else list(value)
    return next((text for item in reversed(values) if (text := item.strip())), "")


def _several(value: str | Sequence[str]) -> list[str]:
    values = [value] if isinstance(value, str) else value
    return [text for item in values for part in item.split(",") if (text := part.strip())]


def _numbers(name: str, value: str, count: int, example: str) -> list[float]:
    try:
        numbers = [float(part) for part in value.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) != count:
        raise BadInput(
            "{name} cannot be read: {value}. Write it like {example}.", name=name, value=value[:40], example=example
        )
    return numbers


def _whole(name: str, value: str) -> int:
    try:
        return int(value)
    except ValueError as error:
        raise BadInput("{name} must be a whole number, not {value}.", name=name, value=value[:40]) from error


def _yes_or_no(name: str, value: str) -> bool:
    return _one_of(name, value or "0", ("0", "1")) == "1"


def _values(name: str, values: Iterable[str], check: Any) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(check(value) for value in values))
    if len(found) > MAX_VALUES:
        raise BadInput("{name} has too many values: at most {most} at a time.", name=name, most=MAX_VALUES)
    return found


def _language(value: str) -> str:
    language = value.strip().lower()[:2]
    if language not in {"th", "en"}:
        raise BadInput("lang must be th or en, not {value}.", value=value[:40])
    return language


def _category(code: str) -> str:
    known = known_categories()
    if code not in known:
        main = ", ".join(item.code for item in known.values() if not item.parent)
        raise BadInput(
            "There is no category {value}. Use the code of one, e.g. temple or beach; the main ones are: {main}.",
            value=code[:40],
            main=main,
        )
    return code


def _province(value: str) -> str:
    code = value.upper() if value.upper() in provinces() else find_province(value[:100])
    if code is None:
        raise BadInput(
            "There is no province {value}. Use its name or its code, e.g. Phuket or TH-83.", value=value[:40]
        )
    return code


def _district(code: str) -> str:
    if code not in known_districts():
        raise BadInput(
            "There is no district {value}. Use its code of four digits, e.g. 5001 for Mueang Chiang Mai.",
            value=code[:40],
        )
    return code


def _source(name: str) -> str:
    return name[:_LONGEST_SOURCE]


def _price(code: str) -> str:
    return _one_of("price", code, PRICE_BANDS)


def _access(code: str) -> str:
    return _one_of("access", code, ACCESS)


def _certification(code: str) -> str:
    """A known code, or the slug of a certificate that only its source knows."""
    if len(code) > _LONGEST_SLUG or not _SLUG.fullmatch(code):
        return _one_of("certification", code, CERTIFICATIONS)
    return code


def _read_moment(text: str) -> datetime:
    if text == "now":
        return datetime.now(BANGKOK)
    try:
        # The plus sign of a zone arrives as a blank from those who do not encode it.
        return datetime.fromisoformat(re.sub(r" (\d\d:?\d\d)$", r"+\1", text) if "T" in text else text)
    except ValueError as error:
        raise BadInput(
            "open cannot be read: {value}. Write now, or a day and time like 2026-04-13T10:30.", value=text[:40]
        ) from error


def _moment(value: datetime | None) -> datetime | None:
    """In Bangkok's time; hours are known for years near ours only."""
    if value is None:
        return None
    if value.year not in _YEARS:
        raise BadInput("open must be between the years {first} and {last}.", first=_YEARS[0], last=_YEARS[-1])
    return value.replace(tzinfo=BANGKOK) if value.tzinfo is None else value.astimezone(BANGKOK)


def _facet(name: str) -> str:
    return _one_of("facets", name, FACETS)


def _one_of(field: str, value: str, known: Collection[str]) -> str:
    if value not in known:
        raise BadInput(
            "{name} must be one of {known}, not {value}.", name=field, known=", ".join(known), value=value[:40]
        )
    return value


def _point(value: Point | tuple[float, float] | None) -> Point | None:
    if value is None:
        return None
    if not is_on_earth(*value):
        raise BadInput(
            "{lat},{lon} is no point on the earth. Give latitude (-90 to 90) first, then longitude (-180 to 180).",
            lat=value[0],
            lon=value[1],
        )
    return Point(*value)


def _radius(value: float | None, near: Point | None) -> float | None:
    if value is None:
        return None
    if near is None:
        raise BadInput("radius_km needs a point to measure from. Add near, e.g. near=13.7563,100.5018.")
    if not 0 < value <= MAX_RADIUS_KM:
        raise BadInput("radius_km must be more than 0 and at most {most}.", most=MAX_RADIUS_KM)
    return float(value)


def _bbox(value: Sequence[float] | None) -> tuple[float, float, float, float] | None:
    if value is None:
        return None
    west, south, east, north = value if len(value) == 4 else (math.nan,) * 4
    if not (is_on_earth(south, west) and is_on_earth(north, east) and west <= east and south <= north):
        raise BadInput(
            "The rectangle {bbox} is not on the map. Give west, south, east, north in degrees, west before east "
            "and south before north.",
            bbox=",".join(f"{number:g}" for number in value),
        )
    return (west, south, east, north)


def _sort(value: str, near: Point | None) -> Sort:
    for sort in SORTS:
        if sort == value:
            if sort == "distance" and near is None:
                raise BadInput("To sort by distance a point is needed. Add near, e.g. near=13.7563,100.5018.")
            return sort
    raise BadInput("{name} must be one of {known}, not {value}.", name="sort", known=", ".join(SORTS), value=value[:40])


def _check_page(page: int, size: int) -> None:
    if not 1 <= size <= MAX_PAGE_SIZE:
        raise BadInput("size must be from 1 to {most}.", most=MAX_PAGE_SIZE)
    if page < 1:
        raise BadInput("page must be 1 or more.")
    if page * size > MAX_RESULT_WINDOW:
        raise BadInput(
            "Only the first {most} results can be paged through. Add a filter to see the others.",
            most=MAX_RESULT_WINDOW,
        )
