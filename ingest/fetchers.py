"""One fetcher a kind of address: each gives the parts of a source in order, as bytes."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import urljoin, urlsplit

from ingest.fetching import Fetch, FetchKind, Paging
from ingest.json_paths import at_path
from ingest.kept import Manifest
from ingest.sitemaps import read_sitemap
from ingest.source import Source
from tic.core.errors import NotFound, SourceUnreadable
from tic.core.http import Answer, Client

_DEEPEST_SITEMAP: Final = 2


@dataclass(frozen=True)
class Part:
    """A piece of a source under the name it is kept by."""

    name: str
    content: bytes = field(repr=False)
    size_bytes: int
    etag: str | None = None
    last_modified: str | None = None

    def without_content(self) -> Part:
        """The same without its bytes."""
        return replace(self, content=b"")


@dataclass(frozen=True)
class Visit:
    """One fetching of a source: who asks, for what, with which keys, and what came the last time."""

    client: Client
    source: Source
    fetch: Fetch
    keys: Mapping[str, str]
    earlier: Manifest | None

    def get(self, url: str, parameters: Mapping[str, str] | None = None, *, earlier: Manifest | None = None) -> Answer:
        """Ask for an address of the source's own site, with its keys. An address that data names gets none of them.

        earlier: what came the last time; when that has not changed, the answer says so and has no content.
        """
        sent = {**self.fetch.parameters, **(parameters or {})}
        headers = dict(self.fetch.headers)
        for key in self.fetch.keys:
            value = key.prefix + self.keys[key.name]
            if key.header:
                headers[key.header] = value
            elif key.parameter:
                sent[key.parameter] = value
        return self.client.get(
            url,
            parameters=sent,
            headers=headers,
            robots=self.fetch.robots == "obey",
            etag=earlier.etag if earlier else None,
            last_modified=earlier.last_modified if earlier else None,
        )

    def get_named(self, url: str) -> Answer:
        """Ask for an address that data names."""
        return self.client.get(url, robots=self.fetch.robots == "obey")


Fetcher = Callable[[Visit], Iterator[Part]]


def part_of(answer: Answer, name: str) -> Part:
    """What an answer brought. Raises SourceUnreadable for nothing at all."""
    if not answer.content.strip():
        raise SourceUnreadable("{address} sent nothing.", address=answer.address)
    return Part(name, answer.content, len(answer.content), answer.etag, answer.last_modified)


def _file(visit: Visit) -> Iterator[Part]:
    """One address; nothing when the publisher says that it has not changed."""
    answer = visit.get(visit.fetch.url, earlier=visit.earlier)
    if not answer.unchanged:
        yield part_of(answer, visit.source.file)


def _pages(visit: Visit) -> Iterator[Part]:
    """All pages for each combination of `each`."""
    paging = visit.fetch.paging
    if paging is None:
        raise AssertionError("source.yml was checked")
    names = list(visit.fetch.each)
    for values in itertools.product(*visit.fetch.each.values()):
        label = "_".join(value for value in values if value.isalnum())
        yield from read_pages(visit, visit.fetch.url, paging, dict(zip(names, values, strict=True)), label)


def read_pages(
    visit: Visit, url: str, paging: Paging, parameters: Mapping[str, str], label: str = ""
) -> Iterator[Part]:
    """The pages at an address until one is short or empty, or all rows have come.

    Raises SourceUnreadable for a page that comes again, and for more pages than there can be.
    """
    seen: set[str] = set()
    came = 0
    for number in range(paging.most):
        sent = {**parameters, paging.parameter: str(number * paging.size if paging.counts == "offset" else number + 1)}
        if paging.size_parameter:
            sent[paging.size_parameter] = str(paging.size)
        answer = visit.get(url, sent)
        content = answer.json()
        rows = at_path(content, paging.rows)
        if not isinstance(rows, list):
            raise SourceUnreadable(
                "{address} sent no list at {path}. Its publisher may have changed the form of the answer.",
                address=answer.address,
                path=paging.rows,
            )
        if not rows and number:
            return
        digest = hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()
        if digest in seen:
            raise SourceUnreadable(
                "{address} sends the same page again and again. Nothing has been changed.", address=answer.address
            )
        seen.add(digest)
        yield part_of(answer, _page_name(visit.source, label, number + 1))
        came += len(rows)
        total = at_path(content, paging.total) if paging.total else None
        if len(rows) < paging.size or (isinstance(total, int) and came >= total):
            return
    raise SourceUnreadable(
        "{source} has more than the {most} pages it may have. Nothing has been changed.",
        source=visit.source.name,
        most=paging.most,
    )


def _page_name(source: Source, label: str, number: int) -> str:
    return source.file.replace("*", "_".join(filter(None, (label, f"{number:05d}"))))


def _ckan(visit: Visit) -> Iterator[Part]:
    """A resource of a dataset in a CKAN catalogue: its rows where they are kept as a table, else its file."""
    base = visit.fetch.url.rstrip("/") + "/api/3/action/"
    shown = visit.get(base + "package_show", {"id": str(visit.fetch.dataset)}).json()
    resources = at_path(shown, "result.resources")
    if at_path(shown, "success") is not True or not isinstance(resources, list):
        raise SourceUnreadable("{address} is no catalogue that answers as CKAN does.", address=visit.fetch.url)
    wanted = (visit.fetch.resource or "").lower()
    fitting = [item for item in resources if wanted in f"{item.get('name')} {item.get('format')}".lower()]
    if not fitting:
        raise NotFound(
            "The dataset {dataset} has no resource named {resource}. It has: {known}.",
            dataset=str(visit.fetch.dataset),
            resource=visit.fetch.resource or "",
            known=", ".join(str(item.get("name")) for item in resources[:5]),
        )
    newest = max(fitting, key=lambda item: str(item.get("last_modified") or item.get("created") or ""))
    if newest.get("datastore_active") is True:
        paging = Paging("offset", "offset", "result.records", 1000, "limit", "result.total")
        yield from read_pages(visit, base + "datastore_search", paging, {"resource_id": str(newest["id"])})
    else:
        answer = visit.get_named(urljoin(visit.fetch.url, str(newest.get("url") or "")))
        yield part_of(answer, visit.source.file.replace("*", "00001"))


def _sitemap(visit: Visit) -> Iterator[Part]:
    """The pages of a site that its sitemaps name, those of the site itself only."""
    site = urlsplit(visit.fetch.url).netloc
    pages = dict.fromkeys(
        url
        for url in _sitemap_pages(visit, visit.fetch.url, 0)
        if urlsplit(url).netloc == site and visit.fetch.only in url
    )
    if not pages:
        raise NotFound("The sitemap {address} names no page that is wanted.", address=visit.fetch.url)
    for number, url in enumerate(itertools.islice(pages, visit.fetch.most), start=1):
        yield part_of(visit.get_named(url), visit.source.file.replace("*", f"{number:05d}"))


def _sitemap_pages(visit: Visit, url: str, depth: int) -> Iterator[str]:
    answer = visit.get_named(url)
    found = read_sitemap(answer.content, answer.address)
    yield from found.pages
    if depth < _DEEPEST_SITEMAP:
        for inner in found.sitemaps:
            yield from _sitemap_pages(visit, inner, depth + 1)


def _files(visit: Visit) -> Iterator[Part]:
    """The files that an index names, below the index's own address only."""
    index = at_path(visit.get(visit.fetch.url).json(), visit.fetch.rows)
    names = [str(item.get(str(visit.fetch.member))) for item in index if isinstance(item, Mapping)] if index else []
    for name in itertools.islice(names, visit.fetch.most):
        url = urljoin(visit.fetch.url, name)
        if urlsplit(url).netloc != urlsplit(visit.fetch.url).netloc:
            raise SourceUnreadable(
                "The index of {source} names {name}, which is another site.", source=visit.source.name, name=name
            )
        label = "_".join(PurePosixPath(name).parts).removesuffix(".json")
        yield part_of(visit.get_named(url), visit.source.file.replace("*", label))


FETCHERS: Final[Mapping[FetchKind, Fetcher]] = {
    "file": _file,
    "pages": _pages,
    "ckan": _ckan,
    "sitemap": _sitemap,
    "files": _files,
}
"""Kind -> fetcher."""
