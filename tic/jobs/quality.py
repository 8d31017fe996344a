"""`tic quality`: assess the sources, and show what was found."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any, Final

from sqlalchemy import Connection, func, select

from directory import repository, tables
from ingest.source import get_source, sources
from tic.analytics import warehouse
from tic.catalogue.assess import FAILING, Assessment, assess
from tic.catalogue.datasets import DATASETS, DatasetFacts, facts_from_json, facts_to_json
from tic.catalogue.rules import rule_book
from tic.catalogue.scores import scorecard
from tic.catalogue.store import KeptAssessment, failing_rows, keep, latest, remove_outdated, write_failing
from tic.core.database import reading, writing
from tic.core.errors import NotFound
from tic.core.i18n import BANGKOK
from tic.core.locks import job_lock
from tic.core.settings import Settings
from tic.jobs.addresses import check_addresses
from tic.jobs.context import Context
from tic.jobs.evidence import SCORED, dataset_facts, gather

_INPUT: Final = "quality:input:"


@dataclass(frozen=True, slots=True)
class QualityReport:
    """What a run did: sources assessed, assessments that were new, seconds. Nothing when no input had changed.

    asked: web addresses that were asked; silent: those that did not answer, with why.
    """

    sources: int = 0
    new: int = 0
    wall_s: float = 0.0
    asked: int = 0
    silent: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)

    def summary(self) -> str:
        """For people."""
        told = [f"{self.asked - len(self.silent)} of {self.asked} addresses answer."] if self.asked else []
        return "\n".join([self._scores(), *told, *self.silent])

    def _scores(self) -> str:
        if not self.sources:
            return "The scores are up to date: nothing has come since they were computed."
        return f"Assessed {self.sources} sources in {self.wall_s:.1f} s; {self.new} differ from what was known."


def run_quality(context: Context, *, force: bool = False, addresses: bool = False) -> QualityReport:
    """Assess under the lock of the directory; before that, with `addresses`, ask the addresses of the datasets.

    Raises JobRunning when another process works on the directory.
    """
    # A slow site keeps no approval waiting: the addresses are asked without the lock.
    checks = check_addresses(context) if addresses else ()
    with job_lock(context.settings.lock_dir, "directory"):
        report = refresh_quality(context, force=force)
    silent = dict.fromkeys(f"{check.address}: {check.told}" for check in checks if not check.answers)
    return replace(report, asked=len({check.address for check in checks}), silent=tuple(silent))


def refresh_quality(context: Context, *, now: datetime | None = None, force: bool = False) -> QualityReport:
    """Assess the sources and keep what is new; returns at once when rows, rules and day are those of the last run.

    Places are compared with places and figures with figures: where only the one has changed, the other stands as it
    is. `force` assesses all. Safe to kill and to run again. `now`: aware, default this moment.
    """
    started, moment = time.monotonic(), now or datetime.now(UTC)
    folder = context.settings.warehouse
    with reading(context.database) as connection:
        stamps = {kind: _stamp(connection, context.settings, moment, kind) for kind in sorted(SCORED)}
        before = {kind: repository.get_state(connection, _INPUT + kind) for kind in stamps}
        kinds = {kind for kind, stamp in stamps.items() if force or before[kind] != stamp}
        if not kinds:
            return QualityReport()
        with context.reporter.step("Quality", unit="sources") as step:
            found: list[tuple[Assessment, int | None]] = []
            facts: list[DatasetFacts] = []
            for evidence in gather(connection, context.settings, moment, kinds):
                run_id = evidence.runs["id"].max() if evidence.runs.height else None
                found.append((assess(evidence), run_id if isinstance(run_id, int) else None))
                facts.append(dataset_facts(connection, evidence))
                step.advance(1)
    for assessment, _run_id in found:
        write_failing(folder, assessment)
    with writing(context.database) as connection:
        new = sum(keep(connection, assessment, run_id, moment) for assessment, run_id in found)
        standing = [
            known
            for known in facts_from_json(repository.get_state(connection, DATASETS)).values()
            if known.kind not in kinds
        ]
        repository.set_state(connection, DATASETS, facts_to_json([*standing, *facts]), now=moment)
        for kind in kinds:
            repository.set_state(connection, _INPUT + kind, stamps[kind], now=moment)
    for assessment, _run_id in found:
        remove_outdated(folder, assessment.source, assessment.fingerprint)
    return QualityReport(len(found), new, time.monotonic() - started)


def _stamp(connection: Connection, settings: Settings, now: datetime, kind: str) -> str:
    """Changes when, and only when, an assessment of this kind of sources could: with rows, merged places or figures,
    rules, code and day."""
    run, change = tables.source_run.c, tables.listing_change.c
    # Warnings come every few minutes and are not scored.
    scored = {name: source for name, source in sources().items() if source.kind == kind}
    brought = run.state.in_(("done", "failed")) & run.source.in_(list(scored))
    delivered = connection.scalar(select(func.max(run.id)).where(brought))
    rows = (
        str(connection.scalar(select(func.max(change.seq))))
        if kind == "places"
        else warehouse.data_version(settings.warehouse)
    )
    parts = [
        now.astimezone(BANGKOK).date().isoformat(),
        str(delivered),
        rows,
        *(repr(source) for source in scored.values()),
        *(item.read_text(encoding="utf-8") for item in sorted(_code(), key=lambda item: item.name)),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _code() -> list[Any]:
    """The files that decide what is found."""
    return [item for item in files("tic.catalogue").iterdir() if item.name.endswith((".py", ".yml"))]


def score_rows(context: Context, source: str | None) -> tuple[list[str], list[list[Any]]]:
    """One row per source with its scores by dimension; with a source one row per rule, the greatest gain first.

    Raises NotFound for an unknown source and before the first run.
    """
    with reading(context.database) as connection:
        kept = latest(connection)
    if source is not None:
        return _rule_rows(kept, source)
    if not kept:
        raise NotFound("Nothing has been assessed yet. Run `tic up`, or `tic quality run`, to do so.")
    dimensions = rule_book().dimensions
    rows: list[list[Any]] = []
    for name, item in kept.items():
        card = scorecard(item.results)
        if card is not None:
            told = [card.overall, *(card.dimensions.get(code) for code in dimensions)]
            rows.append([name, *(None if value is None else f"{value:.1f}" for value in told), _moment(item.at)])
    return ["source", "overall", *dimensions, "assessed"], rows


def _rule_rows(kept: Mapping[str, KeptAssessment], source: str) -> tuple[list[str], list[list[Any]]]:
    card = scorecard(_chosen(kept, source).results)
    rows = [
        [one.rule.code, one.rule.dimension, one.result.passed, one.result.looked_at, f"{one.gain:.2f}", one.rule.fix.en]
        for one in (card.rules if card else ())
    ]
    return ["rule", "dimension", "passed", "looked at", "gain", "what to do"], rows


def failing(context: Context, source: str, rule: str, limit: int) -> tuple[list[str], list[list[Any]]]:
    """The rows of a source that fail a rule. Raises NotFound for an unknown source or rule, or before a run."""
    if rule_book().rule(rule) is None:
        known = ", ".join(item.code for item in rule_book().rules)
        raise NotFound("There is no rule {rule}. The known ones are: {known}.", rule=rule, known=known)
    with reading(context.database) as connection:
        chosen = _chosen(latest(connection), source)
    page = failing_rows(context.settings.warehouse, source, chosen.fingerprint, rule, limit=limit)
    return list(FAILING), [list(row) for row in page.rows.iter_rows()]


def _chosen(kept: Mapping[str, KeptAssessment], source: str) -> KeptAssessment:
    get_source(source)
    if source not in kept:
        raise NotFound("{source} has not been assessed yet. Run `tic ingest run` first.", source=source)
    return kept[source]


def _moment(at: datetime) -> str:
    return at.astimezone(BANGKOK).strftime("%Y-%m-%d %H:%M")
