"""Whether enough copies are kept: so many of them, and one for each day, week, month and year that is asked for.

Item        the name of the set
State       WARN when fewer than `keep` copies are there, when one of so many days up to the newest has none, or a
            week, month or year of `keep_weekly`, `keep_monthly`, `keep_yearly`; a year needs a full copy. CRIT when
            there is no copy at all. UNKNOWN when that is what can be seen, but not all can be
Why         damage is often noticed days later, when the newest copies hold it already; auditors ask for last year's
What to do  look at what thins the copies out: its rules, `find -mtime` in a crontab, a full disk; look at the job's
            log of the days named
Manual      2.5 copies kept; backup form
"""

from collections.abc import Iterator
from math import ceil

from checks.backup_sets import (
    PERIODS,
    BackupSet,
    Finding,
    SetsParams,
    days_covered,
    gaps,
    joined,
    not_asked,
    source_hidden,
    sources,
    worst,
)
from checks.contract import Check, Layer, Measurement, Result, Section, State, Text
from collectors import backups
from collectors.backup_sources import Source
from collectors.backups import Backups

_NAMED = 7
"""So many missing days are told by name."""

_DAILY = 26 * 3600
"""How far apart daily copies may be; where they come more often, fewer days must have one."""


class BackupCopiesParams(SetsParams):
    """The sets are those of backup_freshness, unless they are listed here."""


def evaluate(facts: Backups, params: BackupCopiesParams) -> Iterator[Result]:
    """One result for each set."""
    seen = {source.asked: source for source in facts.sources}
    for wanted in params.sets:
        source = seen.get(wanted.asked)
        if source is None:
            yield not_asked(wanted.name, wanted.target)
        else:
            yield _judge(wanted, source, facts.utc_offset)


def _judge(wanted: BackupSet, source: Source, utc_offset: int) -> Result:
    missed = {key: _missed(key, wanted, source, utc_offset) for key in PERIODS}
    findings = [*_count(wanted, source), *(_told(key, labels) for key, labels in missed.items() if labels)]
    if findings and (hidden := source_hidden(source)):
        findings = [hidden]
    days = days_covered(source.made, utc_offset)
    summary = joined(findings) if findings else _all_well(wanted, source, days)
    measurements = (
        Measurement("copies", source.count, warn=wanted.keep, lower=True),
        Measurement("days", days),
        Measurement("missed_days", len(missed["keep"])),
    )
    return Result(wanted.name, worst(findings), summary, measurements)


def _missed(key: str, wanted: BackupSet, source: Source, utc_offset: int) -> list[str]:
    count: int = getattr(wanted, key)
    made, usual = source.made, 0.0
    if key == "keep":
        usual = wanted.newest_within
        count = ceil(count * min(usual, _DAILY) / _DAILY)
    elif key == "keep_yearly":
        made = source.made_full
        if count and source.made and not made:
            return ["-"]
    return gaps(PERIODS[key], count, made, utc_offset, usual)


def _count(wanted: BackupSet, source: Source) -> Iterator[Finding]:
    if not source.count and wanted.keep:
        yield Finding(State.CRIT, Text(en="no copy is kept", zh="未保留任何备份"))
    elif source.count < wanted.keep:
        copies = "copy" if source.count == 1 else "copies"
        yield Finding(
            State.WARN,
            Text(
                en=f"{source.count} {copies} kept (warn below {wanted.keep})",
                zh=f"仅保留 {source.count} 份(警告阈值 {wanted.keep} 份)",
            ),
        )


def _told(key: str, labels: list[str]) -> Finding:
    if labels == ["-"]:
        return Finding(State.WARN, Text(en="no full copy is kept", zh="未保留完整备份"))
    noun = PERIODS[key].noun
    named = ", ".join(labels[:_NAMED]) + (", ..." if len(labels) > _NAMED else "")
    full = Text(en="full copy", zh="完整备份") if key == "keep_yearly" else Text(en="copy", zh="备份")
    return Finding(
        State.WARN,
        Text(
            en=f"{len(labels)} {noun.en if len(labels) > 1 else noun.en[:-1]} without a {full.en}: {named}",
            zh=f"{len(labels)} {noun.zh}没有{full.zh}:{named.replace(', ', '、')}",
        ),
    )


def _all_well(wanted: BackupSet, source: Source, days: int) -> Text:
    return Text(
        en=f"{source.count} kept, of {days} day{'s' * (days != 1)} (warn below {wanted.keep})",
        zh=f"保留 {source.count} 份,覆盖 {days} 天(警告阈值 {wanted.keep} 份)",
    )


CHECK = Check(
    reads=backups.COLLECTOR,
    params=BackupCopiesParams,
    evaluate=evaluate,
    title=Text(en="Backup copies kept", zh="备份保留份数"),
    layer=Layer.APPLICATION,
    section=Section.STORAGE,
    arguments=sources,
    takes={"sets": "backup_freshness"},
)
