"""One fetcher a kind of address: each gives the parts of a source in order, as bytes."""

from __future__ import annotations

import hashlib
import itertools
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import urljoin, urlsplit

from ingest.ckan import fetch_datasets
from ingest.fetching import FetchKind
from ingest.json_paths import at_path
from ingest.sitemaps import read_sitemap
from ingest.visit import Part, Visit, page_name, part_of, read_pages
from tic.core.errors import BadInput, NotAllowed, NotFound, SourceUnreadable
from tic.hazards.cap_index import read_index

_DEEPEST_SITEMAP: Final = 2
_log: Final = logging.getLogger(__name__)


Fetcher = Callable[[Visit], Iterator[Part]]


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
        label = "_".join(values)
        yield from read_pages(visit, visit.fetch.url, paging, dict(zip(names, values, strict=True)), label)


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
        yield part_of(visit.get_named(url), page_name(visit.source, "", number))


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


def _alerts(visit: Visit) -> Iterator[Part]:
    """The index and the messages it names. A message never changes: one that is kept is not asked for again.

    One that is gone or that nobody may read is left out: it must not keep the other warnings back.
    """
    answer = visit.get(visit.fetch.url)
    addresses = dict.fromkeys(item.address for item in read_index(answer.content))
    yield part_of(answer, visit.source.file.replace("*", "index"))
    for address in itertools.islice(addresses, visit.fetch.most):
        name = visit.source.file.replace("*", _message_name(address))
        content = visit.kept(name)
        if content is None:
            try:
                content = visit.get_named(address).content
            except (BadInput, NotAllowed):
                _log.warning("%s: a message is left out", visit.source.name, exc_info=True)
                continue
        yield Part(name, content, len(content))


def _message_name(address: str) -> str:
    """What a message is kept as: the end of its address for people, and a hash that makes it the only one."""
    stem = re.sub(r"[^A-Za-z0-9_-]", "", PurePosixPath(urlsplit(address).path).stem)[:60]
    return f"{stem}_{hashlib.sha256(address.encode()).hexdigest()[:12]}"


FETCHERS: Final[Mapping[FetchKind, Fetcher]] = {
    "file": _file,
    "pages": _pages,
    "ckan": fetch_datasets,
    "sitemap": _sitemap,
    "files": _files,
    "alerts": _alerts,
}
"""Kind -> fetcher."""
