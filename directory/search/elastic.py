"""The Elasticsearch engine: one index per version behind an alias, swapped at once; errors of the vendor stop here."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final

from elasticsearch import (
    ApiError,
    AuthenticationException,
    AuthorizationException,
    BadRequestError,
    ConnectionTimeout,
    Elasticsearch,
    NotFoundError,
    SerializationError,
    TransportError,
    UnsupportedProductError,
)
from elasticsearch import ConnectionError as NoConnection
from elasticsearch.helpers import streaming_bulk
from tenacity import Retrying, retry_if_exception, stop_before_delay, wait_random_exponential

from directory.search.base import BuildReport, Document, Packed
from directory.search.cursor import expired
from directory.search.elastic_body import KEEP_ALIVE, mappings, packed_document, search_body
from directory.search.plan import Found, Plan, Row
from directory.search.planned import PlannedSearch
from tic.core.errors import BadInput, IndexNotReady, ServiceUnavailable

_BUSY: Final = (429, 502, 503, 504)
"""What a cluster answers that has too much to do, or is just replacing a node that was lost."""
_TRIES_PER_READ: Final = 2
_TRIES_PER_WRITE: Final = 6
_TRIES_PER_BATCH: Final = 6
_FIRST_PAUSE_S: Final = 0.5
_LONGEST_PAUSE_S: Final = 20.0
_LONGEST_READ_PAUSE_S: Final = 2.0
_BATCH_DOCUMENTS: Final = 1000
_BATCH_BYTES: Final = 8 * 1024 * 1024
_SLOW_REQUEST_S: Final = 300.0
"""For requests that change a whole index."""
_LEAST_WRITE_S: Final = 60.0


class ElasticSearch(PlannedSearch):
    """A SearchEngine on an Elasticsearch cluster. Safe to share between threads.

    addresses: one or several nodes; prefix: of the names of indices and of the alias `<prefix>-listings`. Raises
    ServiceUnavailable when the cluster does not answer in time, refuses, or answers for a part of the index only.
    """

    name = "elasticsearch"

    @staticmethod
    def pack(document: Document) -> Packed:
        """The JSON of a document as the engine takes it."""
        return packed_document(document)

    def __init__(
        self, addresses: Sequence[str], *, prefix: str = "tic", api_key: str | None = None, timeout_s: float = 10.0
    ) -> None:
        self._alias = f"{prefix}-listings"
        self._timeout_s = timeout_s
        self._client = Elasticsearch(
            list(addresses),
            api_key=api_key,
            # A node that hangs is left for another one in time.
            request_timeout=timeout_s / _TRIES_PER_READ,
            max_retries=_TRIES_PER_READ - 1,
            retry_on_timeout=True,
            retry_backoff_base=_FIRST_PAUSE_S / 10,
        )
        self._writer = self._client.options(
            request_timeout=max(timeout_s, _LEAST_WRITE_S), max_retries=_TRIES_PER_WRITE - 1, retry_on_status=_BUSY
        )

    def _run(self, plan: Plan) -> Found:
        limit_ms = int(self._timeout_s * 1000 / _TRIES_PER_READ)
        with self._errors(pinned=plan.pin is not None):
            answer = self._read(
                self._client.search,
                index=None if plan.pin else self._alias,
                body={**search_body(plan), "timeout": f"{limit_ms}ms"},
                allow_partial_search_results=False,
            )
        if answer["timed_out"]:
            raise ServiceUnavailable("The search took too long. Try again, or ask for less.")
        hits = answer["hits"]
        rows = tuple(Row(hit["_source"]["shown"], hit["_score"] or 0.0) for hit in hits["hits"])
        facets = {
            name: {bucket["key"]: bucket["doc_count"] for bucket in counted["values"]["buckets"]}
            for name, counted in answer.get("aggregations", {}).items()
        }
        total = hits["total"]["value"] if plan.counted else len(rows)
        after = tuple(hits["hits"][-1]["sort"]) if plan.pin and rows else ()
        return Found(total, rows, facets, after)

    def _pin(self) -> str:
        with self._errors():
            answer = self._read(self._client.open_point_in_time, index=self._alias, keep_alive=KEEP_ALIVE)
            return str(answer["id"])

    def _unpin(self, pin: str) -> None:
        # It ends by itself when nobody asks for it any more.
        with suppress(ServiceUnavailable, BadInput), self._errors():
            self._client.close_point_in_time(id=pin)

    def _shown(self, listing_id: str) -> dict[str, Any] | None:
        with self._errors():
            answer = self._read(
                self._client.search,
                index=self._alias,
                query={"term": {"id": listing_id}},
                size=1,
                source_includes="shown",
                allow_partial_search_results=False,
            )
        hits = answer["hits"]["hits"]
        return hits[0]["_source"]["shown"] if hits else None

    def build(self, documents: Iterable[Document | Packed], *, version: str) -> BuildReport:
        """Build a new index beside the present one and swap it in at once; a failed build leaves nothing."""
        started = time.monotonic()
        index = f"{self._alias}-{version}-{secrets.token_hex(4)}".lower()
        with self._errors():
            settings = {"number_of_shards": 1, "auto_expand_replicas": "0-1", "refresh_interval": -1}
            slow = self._writer.options(request_timeout=_SLOW_REQUEST_S)
            # A node may be lost while documents are sent: with every copy there from the start, each of them has all.
            slow.indices.create(
                index=index, mappings=mappings(version), settings=settings, wait_for_active_shards="all"
            )
            try:
                count = self._send(_index_actions(index, documents))
                slow.indices.put_settings(index=index, settings={"refresh_interval": None})
                self._refresh(slow, index)
                old = self._swap_in(index)
            except BaseException:
                with suppress(ApiError, TransportError):
                    slow.indices.delete(index=index, ignore_unavailable=True)
                raise
            if old:
                slow.indices.delete(index=old, ignore_unavailable=True)
        return BuildReport(count, version, time.monotonic() - started)

    def _refresh(self, client: Elasticsearch, index: str) -> None:
        shards = client.indices.refresh(index=index)["_shards"]
        if shards["failed"]:
            raise ServiceUnavailable("Elasticsearch could not complete the new index. Check the cluster and try again.")

    def _swap_in(self, index: str) -> list[str]:
        """Point the alias at the index; returns the indices of older versions and of builds that were killed."""
        others = [name for name in self._writer.indices.get(index=f"{self._alias}-*") if name != index]
        removals = [{"remove": {"index": f"{self._alias}-*", "alias": self._alias, "must_exist": False}}]
        self._writer.indices.update_aliases(
            actions=[*removals, {"add": {"index": index, "alias": self._alias, "is_write_index": True}}]
        )
        return others

    def upsert(self, documents: Sequence[Document]) -> None:
        """Add or replace documents; visible to searches when this returns."""
        with self._errors():
            self._require_index()
            self._send(_index_actions(self._alias, documents), visible=True)

    def delete(self, ids: Sequence[str]) -> None:
        """Remove documents; unknown ids are ignored."""
        with self._errors():
            self._require_index()
            actions = ({"_op_type": "delete", "_index": self._alias, "_id": listing_id} for listing_id in ids)
            self._send(actions, visible=True)

    def _require_index(self) -> None:
        # Writing to an alias that is not there would make an index of its name.
        if not self._writer.indices.exists_alias(name=self._alias):
            raise _not_ready()

    def _send(self, actions: Iterable[dict[str, Any]], *, visible: bool = False) -> int:
        """Send actions in batches, each again after a pause when the cluster is busy; returns how many were done."""
        done = 0
        results = streaming_bulk(
            self._writer,
            actions,
            chunk_size=_BATCH_DOCUMENTS,
            max_chunk_bytes=_BATCH_BYTES,
            max_retries=_TRIES_PER_BATCH,
            initial_backoff=_FIRST_PAUSE_S,
            max_backoff=_LONGEST_PAUSE_S,
            raise_on_error=False,
            refresh=visible,
        )
        refused: list[dict[str, Any]] = []
        for accepted, result in results:
            operation, outcome = next(iter(result.items()))
            if accepted or (operation == "delete" and outcome.get("status") == 404):
                done += 1
            else:
                refused.append(outcome)
        if refused:
            raise ServiceUnavailable(
                "Elasticsearch did not take {count} of {total} documents (first reason: {reason}). "
                "Check the cluster's disk and health, then try again.",
                count=len(refused),
                total=done + len(refused),
                reason=str(refused[0].get("error", refused[0]))[:200],
            )
        return done

    def count(self) -> int:
        """Number of documents served."""
        with self._errors():
            return int(self._read(self._client.count, index=self._alias)["count"])

    def version(self) -> str | None:
        """Version name of the index served, None before the first build."""
        with suppress(IndexNotReady), self._errors():
            answer = self._read(self._client.indices.get_mapping, index=self._alias)
            found = next(iter(answer.values()))
            return str(found["mappings"].get("_meta", {}).get("version", ""))
        return None

    def _read(self, call: Callable[..., Any], **request: Any) -> Any:
        """The answer to a request, asked again for a few seconds while the cluster is busy or replaces a node."""
        tries = Retrying(
            stop=stop_before_delay(self._timeout_s / _TRIES_PER_READ),
            wait=wait_random_exponential(multiplier=_FIRST_PAUSE_S / 5, max=_LONGEST_READ_PAUSE_S),
            retry=retry_if_exception(_may_pass),
            reraise=True,
        )
        return tries(call, **request)

    def close(self) -> None:
        """Release connections."""
        self._client.close()

    @contextmanager
    def _errors(self, *, pinned: bool = False) -> Iterator[None]:
        """No error of the vendor passes; a request that names a `pinned` state of the index is refused without it."""
        try:
            yield
        except (NotFoundError, BadRequestError) as error:
            if pinned:
                raise expired() from error
            if "index_not_found" in str(error.body):
                raise _not_ready() from error
            raise _refusal(error) from error
        except (AuthenticationException, AuthorizationException) as error:
            raise ServiceUnavailable(
                "Elasticsearch refuses the sign-in. Check TIC_ELASTICSEARCH_API_KEY and what it may do."
            ) from error
        except (TransportError, SerializationError, UnsupportedProductError) as error:
            raise ServiceUnavailable(
                "Elasticsearch does not answer ({reason}). Check that it runs and that TIC_ELASTICSEARCH_URL is right.",
                reason=type(error).__name__,
            ) from error
        except ApiError as error:
            raise _refusal(error) from error


def _index_actions(index: str, documents: Iterable[Document | Packed]) -> Iterator[dict[str, Any]]:
    for document in documents:
        packed = document if isinstance(document, Packed) else packed_document(document)
        yield {"_op_type": "index", "_index": index, "_id": packed.id, "_source": packed.body}


def _may_pass(error: BaseException) -> bool:
    """Whether the same request may be answered in a moment. What took too long is not asked for again."""
    if isinstance(error, ConnectionTimeout):
        return False
    return isinstance(error, NoConnection) or (isinstance(error, ApiError) and error.status_code in _BUSY)


def _not_ready() -> IndexNotReady:
    return IndexNotReady("There is no search index yet. Build it: tic index")


def _refusal(error: ApiError) -> ServiceUnavailable:
    return ServiceUnavailable(
        "Elasticsearch cannot do this now ({reason}). Try again; if it stays so, check the cluster's health.",
        reason=f"{error.status_code}: {error.message}"[:200],
    )
