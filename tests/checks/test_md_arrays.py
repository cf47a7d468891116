from dataclasses import replace

import pytest

from checks.contract import Result, State
from checks.md_arrays import MdArraysParams, evaluate
from collectors.md_arrays import MdArrays
from collectors.mdstat import Activity, Array, Member, Sync, SyncWait

WHOLE = Array("md0", Activity.ACTIVE, None, "raid1", (Member("sda1"), Member("sdb1")), 512, 2, 2, False, False, None, 0)
FAILED = (Member("sda1"), Member("sdb1", failed=True))
SPARE = Member("sdc1", spare=True)


def judged(array: Array, **params: object) -> Result:
    (result,) = evaluate(MdArrays((array,)), MdArraysParams.model_validate(params))
    return result


def syncing(action: str, waits: SyncWait | None = None) -> Sync:
    return Sync(action, waits) if waits else Sync(action, None, 85, 1000, 1020.0, 259783 * 1024)


@pytest.mark.parametrize(
    ("array", "state", "words"),
    [
        (WHOLE, State.OK, "raid1, 2 disks"),
        (replace(WHOLE, working=1), State.CRIT, "degraded: 1 of 2 disks"),
        (replace(WHOLE, working=1, members=FAILED), State.CRIT, "degraded: 1 of 2 disks, failed: sdb1"),
        (
            replace(WHOLE, working=1, members=FAILED, sync=syncing("recovery")),
            State.CRIT,
            "degraded: 1 of 2 disks, failed: sdb1, recovery 8.5 %, 17 min left",
        ),
        (replace(WHOLE, members=(*WHOLE.members, FAILED[1])), State.WARN, "failed and not yet removed: sdb1"),
        (replace(WHOLE, sync=syncing("recovery")), State.OK, "raid1, 2 disks, recovery 8.5 %, 17 min left"),
        (replace(WHOLE, sync=syncing("check")), State.OK, "raid1, 2 disks, check 8.5 %, 17 min left"),
        (replace(WHOLE, sync=syncing("reshape")), State.OK, "raid1, 2 disks, reshape 8.5 %, 17 min left"),
        (replace(WHOLE, sync=syncing("resync")), State.WARN, "out of step, resync 8.5 %, 17 min left"),
        (replace(WHOLE, sync=syncing("resync", SyncWait.PENDING)), State.WARN, "out of step, resync pending"),
        (replace(WHOLE, sync=syncing("resync", SyncWait.DELAYED)), State.OK, "raid1, 2 disks, resync delayed"),
        (replace(WHOLE, read_only="auto-read-only"), State.OK, "raid1, 2 disks"),
        (replace(WHOLE, read_only="read-only"), State.WARN, "read-only"),
        (
            replace(WHOLE, activity=Activity.INACTIVE, required=0, working=0),
            State.CRIT,
            "inactive, assembled of sda1 sdb1",
        ),
        (replace(WHOLE, activity=Activity.INACTIVE, members=()), State.CRIT, "inactive, assembled of -"),
        (replace(WHOLE, activity=Activity.BROKEN), State.CRIT, "broken: too many disks are lost"),
        (replace(WHOLE, first_spares=1), State.WARN, "0 of 1 spares"),
        (replace(WHOLE, first_spares=1, members=(*WHOLE.members, SPARE)), State.OK, "raid1, 2 disks"),
        (
            replace(WHOLE, first_spares=1, working=1, members=FAILED),
            State.CRIT,
            "degraded: 1 of 2 disks, failed: sdb1, 0 of 1 spares",
        ),
    ],
)
def test_states(array: Array, state: State, words: str) -> None:
    result = judged(array)
    assert (result.item, result.state, str(result.summary)) == ("md0", state, words)
    assert result.summary.zh != result.summary.en


def test_spares_as_an_organisation_wants_them() -> None:
    assert judged(WHOLE, spares=1).state is State.WARN
    assert judged(replace(WHOLE, first_spares=2), spares=0).state is State.OK


def test_a_container_is_no_array() -> None:
    container = replace(WHOLE, activity=Activity.INACTIVE, is_container=True)
    assert list(evaluate(MdArrays((container,), (replace(container, name="md9"),)), MdArraysParams())) == []


def test_gone() -> None:
    (result,) = evaluate(MdArrays((), (WHOLE,)), MdArraysParams())
    assert (result.item, result.state, str(result.summary)) == (
        "md0",
        State.WARN,
        "gone: it was raid1 of sda1 sdb1",
    )


def test_ignored() -> None:
    assert list(evaluate(MdArrays((WHOLE,), (replace(WHOLE, name="md1"),)), MdArraysParams(ignore=("md?",)))) == []


def test_measurements() -> None:
    degraded = replace(WHOLE, working=1, members=FAILED, first_spares=1, sync=syncing("recovery"))
    assert {m.name: (m.value, m.warn, m.crit, m.lower) for m in judged(degraded).measurements} == {
        "missing_disks": (1, None, 1, False),
        "failed_disks": (1, 1, None, False),
        "spare_disks": (0, 1, None, True),
        "synchronised": (0.085, None, None, False),
    }
