import json
import os
import resource
import signal
import stat
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest
from pydantic import ValidationError
from structlog.testing import capture_logs

from agent.catalogue import catalogue
from exporters.contract import Known
from exporters.daily import archive
from exporters.maintenance_log import EXPORTER, MaintenanceLogSettings
from tests.exporters.sample_day import all_well, busy

NAMES = [
    *(f"maintenance-log-2026-11-21.{end}" for end in ("en.html", "en.md", "json", "zh.html", "zh.md")),
    *(f"record-forms-2026-11-21.{end}" for end in ("en.html", "en.md", "en.xlsx", "zh.html", "zh.md", "zh.xlsx")),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "log"


@pytest.fixture
def export(folder):
    return EXPORTER.start(MaintenanceLogSettings(folder=folder))


@pytest.fixture
def lean(folder, monkeypatch):
    """Three files of a day, made in this process: for what is about folders, not about what is in them."""
    monkeypatch.setattr("exporters.maintenance_log.press", lambda work, *arguments: work(*arguments))
    return EXPORTER.start(MaintenanceLogSettings(folder=folder, formats=("md",), languages=("zh",)))


LEAN = ["maintenance-log-2026-11-21.json", "maintenance-log-2026-11-21.zh.md", "record-forms-2026-11-21.zh.md"]


def too_large(edition, formats, languages, folder: Path) -> None:
    """What happens at a full disk: the second file cannot be written."""
    (folder / "first").write_bytes(b"x")
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    (folder / "second").write_bytes(b"x" * 100)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_day_is_a_folder(export, folder):
    paths = export.publish(busy())
    assert [path.name for path in paths] == NAMES
    assert {path.parent for path in paths} == {folder / "2026-11-21"}
    assert "《门户平台 Portal系统运行维护日报》" in paths[4].read_text(encoding="utf-8")
    assert "8.2 系统运行监测记录表" in paths[9].read_text(encoding="utf-8")
    assert all(path.stat().st_size > 1000 for path in paths)
    assert json.loads(paths[2].read_text(encoding="utf-8"))["edition"] == 1
    assert os.listdir(folder) == ["2026-11-21"]  # noqa: PTH208 (hidden files too)


def test_a_folder_that_cannot_be_written_is_told_at_the_start(tmp_path):
    (tmp_path / "file").write_text("in the way")
    for place in (Path("/proc/nope/log"), tmp_path / "file", tmp_path / "file" / "log"):
        with pytest.raises(OSError) as error:  # noqa: PT011 (which of its kinds depends on the place)
            EXPORTER.start(MaintenanceLogSettings(folder=place))
        assert error.value.filename == str(place)
        assert error.value.strerror


def test_starting_makes_the_folder_and_leaves_nothing_in_it(export, folder):
    assert os.listdir(folder) == []  # noqa: PTH208 (hidden files too)


def test_only_the_configured_languages_are_written(folder):
    paths = EXPORTER.start(MaintenanceLogSettings(folder=folder, languages=("zh", "zh"))).publish(busy())
    assert [path.name for path in paths] == [name for name in NAMES if ".en." not in name]


@pytest.mark.parametrize(
    ("formats", "endings"),
    [
        (("json",), []),
        (("md",), ["log.md", "forms.md"]),
        (("xlsx", "xlsx"), ["forms.xlsx"]),
        (("pdf", "html"), ["log.html", "log.pdf", "forms.html", "forms.pdf"]),
    ],
)
def test_only_the_configured_formats_are_written_and_always_the_record(folder, formats, endings):
    settings = MaintenanceLogSettings(folder=folder, formats=formats, languages=("zh",))
    paths = EXPORTER.start(settings).publish(all_well())
    kinds = {"log": "maintenance-log", "forms": "record-forms"}
    wanted = [f"{kinds[end.partition('.')[0]]}-2026-11-21.zh.{end.partition('.')[2]}" for end in endings]
    assert {path.name for path in paths} == {"maintenance-log-2026-11-21.json", *wanted}


def test_pdf_without_the_extra_is_refused_at_its_key(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    known = Known(frozenset(), frozenset(), frozenset())
    (fault,) = (f for f in MaintenanceLogSettings(formats=("html", "pdf")).faults(known) if f.keys == ("formats",))
    assert "rounds[pdf]" in fault.message


def test_the_record_has_the_forms_rows(lean):
    record = json.loads(lean.publish(busy())[0].read_text(encoding="utf-8"))
    runtime = next(form for form in record["forms"] if form["name"] == "runtime")
    assert runtime["title"] == {"en": "Runtime record", "zh": "系统运行监测记录表"}
    rows = [row for row in record["form_rows"] if row["form"] == "runtime"]
    assert [row["cells"]["host"]["text"]["zh"] for row in rows] == [line.host.name for line in busy().hosts]
    assert all(row["evidence"] == [] for row in rows)
    assert record["evidence"] == []


def test_an_edition_is_made_in_a_process_apart(export, monkeypatch):
    started = []
    real = subprocess.Popen

    def watched(*arguments, **named):
        started.append(arguments)
        return real(*arguments, **named)

    monkeypatch.setattr(subprocess, "Popen", watched)
    export.publish(all_well())
    export.publish(all_well())
    assert len(started) == 2  # one to write it, one to see that it is written


def test_where_no_process_can_be_started_the_day_is_written_all_the_same(export, monkeypatch):
    def refused(*arguments, **named):
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(subprocess, "Popen", refused)
    with capture_logs() as logs:
        assert [path.name for path in export.publish(busy())] == NAMES
    assert [entry["event"] for entry in logs] == ["press_not_started"]


def test_a_folder_that_was_taken_away_is_made_again_and_one_that_fills_up_is_told(export, folder, monkeypatch):
    folder.rmdir()
    assert len(export.publish(busy())) == len(NAMES)
    monkeypatch.setattr("exporters.maintenance_log.write", too_large)
    with pytest.raises(OSError, match="File too large"):
        export.publish(all_well())
    assert os.listdir(folder) == ["2026-11-21"]  # noqa: PTH208


def test_a_day_made_again_is_added_and_alters_nothing(lean, folder):
    lean.publish(all_well())
    before = contents(folder)
    paths = lean.publish(busy())
    assert {path.parent.name for path in paths} == {"2026-11-21.2"}
    after = contents(folder)
    assert {name: after[name] for name in before} == before
    assert "RPT-20261121-001（第 2 版）" in paths[1].read_text(encoding="utf-8").replace("\\", "")
    assert {path.parent.name for path in lean.publish(all_well())} == {"2026-11-21.3"}


def test_the_same_day_again_is_not_written_twice(lean, folder):
    first = lean.publish(busy())
    before = contents(folder)
    assert lean.publish(replace(busy(), made_at=busy().made_at + 60)) == first
    assert contents(folder) == before
    lean.publish(all_well())
    assert {path.parent.name for path in lean.publish(all_well())} == {"2026-11-21.2"}


def test_an_edition_somebody_wrote_over_stays(lean, folder):
    lean.publish(busy())
    broken = folder / "2026-11-21" / "maintenance-log-2026-11-21.json"
    broken.write_text("not json", encoding="utf-8")
    assert {path.parent.name for path in lean.publish(busy())} == {"2026-11-21.2"}
    assert broken.read_text(encoding="utf-8") == "not json"


def test_a_write_that_fails_leaves_nothing(lean, folder, monkeypatch):
    real, calls = os.fsync, []

    def full(handle: int) -> None:
        calls.append(handle)
        if len(calls) == 4:
            raise OSError(28, "No space left on device")
        real(handle)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        lean.publish(busy())
    assert os.listdir(folder) == []  # noqa: PTH208
    monkeypatch.undo()
    assert [path.name for path in lean.publish(busy())] == LEAN


def test_a_folder_that_cannot_be_made_is_an_os_error(tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(OSError, match="file"):
        EXPORTER.start(MaintenanceLogSettings(folder=tmp_path / "file")).publish(busy())


def test_what_a_killed_process_left_is_cleared(lean, folder):
    left = folder / ".2026-11-20.unfinished-0123"
    left.mkdir(parents=True)
    (left / "x").write_text("x", encoding="utf-8")
    fresh = folder / ".2026-11-20.unfinished-4567"
    fresh.mkdir()
    old = left.stat().st_mtime - 2 * archive.ABANDONED_SECONDS
    os.utime(left, (old, old))
    lean.publish(busy())
    assert not left.exists()
    assert fresh.exists()


def test_two_at_once_make_two_editions(lean, folder):
    days = [replace(busy(), number=f"N-{n}") for n in range(4)]
    with ThreadPoolExecutor(4) as pool:
        written = list(pool.map(lean.publish, days))
    assert sorted({paths[0].parent.name for paths in written}) == [
        "2026-11-21", "2026-11-21.2", "2026-11-21.3", "2026-11-21.4",
    ]  # fmt: skip
    for n, paths in enumerate(written):
        assert json.loads(paths[0].read_text(encoding="utf-8"))["number"] == f"N-{n}"


def test_others_may_read_the_log_as_the_umask_says(lean):
    mask = os.umask(0o027)
    try:
        paths = lean.publish(busy())
    finally:
        os.umask(mask)
    assert stat.S_IMODE(paths[0].parent.stat().st_mode) == 0o750
    assert stat.S_IMODE(paths[0].stat().st_mode) == 0o640


@pytest.mark.parametrize(
    ("written", "meant"), [("08:00", time(8)), ("8:05", time(8, 5)), (1110, time(18, 30)), (time(7), time(7))]
)
def test_times_as_people_and_yaml_write_them(written, meant):
    assert MaintenanceLogSettings(at=written).at == meant


@pytest.mark.parametrize("written", ["8", "25:00", "08:60", "noon", 1440, -1, True, None, [8]])
def test_times_that_are_none(written):
    with pytest.raises(ValidationError, match="time of day"):
        MaintenanceLogSettings(at=written)


def test_defaults():
    settings = MaintenanceLogSettings()
    assert (settings.at, settings.languages) == (time(8), ("zh", "en"))
    assert not settings.folder.is_absolute()  # the configuration makes it so, from its own folder
    assert catalogue().exporters["maintenance_log"].exporter is EXPORTER
    with pytest.raises(ValidationError):
        MaintenanceLogSettings(languages=("fr",))
    with pytest.raises(ValidationError):
        MaintenanceLogSettings(languages=())
