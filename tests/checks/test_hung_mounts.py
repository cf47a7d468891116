from dataclasses import replace

import pytest

from checks.contract import State, UpperLevels
from checks.hung_mounts import CHECK, HungMountsParams, evaluate
from collectors.network_mounts import Answer, NetworkMount, NetworkMounts

GIB = 1024**3
WELL = NetworkMount("/srv/share", "filer:/x", "nfs4", Answer.GIVEN, "", None, 100 * GIB, 15 * GIB, 15 * GIB)
SILENT = NetworkMount("/srv/share", "filer:/x", "nfs4", Answer.NONE, hung_seconds=2.0)


@pytest.mark.parametrize(
    ("mount", "state", "en", "zh"),
    [
        (WELL, State.OK, "answers, 85.0 % used, 15 GiB free", "有响应,已用 85.0 %,剩余 15 GiB"),
        (replace(WELL, size_bytes=None), State.OK, "answers", "有响应"),
        (replace(WELL, size_bytes=0, free_bytes=0, available_bytes=0), State.OK, "answers, 0.0 % used, 0 B free", None),
        (SILENT, State.CRIT, "hangs: no answer within 2 s (filer:/x, nfs4)", "已挂起:2 秒内无响应(filer:/x, nfs4)"),
        (
            replace(SILENT, hung_seconds=3900.0),
            State.CRIT,
            "has hung for 1 h 5 min (filer:/x, nfs4)",
            "已挂起 1 小时 5 分钟(filer:/x, nfs4)",
        ),
        (
            replace(SILENT, answer=Answer.ERROR, reason="Stale file handle", hung_seconds=None),
            State.CRIT,
            "does not work: Stale file handle (filer:/x, nfs4)",
            "无法访问:Stale file handle(filer:/x, nfs4)",
        ),
        (
            replace(SILENT, answer=Answer.CLOSED, reason="Permission denied", hung_seconds=None),
            State.UNKNOWN,
            "may not be asked: Permission denied (filer:/x, nfs4)",
            "无权查询:Permission denied(filer:/x, nfs4)",
        ),
    ],
)
def test_states(mount: NetworkMount, state: State, en: str, zh: str | None) -> None:
    (result,) = evaluate(NetworkMounts(1.0, (mount,)), HungMountsParams())
    assert (result.item, result.state, result.summary.en) == ("/srv/share", state, en)
    assert zh is None or result.summary.zh == zh


def test_measurements() -> None:
    (well,) = evaluate(NetworkMounts(1.0, (WELL,)), HungMountsParams())
    assert [(m.name, m.value) for m in well.measurements] == [("answers", 1.0), ("used", 0.85)]
    (hung,) = evaluate(NetworkMounts(1.0, (SILENT,)), HungMountsParams())
    assert [(m.name, m.value) for m in hung.measurements] == [("answers", 0.0), ("hung", 2.0)]


def test_space_is_judged_where_it_is_asked_for() -> None:
    params = HungMountsParams(used_percent=UpperLevels[float](warn=80, crit=90))
    (result,) = evaluate(NetworkMounts(1.0, (WELL,)), params)
    assert (result.state, result.summary.en) == (State.WARN, "answers, 85.0 % used, 15 GiB free (warn at 80 %)")


def test_the_space_of_a_disk_behind_fuse_is_judged() -> None:
    ntfs = replace(WELL, device="/dev/sdc1", fstype="fuseblk", free_bytes=6 * GIB, available_bytes=6 * GIB)
    (result,) = evaluate(NetworkMounts(1.0, (ntfs,)), HungMountsParams())
    assert (result.state, result.summary.en) == (State.WARN, "answers, 94.0 % used, 6 GiB free (warn at 90 %)")


def test_what_is_not_looked_at() -> None:
    left = replace(WELL, answer=Answer.NOT_ASKED)
    assert list(evaluate(NetworkMounts(1.0, (left,)), HungMountsParams())) == []
    assert list(evaluate(NetworkMounts(1.0, (SILENT,)), HungMountsParams(ignore_mounts=("/srv/*",)))) == []


def test_automounted_ones_are_asked_when_asked_for() -> None:
    assert CHECK.arguments is not None
    assert CHECK.arguments(HungMountsParams()) == ()
    assert CHECK.arguments(HungMountsParams(automounted=True)) == ("automounted",)
