"""Whether backups are made: how old the newest copy is, how many are kept, whether the size is as before.

Item        the name of the set
State       CRIT when the newest copy is missing, older than `newest_within`, or empty; WARN when fewer than `keep` are
            there, or the newest copy's size differs from the one before it by more than `size_change`. UNKNOWN when
            that is what the login can see, but a folder is closed to it
Why         that a backup has stopped, or is empty, is otherwise found out on the day it is needed
What to do  look at the backup job's own log and its timer or crontab; run it by hand; check free space at its target
Manual      2.5 backups; backup form
"""

from collections.abc import Iterator, Sequence

from pydantic import Field, field_validator

from checks.backup_sets import BackupSet, Finding, age_of_newest, copies_kept, not_visible, size_of_newest
from checks.contract import (
    Check,
    Layer,
    Measurement,
    Params,
    Result,
    Section,
    State,
    Text,
    Unit,
    duration_text,
    format_bytes,
)
from collectors import backups
from collectors.backups import Backups, MatchingFiles


class BackupFreshnessParams(Params):
    """No set is expected by default."""

    sets: tuple[BackupSet, ...] = Field(
        (),
        description="what is backed up, such as [{name: db, files: /var/backups/db/*.gz, newest_within: 26h, keep: 7}]",
    )
    retries: int = Field(
        1, ge=1, le=100, description="how many looks in a row must agree; one, since looks are 15 minutes apart"
    )

    @field_validator("sets")
    @classmethod
    def _each_name_once(cls, sets: tuple[BackupSet, ...]) -> tuple[BackupSet, ...]:
        names = [one.name for one in sets]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"backup set {name!r} is listed more than once")
        return sets

    @property
    def is_asked_for(self) -> bool:
        """Made where there are sets to look at."""
        return self.enabled and bool(self.sets)


def arguments(params: BackupFreshnessParams) -> Sequence[str]:
    """The patterns, each once."""
    return tuple(dict.fromkeys(one.files for one in params.sets))


def evaluate(facts: Backups, params: BackupFreshnessParams) -> Iterator[Result]:
    """One result for each set."""
    seen = {matching.pattern: matching for matching in facts.patterns}
    for wanted in params.sets:
        matching = seen.get(wanted.files)
        if matching is None:
            text = Text(en=f"{wanted.files} was not asked about yet", zh=f"尚未查询 {wanted.files}")
            yield Result(wanted.name, State.UNKNOWN, text)
        else:
            yield _judge(wanted, matching, facts.now)


def _judge(wanted: BackupSet, matching: MatchingFiles, now: int) -> Result:
    findings = [*age_of_newest(wanted, matching, now), *size_of_newest(wanted, matching, now)]
    findings += copies_kept(wanted, matching)
    if findings and matching.closed:
        # What lies behind the closed folder could be what is missing here.
        findings = [not_visible(matching)]
    findings.sort(key=lambda finding: -finding.state)
    state = max((finding.state for finding in findings), default=State.OK)
    return Result(wanted.name, state, _summary(findings, matching, now), _measurements(wanted, matching, now))


def _summary(findings: Sequence[Finding], matching: MatchingFiles, now: int) -> Text:
    if findings:
        return Text(
            en="; ".join(finding.text.en for finding in findings), zh=";".join(finding.text.zh for finding in findings)
        )
    newest = matching.newest[0]
    age = duration_text(max(0, now - newest.modified_at))
    size = f", {format_bytes(newest.size_bytes)}" if newest.size_bytes is not None else ""
    return Text(
        en=f"newest {age.en} old{size}, {matching.count} kept",
        zh=f"最新备份于 {age.zh}前{size.replace(', ', ',')},共 {matching.count} 份",
    )


def _measurements(wanted: BackupSet, matching: MatchingFiles, now: int) -> tuple[Measurement, ...]:
    found = [Measurement("copies", matching.count, warn=wanted.keep, lower=True)]
    if matching.newest:
        newest = matching.newest[0]
        found += [
            Measurement("newest_age", max(0, now - newest.modified_at), Unit.SECONDS, crit=wanted.newest_within),
            Measurement("newest", newest.modified_at, Unit.TIMESTAMP),
        ]
        if newest.size_bytes is not None:
            found.append(Measurement("newest_size", newest.size_bytes, Unit.BYTES))
    return tuple(found)


CHECK = Check(
    reads=backups.COLLECTOR,
    params=BackupFreshnessParams,
    evaluate=evaluate,
    title=Text(en="Backup freshness", zh="备份时效"),
    layer=Layer.APPLICATION,
    section=Section.STORAGE,
    arguments=arguments,
)
