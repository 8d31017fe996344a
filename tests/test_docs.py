"""The README names everything a user can set, run, open or read; what it does not name fails here."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import typer.main
import yaml

from directory.services import Services
from ingest.source import sources
from tic.api.routes import api_routes
from tic.cli import app
from tic.core.settings import Settings
from tic.web.routes import web_routes

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands() -> list[str]:
    """Every command of `tic`, as a person types it."""
    found = []
    for name, command in typer.main.get_command(app).commands.items():  # type: ignore[attr-defined]
        children = getattr(command, "commands", None)
        found += [f"tic {name} {child}" for child in children] if children else [f"tic {name}"]
    return found


@pytest.mark.parametrize("name", [f"TIC_{name.upper()}" for name in Settings.model_fields])
def test_every_setting_has_a_row_in_the_configuration_table(name: str) -> None:
    assert f"| `{name}` |" in README


@pytest.mark.parametrize("name", list(Settings.model_fields))
def test_the_table_says_of_a_setting_what_the_code_says(name: str) -> None:
    assert str(Settings.model_fields[name].description) in README


@pytest.mark.parametrize("command", commands())
def test_every_command_is_described(command: str) -> None:
    assert f"`{command}" in README


@pytest.mark.parametrize("name", list(sources()))
def test_every_source_is_listed_with_its_licence(name: str) -> None:
    line = next((line for line in README.splitlines() if line.startswith(f"| `{name}` |")), "")
    assert sources()[name].licence in line


@pytest.mark.parametrize("path", re.findall(r'url_path="([a-z-]+)"', (ROOT / "pages/app.py").read_text()))
def test_every_page_is_described(path: str) -> None:
    assert f"`/{path}`" in README


def test_every_route_is_described(settings: Settings) -> None:
    services = Services(settings)
    paths = {route.path for route in (*web_routes(services), *api_routes(services))}
    assert [path for path in sorted(paths) if f"`{path}`" not in README] == []


def test_every_picture_of_the_readme_is_there_and_none_is_left_over() -> None:
    shown = set(re.findall(r"\]\((tests/browser/pictures/[^)]+)\)", README))
    kept = {str(path.relative_to(ROOT)) for path in (ROOT / "tests/browser/pictures").glob("*.png")}
    assert shown == kept


def test_every_link_inside_the_project_leads_somewhere() -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)]+)\)", README)
    assert [link for link in links if not (ROOT / link.split("#")[0]).exists()] == []


def test_the_production_file_is_well_formed_and_sets_only_settings_that_exist() -> None:
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    assert set(compose["services"]) == {"app", "database", "search"}
    known = {f"TIC_{name.upper()}" for name in Settings.model_fields}
    assert set(compose["services"]["app"]["environment"]) <= known
    used = {volume.split(":")[0] for service in compose["services"].values() for volume in service["volumes"]}
    assert used == set(compose["volumes"])


def test_the_production_file_is_accepted_by_docker_compose() -> None:
    try:
        subprocess.run(["docker", "compose", "version"], capture_output=True, check=True)
    except (FileNotFoundError, subprocess.CalledProcessError):
        pytest.skip("docker compose is not installed here; the file is checked as YAML only")
    variables = {"POSTGRES_PASSWORD": "x", "TIC_PUBLIC_URL": "https://directory.test", "PATH": "/usr/bin:/bin"}
    command = ["docker", "compose", "-f", str(ROOT / "compose.yaml"), "config", "--quiet"]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
