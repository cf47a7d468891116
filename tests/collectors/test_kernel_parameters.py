"""Parameters of the kernel: no secret is opened, and only known words of the command line leave the host."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from collectors.contract import Entry, Kind
from collectors.kernel_parameters import COLLECTOR, KernelParameters, inventory, parse
from tests.collectors.hardware_tree import write
from tests.collectors.in_shells import every_shell, printed

SECRET = "PlantedSecret"
SECRETS = (
    "net/ipv4/tcp_fastopen_key", "net/core/netdev_rss_key", "net/ipv6/conf/all/stable_secret",
    "net/ipv6/conf/default/stable_secret", "kernel/random/uuid", "net/ipv4/fib_multipath_hash_seed",
)  # fmt: skip
COUNTED = ("fs/file-nr", "fs/inode-state", "kernel/ns_last_pid", "net/netfilter/nf_conntrack_count", "vm/stat_refresh")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A kernel's files, with a secret in each place where it keeps one."""
    words = f"quiet root=/dev/vda1 {SECRET} luks.key={SECRET} ds=nocloud;seed={SECRET} mitigations=auto * console=tty0"
    write(tmp_path, **{"proc/cmdline": words, "proc/sys/kernel/tainted": 4096 + 512, "sys/module/zfs/taint": "POE"})
    write(tmp_path, **{f"proc/sys/{name}": SECRET for name in (*SECRETS, *COUNTED)})
    write(tmp_path, **{"proc/sys/vm/swappiness": 60, "proc/sys/vm/dirty_ratio": 20, "sys/module/ext4/taint": ""})
    write(tmp_path, **{"proc/sys/net/ipv4/conf/all/rp_filter": 1, "proc/sys/net/ipv4/conf/eth0/rp_filter": 2})
    write(tmp_path, **{"proc/sys/net/ipv4/ip_local_port_range": "32768\t60999"})
    return tmp_path


@every_shell
def test_no_secret_is_read_and_parameters_are(root: Path, shell: list[str]) -> None:
    for name in SECRETS:
        (root / "proc/sys" / name).chmod(0o600)
    probe = COLLECTOR.probe.replace("/proc/", f"{root}/proc/").replace("/sys/module", f"{root}/sys/module")
    output = printed(replace(COLLECTOR, probe=probe), shell).replace(str(root), "")
    assert SECRET not in output
    facts = parse(output)
    assert facts == KernelParameters(
        parameters=(
            ("net.ipv4.conf.all.rp_filter", "1"),
            ("net.ipv4.ip_local_port_range", "32768 60999"),
            ("vm.dirty_ratio", "20"),
            ("vm.swappiness", "60"),
        ),
        boot=("quiet", "root=/dev/vda1", "mitigations=auto", "console=tty0"),
        modules=(("zfs", "proprietary, out of tree, unsigned"),),
        taints="out of tree",
    )


@pytest.mark.skipif(not os.access("/proc/sys/vm/swappiness", os.R_OK), reason="no /proc/sys here")
@every_shell
def test_this_machine(shell: list[str]) -> None:
    facts = parse(printed(COLLECTOR, shell))
    assert dict(facts.parameters)["vm.swappiness"] == Path("/proc/sys/vm/swappiness").read_text().strip()
    assert len(facts.parameters) > 100


def test_what_the_kernel_works_out_from_its_memory_is_rounded() -> None:
    facts = KernelParameters((("kernel.threads-max", "94271"), ("vm.swappiness", "61")), ("quiet",), (), "")
    assert list(inventory(facts)) == [
        Entry(Kind.KERNEL_PARAMETER, "boot option quiet", ""),
        Entry(Kind.KERNEL_PARAMETER, "kernel.threads-max", "about 94000"),
        Entry(Kind.KERNEL_PARAMETER, "vm.swappiness", "61"),
    ]
