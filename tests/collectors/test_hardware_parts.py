"""Processors, memory and its modules."""

from pathlib import Path

import psutil

from collectors.contract import Entry, Kind
from collectors.hardware_parts import COLLECTOR, parse
from collectors.machine.parts import HardwareParts, MemoryModule, inventory
from tests.collectors.hardware_tree import printed_in, write
from tests.collectors.in_shells import every_shell, printed


@every_shell
def test_this_machine(shell: list[str]) -> None:
    facts = parse(printed(COLLECTOR, shell))
    assert facts.threads == psutil.cpu_count()
    assert 0.8 < psutil.virtual_memory().total / facts.memory_bytes <= 1
    assert sum(swap.size_bytes for swap in facts.swaps) == psutil.swap_memory().total


@every_shell
def test_modules_of_a_server(tmp_path: Path, shell: list[str]) -> None:
    sys = tmp_path / "sys"
    for number in range(3):
        home = sys / f"devices/system/edac/mc/mc0/dimm{number}"
        write(home, size=0 if number == 1 else 16384, dimm_mem_type="Registered-DDR4", dimm_label=f"DIMM_A{number}")
    facts = parse(printed_in(sys, COLLECTOR, shell))
    assert [module.label for module in facts.modules] == ["DIMM_A0", "DIMM_A2"]
    assert facts.modules[0] == MemoryModule("DIMM_A0", "Registered-DDR4", 16 * 2**30)
    assert not facts.memory_is_exact, "no blocks of memory are told"


@every_shell
def test_memory_that_is_off_is_not_counted(tmp_path: Path, shell: list[str]) -> None:
    total = psutil.virtual_memory().total
    block = 2**27
    memory, used = tmp_path / "sys/devices/system/memory", -(-total // block)
    write(memory, block_size_bytes=f"{block:x}")
    for number in range(used + 2):
        write(memory / f"memory{number}", state="online" if number < used else "offline")
    facts = parse(printed_in(tmp_path / "sys", COLLECTOR, shell))
    assert (facts.memory_bytes, facts.memory_is_exact) == (used * block, True)


def test_another_kernel_leaves_a_little_more_memory() -> None:
    """And a container's limit is what it has, whatever the machine has."""
    looks = (
        HardwareParts("x86_64", "CPU", 2, 0, 1, kib * 1024, memory_is_exact=False, modules=(), swaps=())
        for kib in (4028440, 4028936)
    )
    first, second = (list(inventory(look)) for look in looks)
    assert first == second
    assert Entry(Kind.HARDWARE, "memory", "3.8 GiB") in first
