"""What axe-core finds on a page, without what is Streamlit's own markup."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

NOT_OURS = {
    # Streamlit's navigation wraps the items of a section in a `div` between `ul` and `li`; pages give it titles only.
    "list": '[data-testid="stSidebarNavItems"]',
    "listitem": '[data-testid="stSidebarNavItems"] li',
    # The point of a metric's little chart that the mouse is on; the metric tells its figure and change in words.
    "svg-img-alt": '[class*="metric_chart_"]',
}
"""Rule -> selector of what is Streamlit's own markup and cannot be changed by a page."""


def findings(page: Page) -> list[str]:
    """Serious and critical findings, a line each: rule, element, what is wrong."""
    found = []
    for violation in Axe().run(page).response["violations"]:
        if violation["impact"] not in {"serious", "critical"}:
            continue
        for node in violation["nodes"]:
            if not is_not_ours(page, violation["id"], node["target"]):
                told = [check["message"] for check in (*node["any"], *node["all"], *node["none"])]
                found.append(f"{violation['id']}: {node['html'][:200]} {told}")
    return found


def is_not_ours(page: Page, rule: str, target: list[Any]) -> bool:
    if rule not in NOT_OURS or len(target) != 1 or not isinstance(target[0], str):
        return False
    return bool(
        page.evaluate("([one, known]) => document.querySelector(one).matches(known)", [target[0], NOT_OURS[rule]])
    )
