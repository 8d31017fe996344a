"""Regions of residence of international visitors, in the reader's language."""

from __future__ import annotations

from tic.analytics.names import market_names

__all__ = ["market_names"]
