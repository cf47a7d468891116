"""Errors that the kernel tells of, by family: disks, file systems, memory, processors, processes that crashed.

Item        the family, such as io_error or segfault; `kernel` while there is nothing to tell
State       WARN or CRIT from the family's own levels: how many messages came within `shown_for`, counted up to 50; who
            was killed for want of memory is only named here, how often is judged by oom_kills
Why         the kernel sees a disk, a memory module or a cable die days before anything else does, and says it once
What to do  journalctl -k or dmesg -T; replace the disk, module or cable; look for updates of firmware and drivers;
            for a crashed process see core_dumps. `rounds relearn HOST kernel_log` forgets what was seen to
Manual      2.6 kernel errors; 2.1 error log; 2.6 disks; 2.6 memory ECC; form 8.6
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from pydantic import Field

from checks.contract import (
    Check,
    Duration,
    Layer,
    Measurement,
    Params,
    Result,
    Section,
    State,
    Text,
    Unit,
    UpperLevels,
    duration_text,
)
from checks.contract.patterns import matches_any
from checks.contract.threshold import crossed
from collectors import kernel_log
from collectors.kernel_families import Family
from collectors.kernel_log import CARRIED_SECONDS, KernelEvent, KernelLog

Counts = UpperLevels[int]
_WARN, _BOTH, _CRIT = Counts(warn=1, crit=None), Counts(warn=1, crit=10), Counts(warn=1, crit=1)


class KernelErrorsParams(Params):
    """Levels are numbers of messages within `shown_for`."""

    io_error: Counts = Field(_BOTH, description="reads and writes that a disk failed")
    file_system: Counts = Field(_CRIT, description="damage that ext4, XFS, btrfs and others found")
    disk_reset: Counts = Field(_BOTH, description="disks that did not answer and were reset")
    network_file_system: Counts = Field(_WARN, description="NFS, CIFS and Ceph servers that did not answer")
    memory_corrected: Counts = Field(Counts(warn=1, crit=50), description="errors of memory that ECC corrected")
    memory_uncorrected: Counts = Field(_CRIT, description="errors of memory that nothing could correct")
    machine_check: Counts = Field(_WARN, description="errors of processors and buses")
    pcie: Counts = Field(Counts(warn=10, crit=None), description="errors of PCI Express, mostly corrected ones")
    thermal: Counts = Field(_WARN, description="processors slowed down because they are too hot")
    hung_task: Counts = Field(_WARN, description="processes that waited for a disk for minutes")
    lockup: Counts = Field(_CRIT, description="processors that were stuck")
    kernel_bug: Counts = Field(_CRIT, description="faults of the kernel itself")
    segfault: Counts = Field(_WARN, description="processes that crashed")
    link_down: Counts = Field(Counts(warn=3, crit=None), description="how often one network link was lost: it flaps")
    oom: Counts = Field(Counts(), description="processes killed for want of memory; null: judged by oom_kills alone")
    shown_for: Duration = Field(
        86400.0, gt=0, le=CARRIED_SECONDS, description="how long a message is a problem, up to 7d"
    )
    ignore: tuple[str, ...] = Field(
        ("*dev fd[0-9]*", "*dev sr[0-9]*"), description="messages that do not matter, as shell patterns"
    )
    retries: int = Field(1, ge=1, le=100, description="how many looks in a row must agree; one, since states are held")


_NAMES = {
    Family.OOM: Text(en="killed for want of memory", zh="因内存不足被终止"),
    Family.LOCKUP: Text(en="processor stuck", zh="处理器卡死"),
    Family.HUNG_TASK: Text(en="process hung", zh="进程挂起"),
    Family.SEGFAULT: Text(en="process crashed", zh="进程崩溃"),
    Family.KERNEL_BUG: Text(en="fault of the kernel", zh="内核故障"),
    Family.PCIE: Text(en="PCI Express error", zh="PCIe 错误"),
    Family.MEMORY_UNCORRECTED: Text(en="uncorrected memory error", zh="不可纠正的内存错误"),
    Family.MEMORY_CORRECTED: Text(en="corrected memory error", zh="已纠正的内存错误"),
    Family.MACHINE_CHECK: Text(en="machine check", zh="机器检查异常"),
    Family.THERMAL: Text(en="too hot, slowed down", zh="过热降频"),
    Family.NETWORK_FILE_SYSTEM: Text(en="file server did not answer", zh="文件服务器无应答"),
    Family.FILE_SYSTEM: Text(en="file system damaged", zh="文件系统错误"),
    Family.DISK_RESET: Text(en="disk reset", zh="磁盘复位"),
    Family.IO_ERROR: Text(en="disk error", zh="磁盘读写错误"),
    Family.LINK_DOWN: Text(en="network link lost", zh="网络链路中断"),
}


def evaluate(facts: KernelLog, params: KernelErrorsParams) -> Iterator[Result]:
    """One result for each family that was seen."""
    events = [event for event in facts.events if not matches_any(params.ignore, event.text)]
    for family in Family:
        if of_family := [event for event in events if event.family is family]:
            yield _judge(family, of_family, facts.now, params)
    if not events:
        yield Result("kernel", State.OK, Text(en="no errors", zh="无错误"), (Measurement("messages", 0),))


def _judge(family: Family, events: Sequence[KernelEvent], now: float, params: KernelErrorsParams) -> Result:
    """`events` are the latest first, and there is one."""
    levels: Counts = getattr(params, family.value)
    recent = [event for event in events if now - event.at < params.shown_for]
    if family is Family.LINK_DOWN:
        recent = _of_worst_subject(recent)
    state = levels.judge(len(recent))
    measured = (Measurement("messages", len(recent), Unit.COUNT, levels.warn, levels.crit),)
    age, name = duration_text(max(0.0, now - events[0].at)), _NAMES[family]
    if not recent:
        words = Text(en=f"{name.en}, last {age.en} ago", zh=f"{name.zh},最近一次在 {age.zh}前")
        return Result(family.value, state, words, measured)
    level, span, who = crossed(levels, state), duration_text(params.shown_for), _subjects(recent)
    words = Text(
        en=f"{name.en}{who}: {len(recent)} in {span.en}{level.en}, last {age.en} ago: {recent[0].text}",
        zh=f"{name.zh}{who}：{span.zh}内 {len(recent)} 条{level.zh},最近一条在 {age.zh}前:{recent[0].text}",
    )
    return Result(family.value, state, words, measured)


def _of_worst_subject(events: Sequence[KernelEvent]) -> list[KernelEvent]:
    """At each start of a host all its links are lost once: that of one alone tells of a fault."""
    counts = Counter(event.subject for event in events)
    return [event for event in events if event.subject == counts.most_common(1)[0][0]]


def _subjects(events: Sequence[KernelEvent]) -> str:
    names = list(dict.fromkeys(event.subject for event in events if event.subject))
    return f" {', '.join(names[:3])}{', ...' if len(names) > 3 else ''}" if names else ""


CHECK = Check(
    reads=kernel_log.COLLECTOR,
    params=KernelErrorsParams,
    evaluate=evaluate,
    title=Text(en="Kernel errors", zh="内核错误"),
    layer=Layer.HARDWARE,
    section=Section.HARDWARE,
)
