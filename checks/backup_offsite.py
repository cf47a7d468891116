"""Whether each backup set has its copy elsewhere, and that copy is the same: by name, size, checksum, or time.

Item        the name of the set
State       CRIT when there is no copy elsewhere, when the newest there is older than `newest_within` and the `within`
            of `offsite` together, when of the ten newest files (`compared`) that are in both places one has another
            size there, or the newest another checksum. WARN when the newest that was made longer ago than `within` is
            not there yet, or when one of the ten such is missing there although an older one is there. UNKNOWN when
            that is what can be seen, but a folder is closed, a command not allowed, or the tool failed. Only sets with
            `offsite` are looked at, and only what this host can see: a mounted share or disk, or another repository
            that its tool reaches. Where copies are sent by rsync, to S3 or to tape, watch them on the host that
            receives them, as a set of its own
Why         fire, theft and a storage that is wiped take the original and the copy beside it; a copy cut off on its way
            is found on the day it is needed
What to do  is the share mounted? Look at the job that carries the copies over, and at free space there; carry over by
            hand what is named
Manual      2.5 off-site copy; backup form
"""

from collections.abc import Iterator, Mapping, Sequence

from checks.backup_sets import (
    BackupSet,
    OffSite,
    SetsParams,
    held_against,
    joined,
    newest_elsewhere,
    not_asked,
    source_hidden,
    worst,
)
from checks.contract import Check, Layer, Measurement, Result, Section, Text, Unit, duration_text
from collectors import backups
from collectors.backup_sources import Source
from collectors.backups import Backups


class BackupOffsiteParams(SetsParams):
    """The sets are those of backup_freshness, unless they are listed here."""

    @property
    def elsewhere(self) -> Sequence[tuple[BackupSet, OffSite]]:
        """The sets that should have a copy elsewhere, and where."""
        return [(one, one.offsite) for one in self.sets if one.offsite]

    @property
    def is_asked_for(self) -> bool:
        """Made where a set should have a copy elsewhere."""
        return self.enabled and bool(self.elsewhere)


def arguments(params: BackupOffsiteParams) -> Sequence[str]:
    """The sources of the originals and of the copies elsewhere, each once."""
    return tuple(dict.fromkeys(place.asked for pair in params.elsewhere for place in pair))


def evaluate(facts: Backups, params: BackupOffsiteParams) -> Iterator[Result]:
    """One result for each set with `offsite`."""
    seen: Mapping[str, Source] = {source.asked: source for source in facts.sources}
    for wanted, elsewhere in params.elsewhere:
        original, copy = seen.get(wanted.asked), seen.get(elsewhere.asked)
        if original is None or copy is None:
            yield not_asked(wanted.name, wanted.target if original is None else elsewhere.target)
        else:
            yield _judge(wanted, elsewhere, original, copy, facts.now)


def _judge(wanted: BackupSet, elsewhere: OffSite, original: Source, copy: Source, now: int) -> Result:
    findings = list(held_against(wanted, elsewhere, original, copy, now))
    if findings and (hidden := source_hidden(copy)):
        findings = [hidden]
    measurements = [Measurement("copies", copy.count)]
    if copy.newest:
        limit = wanted.newest_within + elsewhere.within
        age = max(0, now - newest_elsewhere(original, copy))
        measurements.append(Measurement("newest_age", age, Unit.SECONDS, crit=limit))
    summary = joined(findings) if findings else _all_well(original, copy, now)
    return Result(wanted.name, worst(findings), summary, tuple(measurements))


def _all_well(original: Source, copy: Source, now: int) -> Text:
    age = duration_text(max(0, now - newest_elsewhere(original, copy)))
    return Text(
        en=f"newest off-site copy {age.en} old, {copy.count} there of {original.count}",
        zh=f"最新异地副本于 {age.zh}前,共 {copy.count} 份(本地 {original.count} 份)",
    )


CHECK = Check(
    reads=backups.COLLECTOR,
    params=BackupOffsiteParams,
    evaluate=evaluate,
    title=Text(en="Off-site copies", zh="备份异地副本"),
    layer=Layer.APPLICATION,
    section=Section.STORAGE,
    arguments=arguments,
    takes={"sets": "backup_freshness"},
)
