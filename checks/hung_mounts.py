"""Network and FUSE file systems that no longer answer.

Item        the mount point; of one file system mounted at many places the first
State       CRIT when it does not answer within two seconds, or with an error (stale handle, daemon gone); UNKNOWN when
            it may not be asked by the login; from `used_percent`, which is off by default, when it does, and from
            `fuseblk_used_percent` for a disk behind FUSE (NTFS, exFAT).
            What an automounter mounted is left alone, unless `automounted`: to ask it keeps it mounted for ever
Why         whatever touches a dead mount hangs with it, out of reach of kill -9: ls, df, backups, in the end logins
What to do  is its server there: rpcinfo -t SERVER nfs; systemctl status of the FUSE daemon. umount -f MOUNT, or
            umount -l MOUNT, and mount it again; fusermount -u MOUNT. ps axo stat,wchan,args | grep ^D shows who hangs
Manual      2.1 mounts; 2.1.6 LUNs; form 8.2
"""

from collections.abc import Iterator

from pydantic import Field

from checks.contract import (
    Check,
    Layer,
    Measurement,
    Params,
    Percent,
    Result,
    Section,
    State,
    Text,
    Unit,
    UpperLevels,
    duration_text,
    format_bytes,
    format_percent,
)
from checks.contract.patterns import matches_any
from checks.contract.threshold import crossed_percent, measured_ratio
from collectors import network_mounts
from collectors.mount_askers import LIMIT_SECONDS
from collectors.network_mounts import Answer, NetworkMount, NetworkMounts


class HungMountsParams(Params):
    """Which mounts are looked at, and what else is asked of them."""

    ignore_mounts: tuple[str, ...] = Field(
        (), description="mount points that may hang, as patterns such as /media/* (a star matches slashes too)"
    )
    automounted: bool = Field(
        False, description="true: look at what an automounter mounted too, although it then stays mounted"
    )
    used_percent: UpperLevels[Percent] = Field(
        UpperLevels[Percent](),
        description="used of the space; null: judged where the file system lives, or by nobody",
    )
    fuseblk_used_percent: UpperLevels[Percent] = Field(
        UpperLevels[Percent](warn=90, crit=95),
        description="the same of disks of this host behind FUSE (fuseblk: NTFS, exFAT), which disk_usage leaves alone",
    )
    retries: int = Field(
        2, ge=1, le=100, description="how many looks in a row must agree; two: a server may be away for a moment"
    )


def evaluate(facts: NetworkMounts, params: HungMountsParams) -> Iterator[Result]:
    """One result for each that was asked, or hangs since it was."""
    for mount in facts.mounts:
        ignored = matches_any(params.ignore_mounts, mount.mount)
        if not ignored and mount.answer is not Answer.NOT_ASKED:
            yield _judge(mount, params)


def _judge(mount: NetworkMount, params: HungMountsParams) -> Result:
    what = f"{mount.device}, {mount.fstype}"
    answers = Measurement("answers", float(mount.answer is Answer.GIVEN))
    match mount.answer:
        case Answer.GIVEN:
            return _answered(mount, answers, params)
        case Answer.CLOSED:
            en, zh = f"may not be asked: {mount.reason} ({what})", f"无权查询:{mount.reason}({what})"
            return Result(mount.mount, State.UNKNOWN, Text(en=en, zh=zh))
        case Answer.ERROR:
            reason = mount.reason or "an error"
            text = Text(en=f"does not work: {reason} ({what})", zh=f"无法访问:{reason}({what})")
            return Result(mount.mount, State.CRIT, text, (answers,))
        case _:
            seconds = mount.hung_seconds or 0.0
            hung = Measurement("hung", seconds, Unit.SECONDS)
            return Result(mount.mount, State.CRIT, _hangs(seconds, what), (answers, hung))


def _hangs(seconds: float, what: str) -> Text:
    if seconds <= LIMIT_SECONDS:
        return Text(en=f"hangs: no answer within 2 s ({what})", zh=f"已挂起:2 秒内无响应({what})")
    since = duration_text(seconds)
    return Text(en=f"has hung for {since.en} ({what})", zh=f"已挂起 {since.zh}({what})")


def _answered(mount: NetworkMount, answers: Measurement, params: HungMountsParams) -> Result:
    if mount.size_bytes is None or mount.free_bytes is None or mount.available_bytes is None:
        return Result(mount.mount, State.OK, Text(en="answers", zh="有响应"), (answers,))
    used_bytes = mount.size_bytes - mount.free_bytes
    used = used_bytes / (used_bytes + mount.available_bytes) if used_bytes + mount.available_bytes else 0.0
    levels = params.fuseblk_used_percent if mount.fstype == "fuseblk" else params.used_percent
    state = levels.judge(used * 100)
    level, left = crossed_percent(levels, state), format_bytes(mount.available_bytes)
    return Result(
        mount.mount,
        state,
        Text(
            en=f"answers, {format_percent(used)} used, {left} free{level.en}",
            zh=f"有响应,已用 {format_percent(used)},剩余 {left}{level.zh}",
        ),
        (answers, measured_ratio("used", used, levels)),
    )


CHECK = Check(
    reads=network_mounts.COLLECTOR,
    params=HungMountsParams,
    evaluate=evaluate,
    title=Text(en="Hung mounts", zh="挂起的挂载点"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.STORAGE,
    arguments=lambda params: ("automounted",) if params.automounted else (),
)
