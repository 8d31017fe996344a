"""What source.yml says of fetching: where a source's bytes are on the web, and how they are asked for."""

from __future__ import annotations

from dataclasses import field
from typing import Annotated, Final, Literal

from pydantic import ConfigDict, Field, model_validator
from pydantic.dataclasses import dataclass

_STRICT: Final = ConfigDict(extra="forbid")
FetchKind = Literal["file", "pages", "ckan", "sitemap", "files", "alerts"]


@dataclass(frozen=True, config=_STRICT)
class Key:
    """A key that goes into a header or a parameter. name: under which TIC_SOURCE_KEYS holds it; prefix: `Bearer `."""

    name: str
    header: str | None = None
    parameter: str | None = None
    prefix: str = ""

    @model_validator(mode="after")
    def _goes_somewhere(self) -> Key:
        if (self.header is None) == (self.parameter is None):
            raise ValueError("a key goes into a header or into a parameter")
        return self


@dataclass(frozen=True, config=_STRICT)
class Paging:
    """How a long answer comes in parts.

    counts: `page` numbers from 1 or the `offset` of the first row, sent as `parameter`. size: rows a page, sent as
    `size_parameter`. rows: where in the JSON the list of rows is (`result.records`); total: where their count is.
    most: pages after which something must be wrong.
    """

    counts: Literal["page", "offset"]
    parameter: str
    rows: str
    size: Annotated[int, Field(ge=1)] = 100
    size_parameter: str | None = None
    total: str | None = None
    most: Annotated[int, Field(ge=1)] = 2000


@dataclass(frozen=True, config=_STRICT)
class Fetch:
    """How a source is fetched.

    kind: `file` one address, `pages` one address in parts, `ckan` a dataset of a CKAN catalogue, or all datasets that
    a search in it finds (url: the catalogue; dataset or search; resource: words in the name or format of the one that
    is meant; as_file: its file even where the catalogue also keeps its rows), `sitemap` the pages that a site's
    sitemap names and whose address contains `only`, `files` the files that an index at `url` names (rows: where;
    member: in which of their fields), `alerts` the CAP messages that an RSS or Atom index names, each once. each:
    parameter -> values, asked for one after the other. robots: obeyed unless the publisher offers the address to
    programs (`api`). pause_s: seconds between two requests; wait_s: longest
    silence of the server, which may first have to work. terms: what the publisher allows, in a sentence. most: pages
    or files at most.
    """

    kind: FetchKind
    url: str
    terms: Annotated[str, Field(min_length=10)]
    robots: Literal["obey", "api"] = "obey"
    parameters: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    each: dict[str, tuple[str, ...]] = field(default_factory=dict)
    keys: tuple[Key, ...] = ()
    paging: Paging | None = None
    pause_s: Annotated[float, Field(ge=0, le=60)] = 1.0
    wait_s: Annotated[float, Field(gt=0, le=1800)] = 30.0
    dataset: str | None = None
    search: str | None = None
    as_file: bool = False
    resource: str | None = None
    only: str = ""
    rows: str = ""
    member: str | None = None
    most: Annotated[int, Field(ge=1)] = 5000

    @model_validator(mode="after")
    def _is_complete(self) -> Fetch:
        needed = {"pages": "paging", "files": "member"}.get(self.kind)
        if needed and getattr(self, needed) is None:
            raise ValueError(f"fetching by {self.kind} needs {needed}")
        if self.kind == "ckan" and (self.dataset is None) == (self.search is None):
            raise ValueError("fetching by ckan needs a dataset or a search")
        return self
