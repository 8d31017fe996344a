"""The node that the tests run: which JDK it takes, and what is said when there is none."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import pytest

import elastic_node


def fake_java(home: Path, version: str) -> Path:
    java = home / "bin" / "java"
    java.parent.mkdir(parents=True)
    java.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n")
    java.chmod(0o755)
    return java


def refuse(what: str, remedy: str) -> NoReturn:
    raise LookupError(f"{what}: {remedy}")


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with an old Java on its path and nothing else."""
    for name in ("TIC_TEST_JAVA_HOME", "JAVA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", f"{fake_java(tmp_path / 'old', '17.0.15').parent}:/usr/bin:/bin")
    monkeypatch.setattr(elastic_node, "_SYSTEM_JDKS", (tmp_path / "jvm",))
    return tmp_path


def test_the_first_jdk_that_is_new_enough_is_taken(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    system = fake_java(machine / "jvm" / "temurin-25", "25.0.3")
    assert elastic_node.find_java(refuse) == system
    monkeypatch.setenv("JAVA_HOME", str(fake_java(machine / "home", "21.0.1").parents[1]))
    assert elastic_node.find_java(refuse) == machine / "home" / "bin" / "java"


def test_without_one_the_remedy_is_told(machine: Path) -> None:
    with pytest.raises(LookupError, match="JDK of version 21 or later: Install one"):
        elastic_node.find_java(refuse)


def test_without_maven_the_remedy_is_told(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(machine / "cache"))
    monkeypatch.setenv("PATH", str(machine))
    with pytest.raises(LookupError, match="Maven: Install the package maven"):
        elastic_node.install(missing=refuse)
    assert not (machine / "cache").exists()
