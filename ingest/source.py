"""Source: a publisher's feed. What is known about it stands as data in sources/<name>/source.yml.

A new source is one source.yml, whose fields are those of `Source`, and a small parser.py beside it, or the name of a
parser that is there already. Nothing else needs to know of it. An installation adds sources of its own as NAME.yml in
the folder that TIC_SOURCES_DIR names; tables that analysts hand in are described in the data folder.
"""

from __future__ import annotations

import re
from dataclasses import field
from datetime import date
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import yaml
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError, model_validator
from pydantic.dataclasses import dataclass

from ingest.fetching import Fetch
from ingest.mapping import FigureMapping, Layout, PlaceMapping, StockMapping
from tic.core.errors import BadInput, NotFound
from tic.core.settings import get_settings

Kind = Literal["places", "statistics", "alerts", "stock"]
KINDS: Final[tuple[Kind, ...]] = ("places", "statistics", "alerts", "stock")
"""In the order in which their sources are listed."""
Trust = Literal["operator", "official", "open", "private"]
Schedule = Literal["release", "daily", "weekly", "monthly", "quarterly", "yearly", "never"]

STARTER_SOURCES: Final = ("starter_places", "starter_statistics")
"""What ships with the product and needs no folder of publishers' files."""

_STRICT = ConfigDict(extra="forbid")
_FOLDER = files("ingest") / "sources"
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{1,59}")


@dataclass(frozen=True, config=_STRICT)
class Expectation:
    """Good rows a whole file brings: below `least` a run stops before it deletes anything, above `most` it warns."""

    least: Annotated[int, Field(ge=1)]
    most: int


@dataclass(frozen=True, config=_STRICT)
class Correction:
    """A known mistake of the publisher: in the rows where all of `where` hold, `change` fields or `reject` the row.

    `reject` is the reason code the row is quarantined with, `reason` says how we know. Values are compared as text, as
    the publisher states them. A correction that finds no row stops the run: the publisher has put it right, and the
    correction must go.
    """

    where: Annotated[dict[str, str], Field(min_length=1)]
    reason: Annotated[str, Field(min_length=10)]
    change: dict[str, str] = field(default_factory=dict)
    reject: str | None = None

    @model_validator(mode="after")
    def _does_one_thing(self) -> Correction:
        if bool(self.change) == bool(self.reject):
            raise ValueError("a correction either changes fields or rejects the row")
        return self


@dataclass(frozen=True, config=_STRICT)
class Source:
    """A feed: who publishes it on what terms, and how to find, read and judge its file.

    kind: places give Records, statistics give Observations, alerts hazard messages, stock what depots hold. trust
    decides which source's value a merged listing takes. coverage: code of the area it covers (`TH`, `TH-10`).
    schedule: how often the publisher renews it (`release`: with the product). as_of: date of the figures or places
    where the file itself states none. parser: folder below sources/ whose parser.py reads it. file: the file's name;
    one with `*` may be several files.
    layout, mapping, figures, stock: for a file that needs no parser, how it is laid out and which column is which.
    fetch: how it is fetched from its publisher, where that is possible. accumulates: each file brings only the newest
    figures, and what earlier ones brought stays. grace_runs: how many runs in a row a place
    may be missing before it is retired.
    language: of its names where the feed has one. encoding: tried before the usual ones.
    """

    name: str
    kind: Kind
    title_th: str
    title_en: str
    publisher_th: str
    publisher_en: str
    homepage: str
    licence: str
    attribution: str
    trust: Trust
    coverage: str
    schedule: Schedule
    parser: str
    file: str
    expect: Expectation
    as_of: date | None = None
    language: Literal["th", "en"] | None = None
    encoding: str | None = None
    corrections: tuple[Correction, ...] = ()
    fetch: Fetch | None = None
    layout: Layout = field(default_factory=Layout)
    mapping: PlaceMapping | None = None
    figures: FigureMapping | None = None
    stock: StockMapping | None = None
    accumulates: bool = False
    grace_runs: Annotated[int, Field(ge=0)] = 2

    @property
    def ships_with_product(self) -> bool:
        """Whether its file is part of the installed package."""
        return self.name in STARTER_SOURCES


_ADAPTER: Final = TypeAdapter(Source)


def sources() -> dict[str, Source]:
    """All sources by name: the starter set first, then by kind. Raises BadInput for a wrong YAML."""
    return _sources(tuple((path, path.stat().st_mtime_ns) for path in _own_files()))


@lru_cache(maxsize=4)
def _sources(own: tuple[tuple[Path, int], ...]) -> dict[str, Source]:
    """own: the descriptions of the installation, each with the moment of its last change."""
    found = [_read(folder) for folder in _FOLDER.iterdir() if (folder / "source.yml").is_file()]
    for path, _changed in own:
        found.append(_read_own(path, {source.name for source in found}))
    found.sort(key=lambda source: (not source.ships_with_product, KINDS.index(source.kind), source.name))
    return {source.name: source for source in found}


def get_source(name: str) -> Source:
    """The source of that name. Raises NotFound naming those that are known."""
    known = sources()
    if name not in known:
        raise NotFound(
            "There is no source {name}. The known ones are: {known}.",
            name=name,
            known=", ".join(known),
        )
    return known[name]


def source_folder(name: str) -> Traversable:
    """The folder of a source or of a parser in the installed package."""
    return _FOLDER / name


def own_description(name: str) -> Path | None:
    """The file in which an installation describes a source of its own; None for a source of the product."""
    return next((path for path in _own_files() if path.stem == name), None)


def parse_source(name: str, text: str) -> Source:
    """The source that a source.yml describes; `name` is that of its folder. Raises BadInput naming the wrong field."""
    try:
        values: Any = yaml.safe_load(text)
        if not isinstance(values, dict):
            raise ValueError("it is not a list of fields")
        return _ADAPTER.validate_python({"parser": name, **values, "name": name})
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        reason = f"{place}: {first['msg']}"
    except (yaml.YAMLError, ValueError) as error:
        reason = " ".join(str(error).split())
    raise BadInput(
        "The file source.yml of {name} does not describe a source ({reason}). Correct it.", name=name, reason=reason
    )


def _read(folder: Traversable) -> Source:
    return parse_source(folder.name, (folder / "source.yml").read_text(encoding="utf-8"))


def _own_files() -> list[Path]:
    """The descriptions in the folder of the settings, then those of tables that analysts have handed in."""
    settings = get_settings()
    own = sorted(settings.sources_dir.glob("*.yml")) if settings.sources_dir is not None else []
    return [*own, *sorted(settings.upload_dir.glob("*.yml"))]


def _read_own(path: Path, taken: set[str]) -> Source:
    if path.stem in taken or not _NAME.fullmatch(path.stem):
        raise BadInput(
            "{file} cannot be the name of a source: use small letters, digits and _, and no name that is taken.",
            file=path.name,
        )
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            "{file} cannot be read as UTF-8 text. Check the file and its permissions.", file=str(path)
        ) from error
    return parse_source(path.stem, text)
