"""The dashboards are of the types that Grafana's own code is compiled with."""

import copy
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.dashboards.dashboards_on_disk import committed, panels
from tests.dashboards.typescript import typescript

SCHEMA = Path(__file__).parent / "schema"

pytestmark = [
    pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed"),
    pytest.mark.timeout(180),
]


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the pinned packages. Skips where they cannot be fetched."""
    folder = tmp_path_factory.mktemp("schema")
    for name in ("package.json", "package-lock.json", ".npmrc", "tsconfig.json", "plain.ts"):
        shutil.copy2(SCHEMA / name, folder)
    done = subprocess.run(
        ["npm", "ci", "--prefer-offline"], cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    if done.returncode != 0:
        pytest.skip(f"npm cannot fetch Grafana's schema: {done.stderr.strip().splitlines()[-1:]}")
    return folder


def compiled(workshop: Path, dashboards: dict[str, Any]) -> str:
    """What the compiler has against them."""
    for path in workshop.glob("rounds-*.ts"):
        path.unlink()
    for uid, dashboard in dashboards.items():
        (workshop / f"{uid}.ts").write_text(typescript(dashboard), "utf-8")
    compiler = ["node", "node_modules/typescript/bin/tsc", "--project", "."]
    done = subprocess.run(compiler, cwd=workshop, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode == 0) == (not done.stdout), done.stderr
    return done.stdout


def test_dashboards_are_of_grafanas_types(workshop: Path) -> None:
    assert compiled(workshop, committed()) == ""


def first(dashboard: dict[str, Any], kind: str) -> dict[str, Any]:
    return next(panel for panel in panels(dashboard) if panel["type"] == kind)


def unknown_enum(dashboard: dict[str, Any]) -> None:
    first(dashboard, "stat")["options"]["colorMode"] = "backgroundish"


def misspelt_option(dashboard: dict[str, Any]) -> None:
    first(dashboard, "table")["options"]["showHeaders"] = True


def wrong_cell(dashboard: dict[str, Any]) -> None:
    properties = [p for o in first(dashboard, "table")["fieldConfig"]["overrides"] for p in o["properties"]]
    next(p for p in properties if p["id"] == "custom.cellOptions")["value"]["type"] = "colour-background"


def text_for_number(dashboard: dict[str, Any]) -> None:
    first(dashboard, "timeseries")["fieldConfig"]["defaults"]["custom"]["lineWidth"] = "1"


def unknown_key(dashboard: dict[str, Any]) -> None:
    dashboard["schemaVersions"] = 41


@pytest.mark.parametrize("damage", [unknown_enum, misspelt_option, wrong_cell, text_for_number, unknown_key])
def test_what_is_wrong_is_found(workshop: Path, damage: Callable[[dict[str, Any]], None]) -> None:
    dashboard = copy.deepcopy(committed()["rounds-fleet"])
    damage(dashboard)
    assert "error TS" in compiled(workshop, {"rounds-fleet": dashboard})
