"""Whether the newest copy of each backup set is whole: tested once a day, on the host, at the lowest priority.

Item        the name of the set
State       CRIT when the newest copy is damaged: its checksum is another, its compression or archive breaks off, or a
            dump lacks its last line. UNKNOWN when the test was not finished within its share of `budget` (unless the
            same copy was found whole before), when nothing can tell, or when the login may not read it. A large
            repository of Borg is tested by the lists of its newest archive, where its data cannot be read in time
Why         a copy that was cut off by a full disk or a lost connection looks as fresh as a whole one
What to do  run the test that is named by hand (gzip -t, xz -t, tar -tf, pg_restore -l, restic check); look at the job's
            log and the free space at its target; make a new copy now; `rounds check HOST --check backup_integrity`
            tests it at once, and the next day's test closes the problem. Where nothing can tell, let the job lay a
            .sha256 beside each copy, or set `integrity: false` for the set
Manual      2.5 integrity; backup form
"""

from collections.abc import Iterator, Sequence

from pydantic import Field

from checks.backup_sets import BackupSet, SetsParams, in_words, not_asked
from checks.contract import Check, Duration, Layer, Measurement, Result, Section, State, Text, Unit, duration_text
from collectors import backup_integrity
from collectors.backup_integrity import Verdicts
from collectors.backup_sources import Obstacle, Outcome, Verdict


class BackupIntegrityParams(SetsParams):
    """The sets are those of backup_freshness, unless they are listed here."""

    shorter_than_slow_deadline = ("budget",)
    budget: Duration = Field(
        180.0,
        ge=10,
        le=3600,
        description="how long all tests on a host may take together, each its share of what is left; shorter than"
        " rounds.slow_deadline",
    )

    @property
    def tested(self) -> tuple[BackupSet, ...]:
        """The sets whose copies are tested."""
        return tuple(one for one in self.sets if one.integrity)

    @property
    def is_asked_for(self) -> bool:
        """Made where there are sets to test."""
        return self.enabled and bool(self.tested)


def arguments(params: BackupIntegrityParams) -> Sequence[str]:
    """The budget, and the source of each set that is tested, once."""
    return (f"budget\t{params.budget:.0f}", *dict.fromkeys(one.asked for one in params.tested))


def evaluate(facts: Verdicts, params: BackupIntegrityParams) -> Iterator[Result]:
    """One result for each set that is tested."""
    seen = {verdict.asked: verdict for verdict in facts.verdicts}
    for wanted in params.tested:
        verdict = seen.get(wanted.asked)
        if verdict is None:
            yield not_asked(wanted.name, wanted.target)
        else:
            state, summary = _judge(verdict, facts.now, params)
            yield Result(wanted.name, state, summary, tuple(_measurements(verdict)))


def _judge(verdict: Verdict, now: int, params: BackupIntegrityParams) -> tuple[State, Text]:
    copy, newer, said = _name(verdict, verdict.copy), _newer(verdict), verdict.said
    match verdict.outcome:
        case Outcome.WHOLE:
            took = duration_text(verdict.seconds or 0)
            return State.OK, Text(
                en=f"{copy} is whole ({said}), tested in {took.en}{newer.en}",
                zh=f"{copy} 完整({said}),校验耗时 {took.zh}{newer.zh}",
            )
        case Outcome.DAMAGED:
            before = _before(verdict, now)
            return State.CRIT, Text(
                en=f"{copy} is damaged: {said}{before.en}{newer.en}",
                zh=f"{copy} 已损坏:{said}{before.zh}{newer.zh}",
            )
        case Outcome.LATE:
            return _late(verdict, copy, now, params)
        case Outcome.UNTESTABLE:
            name = f"{copy}: " if copy else ""
            return State.UNKNOWN, Text(en=f"{name}not tested: {said}", zh=f"{name.replace(': ', ':')}未校验:{said}")
        case Outcome.UNSEEN:
            obstruction = verdict.obstructions[0]
            if obstruction.why is Obstacle.ABSENT:
                return State.UNKNOWN, Text(
                    en=f"no copy to test: {obstruction.said}", zh=f"没有可校验的备份:{obstruction.said}"
                )
            words = in_words(obstruction)
            return State.UNKNOWN, Text(en=f"not tested: {words.en}", zh=f"未校验:{words.zh}")


def _late(verdict: Verdict, copy: str, now: int, params: BackupIntegrityParams) -> tuple[State, Text]:
    before, budget, sets = _before(verdict, now), duration_text(params.budget), len(params.tested)
    is_known = verdict.whole_copy == verdict.copy != ""
    name = f"{copy}: " if copy else ""
    return State.OK if is_known else State.UNKNOWN, Text(
        en=f"{name}not tested to the end within its share of the budget"
        f" ({budget.en} for {sets} {'set' if sets == 1 else 'sets'}){before.en}",
        zh=f"{name.replace(': ', ':')}未能在时间预算({sets} 个备份集共 {budget.zh})内完成校验{before.zh}",
    )


def _name(verdict: Verdict, copy: str) -> str:
    """A file by its name, a repository by its place."""
    return copy.rpartition("/")[2] if verdict.asked.startswith("files\t") else copy


def _newer(verdict: Verdict) -> Text:
    """Which newer copy is not tested yet; empty where there is none."""
    if not verdict.newer:
        return Text(en="", zh="")
    name = _name(verdict, verdict.newer)
    return Text(
        en=f"; the newest, {name}, may still be growing and is not tested yet",
        zh=f";最新的 {name} 可能仍在写入,尚未校验",
    )


def _before(verdict: Verdict, now: int) -> Text:
    """When a copy was last found whole, and which; empty where none was."""
    if verdict.last_whole is None:
        return Text(en="", zh="")
    ago, copy = duration_text(max(0, now - verdict.last_whole)), _name(verdict, verdict.whole_copy)
    return Text(en=f"; {copy} was found whole {ago.en} ago", zh=f";{copy} 于 {ago.zh}前校验完整")


def _measurements(verdict: Verdict) -> Iterator[Measurement]:
    if verdict.seconds is not None:
        yield Measurement("test_duration", verdict.seconds, Unit.SECONDS)
    if verdict.last_whole is not None:
        yield Measurement("last_whole", verdict.last_whole, Unit.TIMESTAMP)
    if verdict.outcome in (Outcome.WHOLE, Outcome.DAMAGED):
        yield Measurement("whole", float(verdict.outcome is Outcome.WHOLE))


CHECK = Check(
    reads=backup_integrity.COLLECTOR,
    params=BackupIntegrityParams,
    evaluate=evaluate,
    title=Text(en="Backup integrity", zh="备份校验"),
    layer=Layer.APPLICATION,
    section=Section.STORAGE,
    arguments=arguments,
    takes={"sets": "backup_freshness"},
)
