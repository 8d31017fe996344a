"""A visit to a publisher: asking with its keys, and reading an answer that comes in pages."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ingest.begun import Begun, name_of
from ingest.fetching import Fetch, Paging
from ingest.json_paths import at_path
from ingest.kept import Manifest
from ingest.snapshot import kept_path
from ingest.source import Source
from tic.core.errors import SourceUnreadable
from tic.core.http import Answer, Client, shown


@dataclass(frozen=True)
class Part:
    """A piece of a source under the name it is kept by."""

    name: str
    content: bytes = field(repr=False)
    size_bytes: int
    etag: str | None = None
    last_modified: str | None = None

    def json(self) -> Any:
        """The content as JSON; a part that has been read as such before."""
        return json.loads(self.content)

    def without_content(self) -> Part:
        """The same without its bytes."""
        return replace(self, content=b"")


@dataclass(frozen=True)
class Visit:
    """One fetching of a source: who asks, for what, with which keys, what came the last time, and what has come.

    snapshots: folder of what is kept by hash.
    """

    client: Client
    source: Source
    fetch: Fetch
    keys: Mapping[str, str]
    earlier: Manifest | None
    begun: Begun
    snapshots: Path

    def kept(self, name: str) -> bytes | None:
        """What came the last time under this name; None when nothing did."""
        digest = dict(self.earlier.files).get(name) if self.earlier else None
        return kept_path(self.snapshots, digest, name).read_bytes() if digest else None

    def get(self, url: str, parameters: Mapping[str, str] | None = None, *, earlier: Manifest | None = None) -> Answer:
        """Ask for an address of the source's own site, with its keys. An address that data names gets none of them.

        earlier: what came the last time; when that has not changed, the answer says so and has no content.
        """
        sent = {**self.fetch.parameters, **(parameters or {})}
        request = name_of(url, sent)
        headers = dict(self.fetch.headers)
        for key in self.fetch.keys:
            value = key.prefix + self.keys[key.name]
            if key.header:
                headers[key.header] = value
            elif key.parameter:
                sent[key.parameter] = value
        return self._once(
            url,
            request,
            lambda: self.client.get(
                url,
                parameters=sent,
                headers=headers,
                robots=self.fetch.robots == "obey",
                etag=earlier.etag if earlier else None,
                last_modified=earlier.last_modified if earlier else None,
            ),
        )

    def get_named(self, url: str) -> Answer:
        """Ask for an address that data names."""
        return self._once(url, name_of(url, {}), lambda: self.client.get(url, robots=self.fetch.robots == "obey"))

    def _once(self, url: str, request: str, ask: Callable[[], Answer]) -> Answer:
        """The answer that a fetch which was broken off had got already, else a new one."""
        known = self.begun.answer(request)
        if known is not None:
            return Answer(shown(url), unchanged=False, content=known)
        answer = ask()
        if not answer.unchanged:
            self.begun.keep(request, answer.content)
        return answer


def part_of(answer: Answer, name: str) -> Part:
    """What an answer brought. Raises SourceUnreadable for nothing at all."""
    if not answer.content.strip():
        raise SourceUnreadable("{address} sent nothing.", address=answer.address)
    return Part(name, answer.content, len(answer.content), answer.etag, answer.last_modified)


def read_pages(
    visit: Visit, url: str, paging: Paging, parameters: Mapping[str, str], label: str = ""
) -> Iterator[Part]:
    """The pages at an address until one is short or empty, or all rows have come.

    Where the answer says how many rows there are, that counts: a server may send fewer a page than it was asked for.
    Raises SourceUnreadable for a page that comes again, for rows that do not come, and for more pages than there can
    be.
    """
    seen: set[str] = set()
    came = 0
    for number in range(1, paging.most + 1):
        answer = visit.get(url, {**parameters, **_place(paging, number, came)})
        content = answer.json()
        rows, total = _rows(answer, content, paging), at_path(content, paging.total or "?")
        whole = total if isinstance(total, int) and not isinstance(total, bool) else None
        if rows or number == 1:
            _check_new(answer, rows, seen)
            yield part_of(answer, page_name(visit.source, label, number))
        came += len(rows)
        if whole is not None and came < whole and not rows:
            raise SourceUnreadable(
                "{address} sent {came} of the {total} rows it has. Nothing has been changed.",
                address=answer.address,
                came=came,
                total=whole,
            )
        if not rows or (len(rows) < paging.size if whole is None else came >= whole):
            return
    raise SourceUnreadable(
        "{source} has more than the {most} pages it may have. Nothing has been changed.",
        source=visit.source.name,
        most=paging.most,
    )


def _place(paging: Paging, number: int, came: int) -> dict[str, str]:
    """The parameters that ask for page `number`, after `came` rows."""
    sent = {paging.parameter: str(came if paging.counts == "offset" else number)}
    return sent | ({paging.size_parameter: str(paging.size)} if paging.size_parameter else {})


def _rows(answer: Answer, content: Any, paging: Paging) -> list[Any]:
    rows = at_path(content, paging.rows)
    if not isinstance(rows, list):
        raise SourceUnreadable(
            "{address} sent no list at {path}. Its publisher may have changed the form of the answer.",
            address=answer.address,
            path=paging.rows or "the top",
        )
    return rows


def _check_new(answer: Answer, rows: list[Any], seen: set[str]) -> None:
    digest = hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()
    if digest in seen:
        raise SourceUnreadable(
            "{address} sends the same page again and again. Nothing has been changed.", address=answer.address
        )
    seen.add(digest)


def page_name(source: Source, label: str, number: int) -> str:
    """The name of a page: that of the source's file with its number, after a label, in place of the `*`."""
    return source.file.replace("*", "_".join(filter(None, (re.sub(r"\W", "", label), f"{number:05d}"))))
