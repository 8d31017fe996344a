"""The house rules that a machine can check: rooms, sizes, names of page scripts."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("tic", "directory", "models", "ingest", "pages", "tests")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
PAGE_SCRIPTS = sorted(path for path in (ROOT / "pages").glob("*.py") if not path.name.startswith("_"))

VENDORS = {
    "streamlit": ("pages/", "tic/server.py"),
    "pydeck": ("pages/",),
    "elasticsearch": ("directory/search/elastic.py",),
    "elastic_transport": ("directory/search/elastic.py",),
    "tantivy": ("directory/search/embedded.py", "directory/search/embedded_answer.py"),
    "pyvrp": ("directory/trip_order.py",),
    "gpxpy": ("tic/web/trip.py",),
    "icalendar": ("tic/web/trip.py",),
    "requests": ("tic/core/http.py",),
    "urllib": ("tic/core/http.py",),
    "urllib3": ("tic/core/http.py", "tic/core/connections.py"),
    "orjson": ("ingest/json_rows.py",),
    "osmium": ("ingest/sources/openstreetmap/extract.py",),
    "protego": ("tic/core/robots.py",),
    "hierarchicalforecast": ("models/reconcile.py",),
    "ray": ("models/cluster.py",),
    "xlsxwriter": ("tic/catalogue/export.py", "pages/_downloads.py"),
    "typst": ("tic/reports/pdf.py",),
    "vl_convert": ("tic/reports/pictures.py",),
    "pandas": (),
}
"""Package -> where alone it may be imported; `urllib.parse` only takes addresses apart and is free."""


def imported_packages(path: Path) -> set[str]:
    """Top-level packages that a module imports anywhere."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    return {name.split(".")[0] for name in found if name != "urllib.parse"}


@pytest.mark.parametrize("vendor", list(VENDORS))
def test_a_vendor_is_known_to_its_adapter_only(vendor: str) -> None:
    importers = [
        str(path.relative_to(ROOT))
        for path in MODULES
        if not path.is_relative_to(ROOT / "tests") and vendor in imported_packages(path)
    ]
    assert [name for name in importers if not name.startswith(VENDORS[vendor])] == []


def test_rooms_import_only_what_the_plan_allows() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_is_longer_than_400_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", PAGE_SCRIPTS, ids=lambda path: path.name)
def test_page_scripts_stay_under_150_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) < 150


@pytest.mark.parametrize("path", PAGE_SCRIPTS, ids=lambda path: path.name)
def test_page_scripts_do_not_shadow_a_package_or_a_standard_module(path: Path) -> None:
    # The folder of the entry script comes first on sys.path while Streamlit runs a page.
    assert path.stem not in sys.stdlib_module_names
    assert path.stem not in PACKAGES


def test_only_the_known_files_stand_at_the_top() -> None:
    allowed = {
        "tic",
        "directory",
        "models",
        "pages",
        "ingest",
        "tests",
        "pyproject.toml",
        "README.md",
        "Makefile",
        "constraints.txt",
        "compose.yaml",
        "LICENSE",
        "CHANGELOG.md",
    }
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    top = {line.strip('"').split("/")[0] for line in listed if line}
    assert {name for name in top if not name.startswith(".")} <= allowed


def test_tests_have_no_package_files() -> None:
    assert not list((ROOT / "tests").rglob("__init__.py"))


def test_every_dependency_is_bounded_and_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    pinned = {
        line.split("==")[0].strip().lower().replace("_", "-")
        for line in (ROOT / "constraints.txt").read_text().splitlines()
        if "==" in line
    }
    for requirement in project["dependencies"]:
        name = requirement.split(">")[0].split("[")[0].strip().lower().replace("_", "-")
        assert ">=" in requirement, requirement
        assert name in pinned, f"{name} is not pinned in constraints.txt"


@pytest.mark.parametrize("path", PAGE_SCRIPTS, ids=lambda path: path.name)
def test_page_scripts_hold_no_text_that_streamlit_would_show(path: Path) -> None:
    # A bare expression at the top of a page script is written onto the page.
    body = ast.parse(path.read_text(encoding="utf-8")).body[1:]
    assert [node.lineno for node in body if isinstance(node, ast.Expr) and not isinstance(node.value, ast.Call)] == []
