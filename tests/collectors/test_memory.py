import pytest

from collectors import memory
from collectors.memory import parse, read_local, read_psutil, samples
from tests.collectors.in_shells import every_shell, printed

NEAR = 512 * 1024 * 1024


@every_shell
def test_probe_and_local_agree(shell: list[str]) -> None:
    probed, local = parse(printed(memory.COLLECTOR, shell)), read_local()
    assert (local.total_bytes, local.swap_total_bytes) == (probed.total_bytes, probed.swap_total_bytes)
    assert local.available_bytes == pytest.approx(probed.available_bytes, abs=NEAR)
    assert [entry.name for entry in local.entries] == [entry.name for entry in probed.entries]


def test_psutil_means_the_same() -> None:
    local, through_psutil = read_local(), read_psutil()
    assert through_psutil.total_bytes == local.total_bytes
    assert through_psutil.available_bytes == pytest.approx(local.available_bytes, abs=NEAR)
    assert through_psutil.swap_total_bytes == local.swap_total_bytes
    assert not through_psutil.available_is_estimated


def test_an_estimate_is_never_more_than_there_is() -> None:
    assert parse("== /proc/meminfo\nMemTotal: 100 kB\nMemFree: 60 kB\nCached: 90 kB").available_bytes == 100 * 1024
    assert parse("== /proc/meminfo\nMemTotal: 100 kB\nMemFree: 60 kB\nShmem: 90 kB").available_bytes == 60 * 1024


@pytest.mark.parametrize(
    "text", ["", "MemTotal: 5 kB", "MemTotal: 0 kB\nMemFree: 0 kB", "MemTotal: 1 MB\nMemFree: 1 kB"]
)
def test_what_is_no_meminfo(text: str) -> None:
    with pytest.raises(memory.UnreadableOutput):
        parse(f"== /proc/meminfo\n{text}")


def test_names_as_node_exporter_has_them() -> None:
    text = "== /proc/meminfo\nMemTotal: 2 kB\nMemFree: 1 kB\nActive(anon): 1 kB\nHugePages_Total: 3"
    assert {sample.name: sample.value for sample in samples(parse(text))} == {
        "node_memory_MemTotal_bytes": 2048,
        "node_memory_MemFree_bytes": 1024,
        "node_memory_Active_anon_bytes": 1024,
        "node_memory_HugePages_Total": 3,
    }
