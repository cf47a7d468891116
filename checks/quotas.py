"""Users, groups and projects that use up their quota.

Item        the mount point and whose it is, such as `/home user alice`, for each that is over a limit or near it; the
            mount point alone, when there is none such
State       WARN above the soft limit, CRIT when its grace has run out; from `hard_percent` of the hard limit. For space
            and for files
Why         who is over his quota cannot save: mails bounce, logins and jobs fail, while the disk looks half empty
What to do  repquota -augs; du -sh ~USER; clean up with him, or setquota -u USER SOFT HARD 0 0 MOUNT
Manual      2.1 disks; 2.1.6 capacity; form 8.2
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
)
from checks.contract.threshold import crossed_percent
from collectors import quotas
from collectors.quotas import Limit, Quota, Quotas

_KINDS = {"user": "用户", "group": "组", "project": "项目"}


class QuotasParams(Params):
    """Parameters of quotas."""

    hard_percent: UpperLevels[Percent] = Field(
        UpperLevels[Percent](warn=90, crit=95), description="used of a hard limit, of space or of files"
    )
    ignore: tuple[str, ...] = Field((), description="names of users, groups and projects that may use up theirs")
    retries: int = Field(1, ge=1, le=100, description="how many looks in a row must agree")


def evaluate(facts: Quotas, params: QuotasParams) -> Iterator[Result]:
    """One result for each that is over or near, and one for each file system without such."""
    for mount in facts.mounts:
        here = [quota for quota in facts.quotas if quota.mount == mount and quota.name not in params.ignore]
        bad = [result for quota in here if (result := _judge(quota, facts.now, params)).state is not State.OK]
        yield from bad
        if not bad:
            count = len(here)
            text = Text(en=f"{count} with limits, all within them", zh=f"{count} 个配额,均未超限")
            yield Result(mount, State.OK, text, (Measurement("limited", count),))


def _judge(quota: Quota, now: int, params: QuotasParams) -> Result:
    (space_state, space), (files_state, files) = (_limit(of, now, params) for of in (quota.space, quota.files))
    item, whose = f"{quota.mount} {quota.kind} {quota.name}", _KINDS[quota.kind]
    if space_state >= files_state:
        limit, words = quota.space, [format_bytes(size) for size in _of(quota.space)]
        measured = Measurement("space_used", limit.used, Unit.BYTES, limit.soft or None, limit.hard or None)
        en, zh = f"space: {{}}, {space.en}", f"{whose}空间:{{}},{space.zh}"
    else:
        limit, words = quota.files, [str(count) for count in _of(quota.files)]
        measured = Measurement("files_used", limit.used, warn=limit.soft or None, crit=limit.hard or None)
        en, zh = f"files: {{}}, {files.en}", f"{whose}文件数:{{}},{files.zh}"
    used = " / ".join(words)
    return Result(item, max(space_state, files_state), Text(en=en.format(used), zh=zh.format(used)), (measured,))


def _of(limit: Limit) -> tuple[int, int]:
    return limit.used, limit.hard or limit.soft


def _limit(limit: Limit, now: int, params: QuotasParams) -> tuple[State, Text]:
    """How bad it is, and why."""
    if limit.soft and limit.used > limit.soft and limit.grace_ends_at:
        left = limit.grace_ends_at - now
        if left <= 0:
            return State.CRIT, Text(en="over the soft limit, and its grace has run out", zh="超过软限制且宽限期已过")
    hard = params.hard_percent.judge(limit.used / limit.hard * 100) if limit.hard else State.OK
    if hard is not State.OK:
        level = crossed_percent(params.hard_percent, hard)
        share = f"{limit.used / limit.hard * 100:.1f} %"
        return hard, Text(en=f"{share} of the hard limit{level.en}", zh=f"达硬限制的 {share}{level.zh}")
    if limit.soft and limit.used > limit.soft:
        if not limit.grace_ends_at:
            return State.WARN, Text(en="over the soft limit", zh="超过软限制")
        grace = duration_text(limit.grace_ends_at - now)
        return State.WARN, Text(
            en=f"over the soft limit, {grace.en} of grace left", zh=f"超过软限制,宽限期剩余 {grace.zh}"
        )
    return State.OK, Text(en="within the limits", zh="未超限")


CHECK = Check(
    reads=quotas.COLLECTOR,
    params=QuotasParams,
    evaluate=evaluate,
    title=Text(en="Quotas", zh="磁盘配额"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.STORAGE,
)
