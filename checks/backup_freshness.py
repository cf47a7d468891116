"""Whether backups are made: how old the newest copy is, how long it took, whether it is as large as it should be.

Item        the name of the set
State       CRIT when the newest copy is missing, older than `newest_within`, or empty; WARN when its size differs from
            the one before it by more than `size_change`, or by more than `size_trend` from what was usual in the older
            half of the last 30 days, or when making it took `longer` than usual. UNKNOWN when that is what can be seen,
            but a folder is closed, a command not allowed, or the tool failed
Why         that a backup has stopped, is empty, or shrinks a little every day is otherwise found out on the day it is
            needed
What to do  look at the backup job's own log and its timer or crontab; run it by hand; check free space at its target,
            and whether what is backed up has become smaller
Manual      2.5 backups; backup form
"""

from collections.abc import Iterator, Sequence

from checks.backup_sets import (
    SIZE,
    BackupSet,
    Finding,
    SetsParams,
    age_of_newest,
    duration_of_newest,
    joined,
    not_asked,
    size_against_trend,
    size_of_newest,
    source_hidden,
    sources_named,
    worst,
)
from checks.backup_sets.duration import seconds_taken
from checks.backup_sets.trend import DAYS
from checks.contract import (
    Check,
    Layer,
    Measurement,
    Past,
    Recall,
    Result,
    Section,
    Text,
    Unit,
    duration_text,
    format_bytes,
)
from collectors import backups
from collectors.backup_sources import Source
from collectors.backups import Backups


class BackupFreshnessParams(SetsParams):
    """The other checks of backups take their sets from here."""


def evaluate(facts: Backups, params: BackupFreshnessParams, past: Past) -> Iterator[Result]:
    """One result for each set."""
    seen = {source.asked: source for source in facts.sources}
    for wanted in params.sets:
        source = seen.get(wanted.asked)
        if source is None:
            yield not_asked(wanted.name, wanted.target)
        else:
            yield _judge(wanted, source, facts.now, past)


def _judge(wanted: BackupSet, source: Source, now: int, past: Past) -> Result:
    findings = [*age_of_newest(wanted, source, now), *_of_size(wanted, source, now, past)]
    findings += duration_of_newest(wanted, source)
    if findings and (hidden := source_hidden(source)):
        # What lies behind the closed folder could be what is missing here.
        findings = [hidden]
    summary = joined(findings) if findings else _all_well(source, now)
    return Result(wanted.name, worst(findings), summary, tuple(_measurements(wanted, source, now)))


def _of_size(wanted: BackupSet, source: Source, now: int, past: Past) -> Sequence[Finding]:
    """Against the copy before it, or else against the trend: what is told by the one need not be told by the other."""
    against_last = list(size_of_newest(wanted, source, now))
    return against_last or list(size_against_trend(wanted, source, now, past.of(wanted.name, SIZE)))


def _all_well(source: Source, now: int) -> Text:
    newest = source.newest[0]
    age = duration_text(max(0, now - newest.made_at))
    size = f", {format_bytes(newest.size_bytes)}" if newest.size_bytes is not None else ""
    took = Text(en="", zh="")
    if taken := seconds_taken(newest):
        words = duration_text(taken)
        took = Text(en=f", took {words.en}", zh=f",耗时 {words.zh}")
    by = "" if source.tool == "files" else f" ({source.tool})"
    return Text(
        en=f"newest {age.en} old{size}{took.en}, {source.count} kept{by}",
        zh=f"最新备份于 {age.zh}前{size.replace(', ', ',')}{took.zh},共 {source.count} 份{by}",
    )


def _measurements(wanted: BackupSet, source: Source, now: int) -> Iterator[Measurement]:
    yield Measurement("copies", source.count)
    if not source.newest:
        return
    newest = source.newest[0]
    yield Measurement("newest_age", max(0, now - newest.made_at), Unit.SECONDS, crit=wanted.newest_within)
    yield Measurement("newest", newest.made_at, Unit.TIMESTAMP)
    if newest.size_bytes is not None:
        yield Measurement(SIZE, newest.size_bytes, Unit.BYTES)
    if (taken := seconds_taken(newest)) is not None:
        yield Measurement("duration", taken, Unit.SECONDS)


CHECK = Check(
    reads=backups.COLLECTOR,
    params=BackupFreshnessParams,
    evaluate=evaluate,
    title=Text(en="Backup freshness", zh="备份时效"),
    layer=Layer.APPLICATION,
    section=Section.STORAGE,
    arguments=sources_named,
    recalls=Recall(names=(SIZE,), days=DAYS),
)
