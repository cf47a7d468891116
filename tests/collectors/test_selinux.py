from dataclasses import replace
from pathlib import Path

import pytest

from collectors import selinux
from collectors.selinux import parse
from tests.collectors.in_shells import every_shell, printed


def values(output: str) -> dict[str, float]:
    return {sample.name: sample.value for sample in selinux.samples(parse(output))}


@every_shell
@pytest.mark.parametrize(
    ("config", "mode"),
    [
        ("# SELINUX= can take one of these\nSELINUX=enforcing\nSELINUXTYPE=targeted\n", "enforcing"),
        ("SELINUX=permissive  # for now\n", "permissive"),
        ("SELINUX=enforcing", "enforcing"),
        ("SELINUX=\n", None),
        ("SELINUX=$(reboot) *\n", None),
        (None, None),
    ],
)
def test_what_is_configured(shell: list[str], config: str | None, mode: str | None, tmp_path: Path) -> None:
    if config is not None:
        (tmp_path / "config").write_text(config, "utf-8")
    probe = selinux.COLLECTOR.probe.replace("/etc/selinux/config", str(tmp_path / "config"))
    assert parse(printed(replace(selinux.COLLECTOR, probe=probe, files=()), shell)).configured == mode


def test_off_it_is_told_as_node_exporter_does() -> None:
    assert values("== configured\ndisabled\n") == {"node_selinux_enabled": 0}


def test_a_server_where_it_was_switched_to_permissive() -> None:
    assert values("== /sys/fs/selinux/enforce\n0\n== configured\nenforcing\n") == {
        "node_selinux_enabled": 1,
        "node_selinux_current_mode": 0,
        "node_selinux_config_mode": 1,
    }
