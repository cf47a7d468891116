"""What docs/how-to/forms.md tells is so: its forms and its configuration are tried as they stand there."""

from pathlib import Path

import pytest

from agent.catalogue import catalogue
from agent.config import Config, ConfigError, load
from collectors.contract import Entry, Kind
from collectors.packages import Obstacle, Packages, Update
from exporters.contract import HostEntries, HostFacts
from exporters.forms import filled_forms, needs
from tests.documents import ROOT, blocks
from tests.exporters.forms.filled_day import END, day_of, texts, used
from tests.exporters.forms.test_logo import SVG

HOW_TO = ROOT / "docs/how-to/forms.md"
PACKAGES = catalogue().collectors["packages"].facts
UPDATES = tuple(Update(name, "1", "2", "Debian-Security", name == "a", Obstacle.HELD, int(END)) for name in ("a", "b"))
DAY = day_of(
    used("/", 0.5),
    entries=(HostEntries("web-01", (Entry(Kind.PORT, "tcp 80", "lan: nginx"), Entry(Kind.SYSTEM, "kernel", "6.1"))),),
    facts=(
        HostFacts(
            "web-01",
            "packages",
            END,
            PACKAGES.dump_python(Packages(int(END), int(END), None, UPDATES), mode="json"),
        ),
    ),
)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Every block of the page together."""
    sections = [block.text for block in blocks(HOW_TO) if block.language == "yaml" and block.mark in ("", "test")]
    (tmp_path / "logo.svg").write_text(SVG.format("<path d='M0 0h9'/>"))
    for block in blocks(HOW_TO):
        if block.mark.startswith("forms/"):
            (tmp_path / "forms").mkdir(exist_ok=True)
            (tmp_path / block.mark).write_text(block.text, encoding="utf-8")
    first, second = sections
    names = [line for line in second.splitlines()[1:] if not line.strip().startswith("header")]
    text = f"system: Test\nhosts: [{{name: web-01, transport: local}}]\n{first}" + "\n".join(names) + "\n"
    (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
    return load(tmp_path / "config.yaml", plugins=catalogue())


def test_the_page_is_as_it_says(config):
    settings = config.exporters["maintenance_log"]
    by_name = {form.name: form for form in filled_forms(DAY, "zh", settings)}
    runtime = by_name["runtime"]
    names = [column.name for column in runtime.columns]
    assert (runtime.title, runtime.number, runtime.header) == ("值班巡检记录表", "YW-02", "信息中心运维组")
    assert names[:3] == ["host", "owner", "result"]
    assert "swap" not in names
    row = dict(zip(names, texts(runtime)[0], strict=True))
    assert (row["kernel"], row["managers"]) == ("6.1", "apt")
    assert "power" not in by_name
    assert by_name["pending"].number == "8.4.1"
    assert texts(by_name["open-ports"])[0][:3] == ["web-01", "tcp 80", "lan: nginx"]
    assert texts(by_name["pending-updates"]) == [["web-01", "a", "2", "已锁定"]]
    assert settings.picture.media_type == "image/svg+xml"
    assert ("packages", "updates[?security]") in needs(settings).paths


def test_a_path_whose_first_name_the_facts_have_not_is_refused(config, tmp_path):
    file = tmp_path / "config.yaml"
    written = file.read_text(encoding="utf-8")
    assert "path: manager}" in written
    file.write_text(written.replace("path: manager}", "path: managr}"), encoding="utf-8")
    with pytest.raises(ConfigError, match='what packages knows has no "managr", did you mean "manager"') as refused:
        load(file, plugins=catalogue())
    assert "forms.runtime.add" in str(refused.value)


def test_the_page_names_every_source_and_what_may_be_shown():
    from exporters.forms.columns import COLUMN_MODELS, Show

    page = HOW_TO.read_text(encoding="utf-8")
    assert [name for name in COLUMN_MODELS if f"`{name}: " not in page and name != "tail"] == []
    assert [show.value for show in Show if f"`{show.value}`" not in page] == []
