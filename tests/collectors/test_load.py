import pytest

from collectors import load
from collectors.load import parse, read_local
from tests.collectors.in_shells import every_shell, printed


@every_shell
def test_probe_and_psutil_agree(shell: list[str]) -> None:
    probed, local = parse(printed(load.COLLECTOR, shell)), read_local()
    assert local.online_processors == probed.online_processors
    assert local.load1 == pytest.approx(probed.load1, abs=2)
    assert local.load15 == pytest.approx(probed.load15, abs=1)


@pytest.mark.parametrize("online", ["", "3-1", "0-99999999999", "0,,1", "a-b", "-1"])
def test_odd_processor_lists_are_refused(online: str) -> None:
    with pytest.raises(load.UnreadableOutput):
        parse(f"== /proc/loadavg\n0 0 0 1/2 3\n== /sys/devices/system/cpu/online\n{online}")
