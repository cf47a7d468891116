from dataclasses import replace
from pathlib import Path

import pytest

from collectors import quotas
from collectors.contract import NotApplicable
from collectors.quotas import parse
from tests.collectors.in_shells import every_shell, printed


@pytest.mark.skipif("usrquota" in Path("/proc/self/mounts").read_text("utf-8"), reason="quotas are kept here")
@every_shell
def test_no_quotas(shell: list[str]) -> None:
    with pytest.raises(NotApplicable, match="mounted with quotas"):
        parse(printed(quotas.COLLECTOR, shell))


@every_shell
def test_which_mounts_have_quotas(shell: list[str]) -> None:
    """The pattern of the probe itself, held against lines of /proc/self/mounts."""
    pattern = quotas.PROBE.partition("grep -E '")[2].partition("'")[0]
    told = {
        "/dev/vdb /home ext4 rw,relatime,quota,usrquota,grpquota 0 0": True,
        "/dev/vdc /srv xfs rw,relatime,attr2,inode64,prjquota 0 0": True,
        "/dev/vdd /mail ext4 rw,relatime,jqfmt=vfsv1,usrjquota=aquota.user 0 0": True,
        "/dev/vda / xfs rw,relatime,attr2,inode64,noquota 0 0": False,
        "/dev/vde /usrquota ext4 rw,relatime 0 0": False,
    }
    for line, kept in told.items():
        probe = f"printf '%s\\n' '{line}' | grep -cE '{pattern}' || :"
        assert (printed(replace(quotas.COLLECTOR, probe=probe), shell).strip() == "1") is kept, line


def test_a_mount_point_is_named_once() -> None:
    """One mount may cover another."""
    mounts = "/dev/vdb /srv ext4 rw,usrquota 0 0\n/dev/vdc /srv ext4 rw,usrquota 0 0"
    report = "*** Report for user quotas on device /dev/vdc"
    assert parse(f"now 1\n== mounts\n{mounts}\n== report\n{report}\n").mounts == ("/srv",)
