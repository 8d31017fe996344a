"""A real Elasticsearch node for tests: fetched once from Maven Central into a cache folder, run from its libraries.

It needs a JDK of version 21 or later (TIC_TEST_JAVA_HOME, JAVA_HOME, the path, the system's folder of JDKs) and, the
first time, Maven. The node has the core server only: no modules but the HTTP transport, no scripts, no plugins.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import platformdirs

Missing = Callable[[str, str], NoReturn]
VERSION = "9.5.3"
_RECIPE = Path(__file__).parent / "elastic"
_LEAST_JAVA = 21
_SYSTEM_JDKS = (Path("/usr/lib/jvm"), Path("/opt"), Path("/Library/Java/JavaVirtualMachines"))
_START_S = 90
SHORT_LIVED = ("-XX:TieredStopAtLevel=1",)
"""Compile quickly instead of well: a node of a few minutes starts in half the processor time. Not for benchmarks."""
_DESCRIPTOR = f"""description=HTTP and transport of the node
name=transport-netty4
version={VERSION}
elasticsearch.version={VERSION}
java.version={_LEAST_JAVA}
classname=org.elasticsearch.transport.netty4.Netty4Plugin
"""
_SETTINGS = {
    "cluster.name": "tests",
    "discovery.type": "single-node",
    "network.host": "127.0.0.1",
    "cluster.routing.allocation.disk.threshold_enabled": "false",
    # Other processes of the test run use the machine's memory too.
    "indices.breaker.total.use_real_memory": "false",
}


def raise_missing(what: str, remedy: str) -> NoReturn:
    """Say what is not there by an exception."""
    raise RuntimeError(f"{what} is not there. {remedy}")


def install(*, missing: Missing = raise_missing) -> Path:
    """The folder with the node's libraries, fetched when they are not there yet; calls `missing` without Maven."""
    folder = Path(platformdirs.user_cache_dir("tic")) / f"elasticsearch-{VERSION}"
    if folder.is_dir():
        return folder
    if not shutil.which("mvn"):
        missing("Maven", "Install the package maven, or name a running node in TIC_TEST_ELASTICSEARCH_URL.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, ignore_cleanup_errors=True) as temporary:
        node = Path(temporary) / "node"
        _fetch(node / "core", missing)
        _sort_out(node)
        try:
            node.rename(folder)
        except OSError:
            # Another test run has been faster.
            if not folder.is_dir():
                raise
    return folder


def _fetch(folder: Path, missing: Missing) -> None:
    command = ["mvn", "--batch-mode", "--quiet", "--file", str(_RECIPE / "pom.xml")]
    goal = ["dependency:copy-dependencies", f"-DoutputDirectory={folder}"]
    done = subprocess.run([*command, *goal], capture_output=True, text=True, check=False)
    if done.returncode:
        problem = (done.stdout + done.stderr).strip().splitlines()
        missing("The Elasticsearch node", f"Maven could not fetch it: {problem[0] if problem else done.returncode}")


def _sort_out(node: Path) -> None:
    """The transport and what belongs to it form a module of the node; all else is its core."""
    module = node / "modules" / "transport-netty4"
    module.mkdir(parents=True)
    for pattern in ("netty-*.jar", "transport-netty4-*.jar"):
        for library in (node / "core").glob(pattern):
            library.rename(module / library.name)
    (module / "plugin-descriptor.properties").write_text(_DESCRIPTOR)


def find_java(missing: Missing) -> Path:
    """The first `java` of version 21 or later; calls `missing` when there is none."""
    homes = [Path(value) for name in ("TIC_TEST_JAVA_HOME", "JAVA_HOME") if (value := os.environ.get(name))]
    on_path = shutil.which("java")
    candidates = [home / "bin" / "java" for home in homes] + ([Path(on_path)] if on_path else [])
    for folder in _SYSTEM_JDKS:
        candidates += [*sorted(folder.glob("*/bin/java")), *sorted(folder.glob("*/Contents/Home/bin/java"))]
    for java in candidates:
        if java.exists() and _version_of(java) >= _LEAST_JAVA:
            return java
    missing(f"A JDK of version {_LEAST_JAVA} or later", "Install one, e.g. Temurin, and name it in TIC_TEST_JAVA_HOME.")


def _version_of(java: Path) -> int:
    done = subprocess.run([str(java), "-version"], capture_output=True, text=True, check=False)
    found = re.search(r'version "(\d+)', done.stderr)
    return int(found[1]) if found else 0


@contextmanager
def running_node(
    folder: Path,
    *,
    port: int,
    transport_port: int,
    missing: Missing,
    heap: str = "1g",
    extra: dict[str, str] | None = None,
    java_options: Sequence[str] = (),
) -> Iterator[str]:
    """A node with its data below `folder`; yields its address when it answers, and kills it in the end.

    extra: settings of the node in addition or instead. java_options: of its JDK, such as SHORT_LIVED. Calls `missing`
    when there is no JDK or no node to be had.
    """
    ports = {"http.port": str(port), "transport.port": str(transport_port)}
    process = _launch(folder, {**_SETTINGS, **ports, **(extra or {})}, [f"-Xmx{heap}", *java_options], missing)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(f"{address}/_cluster/health?wait_for_status=yellow&timeout=1s", process, folder / "node.log")
        yield address
    finally:
        process.kill()
        process.communicate()


@dataclass(frozen=True, slots=True)
class ClusterNode:
    """A node of a cluster: its name, its address, and the process to kill."""

    name: str
    address: str
    process: subprocess.Popen[bytes]


@contextmanager
def running_cluster(
    folder: Path, *, ports: Sequence[tuple[int, int]], missing: Missing, heap: str = "512m"
) -> Iterator[list[ClusterNode]]:
    """Nodes of one cluster, one for each pair of an HTTP and a transport port; yields them when all are there."""
    names = [f"node-{number}" for number in range(len(ports))]
    together = {
        **_SETTINGS,
        "discovery.type": "multi-node",
        "discovery.seed_hosts": ",".join(f"127.0.0.1:{transport}" for _, transport in ports),
        "cluster.initial_master_nodes": ",".join(names),
    }
    nodes: list[ClusterNode] = []
    try:
        for name, (port, transport) in zip(names, ports, strict=True):
            own = {"node.name": name, "http.port": str(port), "transport.port": str(transport)}
            process = _launch(folder / name, {**together, **own}, [f"-Xmx{heap}", *SHORT_LIVED], missing)
            nodes.append(ClusterNode(name, f"http://127.0.0.1:{port}", process))
        health = f"_cluster/health?wait_for_status=green&wait_for_nodes={len(nodes)}&timeout=1s"
        for node in nodes:
            _wait_for(f"{node.address}/{health}", node.process, folder / node.name / "node.log")
        yield nodes
    finally:
        for node in nodes:
            node.process.kill()
            node.process.communicate()


def _launch(
    folder: Path, settings: dict[str, str], java_options: Sequence[str], missing: Missing
) -> subprocess.Popen[bytes]:
    java = find_java(missing)
    libraries = install(missing=missing)
    home = folder / "home"
    home.mkdir(parents=True, exist_ok=True)
    if not (home / "modules").exists():
        (home / "modules").symlink_to(libraries / "modules")
    command = [str(java), *java_options, "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"]
    command += ["--add-modules", "jdk.incubator.vector", "-cp", f"{libraries / 'core'}/*"]
    command += [str(_RECIPE / "Launcher.java"), str(home)]
    settings = {"path.data": str(folder / "data"), "path.logs": str(folder), **settings}
    command += [f"{name}={value}" for name, value in settings.items()]
    with (folder / "node.log").open("wb") as output:
        # The node ends with its standard input: also when this process is killed.
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=output, stderr=subprocess.STDOUT)


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START_S
    while True:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except OSError as error:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"The node did not start: {log.read_text(errors='replace')[-4000:]}") from error
        time.sleep(0.2)
