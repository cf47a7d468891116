"""The written logs in a browser: the list, the newest day, each file, and nothing beside them."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from agent.catalogue import catalogue
from agent.config import load
from agent.daemon import Daemon
from exporters.maintenance_log import MaintenanceLogExport
from tests.agent.web.test_application import served, written


def configured(folder: Path) -> Path:
    path = written(folder)
    path.write_text(path.read_text("utf-8") + "maintenance_log: {folder: log}\n", encoding="utf-8")
    return path


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[SimpleNamespace]:
    """An agent whose log's folder holds two days, one of them corrected, and a week."""
    daemon = Daemon(load(configured(tmp_path)), catalogue())
    daemon.history.start()
    folder = next(e.settings.folder for e in daemon.conductor.exports.values() if isinstance(e, MaintenanceLogExport))
    for name in ("2026-03-10", "2026-03-11", "2026-03-11.2", "2026-W10", ".2026-03-12.unfinished-00", "lost+found"):
        (folder / name).mkdir()
        day = name.removesuffix(".2")
        for file in (f"maintenance-log-{day}.en.html", f"maintenance-log-{day}.zh.html", f"record-forms-{day}.en.xlsx"):
            (folder / name / file).write_text(f"{name} {file}", encoding="utf-8")
    (folder.parent / "signing-key.pem").write_text("secret", encoding="utf-8")
    try:
        with served(daemon) as client:
            yield SimpleNamespace(client=client, folder=folder, daemon=daemon)
    finally:
        daemon.stop()


def test_the_newest_day_is_shown_in_the_edition_in_force(agent: SimpleNamespace) -> None:
    answer = agent.client.get("/reports/latest?language=en", follow_redirects=True)
    assert answer.status_code == 200
    assert answer.text == "2026-03-11.2 maintenance-log-2026-03-11.en.html"
    assert answer.url.path == "/reports/2026-03-11/maintenance-log-2026-03-11.en.html"
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["content-disposition"].startswith("inline")


def test_without_a_language_the_first_of_the_log_is_shown(agent: SimpleNamespace) -> None:
    answer = agent.client.get("/reports/latest")
    assert answer.status_code == 307
    assert answer.headers["location"].endswith(".zh.html")


def test_everything_written_is_listed_and_can_be_fetched(agent: SimpleNamespace) -> None:
    page = agent.client.get("/reports").text
    assert "unfinished" not in page
    assert "lost+found" not in page
    for name in ("2026-03-10", "2026-03-11", "2026-W10"):
        for path in (agent.folder / name).iterdir():
            assert f'href="reports/{name}/{path.name}"' in page
            assert agent.client.get(f"/reports/{name}/{path.name}").status_code == 200
    workbook = agent.client.get("/reports/2026-03-10/record-forms-2026-03-10.en.xlsx")
    assert workbook.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize(
    "path",
    [
        "2026-03-11/../../signing-key.pem",
        "2026-03-11/..%2F..%2Fsigning-key.pem",
        "../signing-key.pem",
        "..%2Fsigning-key.pem/x",
        "%2E%2E/signing-key.pem",
        "lost+found/maintenance-log-lost+found.en.html",
        "2026-03-12/maintenance-log-2026-03-12.en.html",
        "2026-03-11/nothing.html",
        "2026-03-11/%00",
        "2026-03-11.2/maintenance-log-2026-03-11.en.html",
    ],
)
def test_nothing_else_can_be_fetched(agent: SimpleNamespace, path: str) -> None:
    answer = agent.client.get(f"/reports/{path}")
    assert answer.status_code in (404, 422), answer.text
    assert "secret" not in answer.text


def test_a_language_nobody_writes_is_refused(agent: SimpleNamespace) -> None:
    assert agent.client.get("/reports/latest?language=fr").status_code == 422


def test_before_the_first_day_is_over_it_says_so(tmp_path: Path) -> None:
    daemon = Daemon(load(configured(tmp_path)), catalogue())
    daemon.history.start()
    try:
        with served(daemon) as client:
            answer = client.get("/reports/latest", follow_redirects=True)
            assert answer.url.path == "/reports"
            assert "No day is over yet: the first log is written at 08:00" in answer.text
    finally:
        daemon.stop()


def test_without_a_log_it_says_what_is_missing(tmp_path: Path) -> None:
    daemon = Daemon(load(written(tmp_path)), catalogue())
    daemon.history.start()
    try:
        with served(daemon) as client:
            answer = client.get("/reports")
            assert answer.status_code == 404
            assert "maintenance_log" in answer.text
    finally:
        daemon.stop()
