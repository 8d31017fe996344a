"""Install what the tests need beside Python packages: `python tests/support/install.py`, called by `make test`.

As root on Debian or a relative of it: Chromium, PostgreSQL, Thai fonts and Maven through apt. The Elasticsearch node
comes from Maven Central. What cannot be had is named with its remedy; its tests then skip, or fail where CI is set.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import elastic_node


class Missing(Exception):
    """Something cannot be installed here."""


def refuse(what: str, remedy: str) -> NoReturn:
    """Say that `what` is not there."""
    raise Missing(f"{what} is not there. {remedy}")


def has_thai_font() -> bool:
    """Whether fontconfig knows a font for Thai."""
    if not shutil.which("fc-list"):
        return False
    return bool(subprocess.run(["fc-list", ":lang=th"], capture_output=True, check=False).stdout.strip())


PACKAGES: dict[str, Callable[[], bool]] = {
    "chromium": lambda: bool(shutil.which("chromium")),
    "postgresql": lambda: bool(shutil.which("initdb") or list(Path("/usr/lib/postgresql").glob("*/bin/initdb"))),
    "fonts-thai-tlwg": has_thai_font,
    "maven": lambda: bool(shutil.which("mvn")),
}
"""Debian package -> whether what it brings is there already."""


def install_packages() -> None:
    """Install the Debian packages that are missing. Raises Missing when that cannot be done here."""
    wanted = [name for name, is_there in PACKAGES.items() if not is_there()]
    if not wanted:
        return
    if not shutil.which("apt-get") or os.geteuid() != 0:
        refuse(", ".join(wanted), f"Install by your system's means, on Debian: apt-get install {' '.join(wanted)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "--yes", "--no-install-recommends", *wanted]):
        line = ["apt-get", "-qq", *command]
        done = subprocess.run(line, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            refuse(", ".join(wanted), f"apt-get {command[0]} failed: {done.stderr.strip()[-400:]}")


def main() -> int:
    """Install; 1 in CI when something is missing, otherwise 0."""
    problems = []
    for step in (install_packages, lambda: elastic_node.install(missing=refuse)):
        try:
            step()
        except Missing as problem:
            problems.append(str(problem))
            print(f"! {problem}", file=sys.stderr)
    return 1 if problems and os.environ.get("CI") else 0


if __name__ == "__main__":
    sys.exit(main())
