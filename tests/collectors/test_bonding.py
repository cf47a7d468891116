from pathlib import Path

import pytest

from collectors import bonding
from collectors.bonding import parse
from collectors.contract import NotApplicable
from tests.collectors.commands import Commands
from tests.collectors.in_shells import every_shell, printed
from tests.recordings_on_disk import recordings

(TEXT,) = (r.output for r in recordings() if r.collector == "bonding" and r.system == "active-backup")


@every_shell
def test_probe(shell: list[str], tmp_path: Path) -> None:
    for name in ("bond0", "bond1"):
        lines = [line for line in TEXT.split("\n") if line.startswith(f"/proc/net/bonding/{name}:")]
        (tmp_path / name).write_text("\n".join(line.partition(":")[2] for line in lines), "utf-8")
    text = printed(Commands.in_place(bonding.COLLECTOR, proc_net_bonding=tmp_path), shell)
    assert parse(text.replace(str(tmp_path), "/proc/net/bonding")) == parse(TEXT)


@every_shell
def test_no_bonds(shell: list[str], tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "gone"):
        text = printed(Commands.in_place(bonding.COLLECTOR, proc_net_bonding=place), shell)
        with pytest.raises(NotApplicable):
            parse(text)
