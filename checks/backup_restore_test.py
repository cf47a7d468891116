"""When each backup set was last restored to try it out, and how that went.

Item        the name of the set
State       CRIT when the last test failed; WARN when it is longer ago than `within` of `restore_test`, when none is
            noted yet, when the note cannot be understood, or when its day is still to come. UNKNOWN when the login may
            not read the note. Only sets with `restore_test` are looked at: either `noted`, the day of the last test,
            or a `file` on the host with a line for each, `2026-11-01T10:00:00+08:00 ok restored db to test-01 in 12
            min`, or `failed` for `ok`
Why         only a copy that was restored is known to be one; auditors ask for the date and the result
What to do  restore the newest copy to another system, look into the data, and note it, as root on the host:
            echo "$(date +%Y-%m-%dT%H:%M:%S%z) ok WORDS" >>FILE
Manual      2.5 restore test; backup form
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from checks.backup_sets import RestoreTest, SetsParams, not_asked
from checks.contract import Check, Layer, Measurement, Result, Section, State, Text, Unit, duration_text
from collectors import restore_tests
from collectors.restore_tests import Record, RestoreTests

_AHEAD = 86400  # seconds: a day noted as such may begin before it does on the host
_LAST_MOMENT = 253402300799  # the end of the year 9999


class BackupRestoreTestParams(SetsParams):
    """The sets are those of backup_freshness, unless they are listed here."""

    @property
    def asked(self) -> Sequence[tuple[str, RestoreTest]]:
        """The names of the sets that should be tested, and where it is noted."""
        return [(one.name, one.restore_test) for one in self.sets if one.restore_test]

    @property
    def is_asked_for(self) -> bool:
        """Made where a set should be tested."""
        return self.enabled and bool(self.asked)


def arguments(params: BackupRestoreTestParams) -> Sequence[str]:
    """The files, each once."""
    return tuple(dict.fromkeys(wanted.file for _, wanted in params.asked if wanted.file))


def evaluate(facts: RestoreTests, params: BackupRestoreTestParams) -> Iterator[Result]:
    """One result for each set with `restore_test`."""
    seen = {record.path: record for record in facts.records}
    for name, wanted in params.asked:
        record = _of_config(wanted, facts.utc_offset) if wanted.file is None else seen.get(wanted.file)
        if record is None:
            yield not_asked(name, wanted.file or name)
        else:
            yield _judge(name, wanted, record, facts.now, facts.utc_offset)


def _of_config(wanted: RestoreTest, utc_offset: int) -> Record | None:
    """What config.yaml itself notes."""
    if wanted.noted is None:
        return None
    midnight = datetime(wanted.noted.year, wanted.noted.month, wanted.noted.day, tzinfo=UTC)
    return Record("", int(midnight.timestamp()) - utc_offset, wanted.result == "ok")


def _judge(name: str, wanted: RestoreTest, record: Record, now: int, utc_offset: int) -> Result:
    if record.closed:
        return Result(
            name,
            State.UNKNOWN,
            Text(
                en=f"the login may not read {record.closed}; to allow it: setfacl -m u:LOGIN:rX {record.closed}",
                zh=f"登录用户无权读取 {record.closed};授权方法:setfacl -m u:登录用户:rX {record.closed}",
            ),
        )
    if record.at is None:
        return Result(name, State.WARN, _nothing(record))
    age = now - record.at
    ago, limit = duration_text(max(0, age)), duration_text(wanted.within)
    measurements = (
        Measurement("age", max(0, age), Unit.SECONDS, warn=wanted.within),
        Measurement("last_test", record.at, Unit.TIMESTAMP),
        Measurement("passed", float(record.ok)),
    )
    words = f": {record.words}" if record.words else ""
    if not record.ok:
        state = State.CRIT
        text = Text(en=f"the last test, {ago.en} ago, failed{words}", zh=f"{ago.zh}前的恢复测试失败{words}")
    elif age < -_AHEAD:
        state = State.WARN
        day = datetime.fromtimestamp(min(record.at + utc_offset, _LAST_MOMENT), UTC).date()
        text = Text(
            en=f"the last test is noted for {day}, which is still to come: note the day on which it was made{words}",
            zh=f"恢复测试记录的日期 {day} 尚未到来:请填写实际测试日期{words}",
        )
    elif age > wanted.within:
        state = State.WARN
        text = Text(
            en=f"last restored {ago.en} ago (warn above {limit.en}){words}",
            zh=f"上次恢复测试于 {ago.zh}前(警告阈值 {limit.zh}){words}",
        )
    else:
        state = State.OK
        text = Text(en=f"restored {ago.en} ago{words}", zh=f"{ago.zh}前恢复测试成功{words}")
    return Result(name, state, Text(en=text.en, zh=text.zh.replace(": ", ":", 1)), measurements)


def _nothing(record: Record) -> Text:
    if record.unreadable:
        return Text(
            en=f"the last line of {record.path} is not `TIME ok|failed WORDS`: {record.unreadable}",
            zh=f"{record.path} 末行不是“时间 ok|failed 说明”格式:{record.unreadable}",
        )
    why = " (no such file)" if record.absent else ""
    return Text(
        en=f"no restore test is noted in {record.path}{why}",
        zh=f"{record.path} 中没有恢复测试记录{'(文件不存在)' if record.absent else ''}",
    )


CHECK = Check(
    reads=restore_tests.COLLECTOR,
    params=BackupRestoreTestParams,
    evaluate=evaluate,
    title=Text(en="Restore tests", zh="备份恢复测试"),
    layer=Layer.APPLICATION,
    section=Section.STORAGE,
    arguments=arguments,
    takes={"sets": "backup_freshness"},
)
