"""What holds of the code as a whole: who knows whom, how large a file may be, how metrics may be called."""

import ast
import os
import re
import subprocess
from pathlib import Path

import pytest

from agent.catalogue import catalogue
from docs.pages.measurements import measurements
from tests.documents import ROOT

PLUGIN_LINES = 150
PLUMBING_LINES = 300

LONG_PLUGINS = {
    "collectors/clock.py": "reads five time services",
    "collectors/network_interfaces.py": "sysfs and /proc/net/dev, and rates between two looks",
    "collectors/operating_system.py": "os-release, kernel and machine ids",
    "collectors/processes.py": "all of /proc in one pass of cat and awk",
}
"""Collectors beyond the limit, and why: most of it is a long probe with an example of its output."""

PLUGIN_FOLDERS = ("checks", "collectors", "exporters")
CODE = ("agent", "checks", "collectors", "exporters", "docs")

KEPT_BY_PROMETHEUS = re.compile(r"_(count|sum|total|bucket)$")


def plugin_files() -> list[Path]:
    found = (path for folder in PLUGIN_FOLDERS for path in sorted((ROOT / folder).glob("*.py")))
    return [path for path in found if path.stem != "__init__"]


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def lines(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def imported(path: Path) -> set[str]:
    """The modules a file names in its imports, `a.b` for `from a import b` too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.ImportFrom):
            raise AssertionError(f"{relative(path)} imports relatively")
    return found


@pytest.mark.parametrize("path", plugin_files(), ids=relative)
def test_a_plugin_knows_no_other_plugin_of_its_folder(path: Path) -> None:
    kin = {f"{path.parent.name}.{other.stem}" for other in plugin_files() if other.parent == path.parent} - {
        f"{path.parent.name}.{path.stem}"
    }
    assert not imported(path) & kin


def test_plumbing_of_plugins_knows_no_plugin_of_its_folder() -> None:
    for folder in PLUGIN_FOLDERS:
        # Checks' plumbing may know collectors, for the types of their facts; exporters' may know nobody's plugins.
        for path in (ROOT / folder).glob("*/**/*.py"):
            kin = {f"{folder}.{other.stem}" for other in plugin_files() if other.parent.name == folder}
            assert not imported(path) & kin, relative(path)


def test_plugins_are_small() -> None:
    too_long = {relative(path) for path in plugin_files() if lines(path) > PLUGIN_LINES}
    assert too_long - set(LONG_PLUGINS) == set()
    assert set(LONG_PLUGINS) - too_long == set(), "these have become short enough: take them out of the list"


def test_plumbing_is_small() -> None:
    plugins = set(plugin_files())
    files = [path for folder in CODE for path in (ROOT / folder).rglob("*.py") if path not in plugins]
    assert {relative(path): lines(path) for path in files if lines(path) > PLUMBING_LINES} == {}


def test_measurements_bear_names_that_prometheus_allows() -> None:
    names = {metric for metrics in measurements().values() for metric in metrics}
    assert len(names) > 30
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in names)
    assert {name for name in names if KEPT_BY_PROMETHEUS.search(name)} == set()


def test_every_check_that_can_be_measured_is() -> None:
    """Every check shows its numbers, but for those that judge no number."""
    assert {name for name in catalogue().checks if not measurements()[name]} <= {
        "host_identity",
        "missing_mounts",
        "read_only_mounts",
    }


def test_the_project_speaks_only_of_itself() -> None:
    """No path of a machine it was made on, no host of a package registry."""
    workplace = "/" + "work" + "/"
    registries = [".".join(parts) for parts in (("pypi", "org"), ("files", "pythonhosted", "org"), ("npmjs", "org"))]
    for path in _files():
        text = path.read_bytes().decode("utf-8", "replace")
        assert workplace not in text, relative(path)
        assert not [registry for registry in registries if registry in text], relative(path)


def _files() -> list[Path]:
    """The files that belong to the project: those git knows, or else all but what tools leave behind."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False, env={**os.environ, "LC_ALL": "C"}
    )
    if listed.returncode == 0:
        return [path for name in listed.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()]
    hidden = (".venv", "state")
    return [
        path
        for path in ROOT.rglob("*")
        if path.is_file() and not any(p in hidden or p == "__pycache__" for p in path.relative_to(ROOT).parts)
    ]
