"""Handing over what was granted: the fields and the period of the grant, and a step in the record before any byte."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import polars as pl
import streamlit as st

from directory.records import load_records
from directory.sources import SourceInfo
from pages._resources import database_reading, database_writing
from pages._session import translate
from pages._widgets import csv_bytes
from tic.analytics import warehouse
from tic.catalogue.linkage import LinkageRequest, note_delivery
from tic.catalogue.officers import Officer
from tic.core.settings import get_settings


def show_delivery(officer: Officer, request: LinkageRequest, source: SourceInfo) -> None:
    """The button that hands over the data of a grant."""
    _ = translate()
    st.download_button(
        _("Get the data (CSV); this is recorded"),
        data=lambda: delivered(officer, request, source),
        file_name=f"{request.dataset}-{request.id}.csv",
        mime="text/csv",
        icon=":material/download:",
        key=f"deliver-{request.id}",
        on_click="ignore",
    )


def delivered(officer: Officer, request: LinkageRequest, source: SourceInfo) -> bytes:
    """The data as CSV, once its handing over has been recorded. Raises Conflict when the grant no longer holds."""
    frame = granted_rows(request, source)
    note = {"source": source.name, "licence": source.licence, "request": request.id, "conditions": request.conditions}
    content = csv_bytes(frame, note)
    digest = hashlib.sha256(content).hexdigest()
    with database_writing() as connection:
        note_delivery(connection, officer, request, rows=frame.height, sha256=digest, now=datetime.now(UTC))
    return content


def granted_rows(request: LinkageRequest, source: SourceInfo) -> pl.DataFrame:
    """The rows of the dataset in the period of the request, with its fields only."""
    if source.kind == "places":
        with database_reading() as connection:
            rows = load_records(connection, sources=[request.dataset])
        day = pl.col("updated_at").dt.convert_time_zone("Asia/Bangkok").dt.date()
    else:
        scan = warehouse.scan_observations(get_settings().warehouse)
        rows = scan.filter(pl.col("source") == request.dataset).collect()
        day = pl.col("period")
    if request.first:
        rows = rows.filter(day >= request.first)
    if request.last:
        rows = rows.filter(day <= request.last)
    lists = [name for name in request.fields if rows.schema[name] == pl.List(pl.String)]
    return rows.select(request.fields).with_columns(pl.col(lists).list.join("; "))
