"""Filling in Streamlit's forms as a person does."""

from __future__ import annotations

from playwright.sync_api import Page


def choose(page: Page, label: str, option: str) -> None:
    """Choose an option that begins with these words from a list with this label."""
    box = page.get_by_role("combobox", name=label)
    box.click()
    box.fill(option)
    page.get_by_role("option").filter(has_text=option).first.click()
