"""Catalogues that run on CKAN, as the government's and most agencies' do: datasets, their files and their tables.

The action API of CKAN 2.x: package_search and package_show find a dataset, datastore_search gives the rows of a
resource that the catalogue keeps as a table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, Final
from urllib.parse import urljoin

from ingest.fetching import Paging
from ingest.json_paths import at_path
from ingest.visit import Part, Visit, page_name, part_of, read_pages
from tic.core.errors import NotFound, SourceUnreadable

_ACTION: Final = "/api/3/action/"
_FOUND: Final = Paging("offset", "start", "result.results", 100, "rows", "result.count")
_TABLE: Final = Paging("offset", "offset", "result.records", 1000, "limit", "result.total")
_ENDINGS: Final = frozenset({"csv", "xlsx", "xls", "json", "geojson", "ods", "tsv", "txt"})
Resource = Mapping[str, Any]


def fetch_datasets(visit: Visit) -> Iterator[Part]:
    """The newest fitting resource of the dataset that is named, or of every dataset that the search finds.

    Raises NotFound when there is no such dataset or resource, SourceUnreadable for what is no such catalogue.
    """
    datasets = [_show(visit)] if visit.fetch.dataset else _search(visit)
    number = 0
    for dataset in datasets:
        resource = _newest(visit, dataset)
        if resource is not None:
            for part in _content(visit, resource, number):
                number += 1
                yield part
    if not number:
        raise NotFound(
            "The dataset {dataset} has no resource named {resource}. It has: {known}.",
            dataset=str(visit.fetch.dataset or visit.fetch.search),
            resource=visit.fetch.resource or "",
            known=", ".join(str(item.get("name")) for dataset in datasets for item in _resources(dataset))[:200],
        )


def _action(visit: Visit, name: str) -> str:
    return visit.fetch.url.rstrip("/") + _ACTION + name


def _show(visit: Visit) -> Mapping[str, Any]:
    answer = visit.get(_action(visit, "package_show"), {"id": str(visit.fetch.dataset)})
    content = answer.json()
    found = at_path(content, "result")
    if at_path(content, "success") is not True or not isinstance(found, Mapping):
        raise SourceUnreadable("{address} is no catalogue that answers as CKAN does.", address=answer.address)
    return found


def _search(visit: Visit) -> list[Mapping[str, Any]]:
    """All datasets that fit the words, in the catalogue's order; kept only as long as they are needed."""
    parts = read_pages(visit, _action(visit, "package_search"), _FOUND, {"q": str(visit.fetch.search)})
    found = [item for part in parts for item in at_path(part.json(), _FOUND.rows)]
    return [item for item in found if isinstance(item, Mapping)]


def _resources(dataset: Mapping[str, Any]) -> list[Resource]:
    return [item for item in dataset.get("resources") or [] if isinstance(item, Mapping)]


def _newest(visit: Visit, dataset: Mapping[str, Any]) -> Resource | None:
    wanted = (visit.fetch.resource or "").lower()
    fitting = [item for item in _resources(dataset) if wanted in f"{item.get('name')} {item.get('format')}".lower()]
    return max(fitting, key=lambda item: str(item.get("last_modified") or item.get("created") or ""), default=None)


def _content(visit: Visit, resource: Resource, came: int) -> Iterator[Part]:
    if resource.get("datastore_active") is True and not visit.fetch.as_file:
        label = str(resource["id"]) if came else ""
        yield from read_pages(
            visit, _action(visit, "datastore_search"), _TABLE, {"resource_id": str(resource["id"])}, label
        )
        return
    name = PurePosixPath(page_name(visit.source, "", came + 1))
    ending = str(resource.get("format") or "").strip(". ").lower()
    if "*" in visit.source.file and ending in _ENDINGS:
        name = name.with_suffix(f".{ending}")
    answer = visit.get_named(urljoin(visit.fetch.url, str(resource.get("url") or "")))
    yield part_of(answer, name.name)
