"""Who tries to log in and fails, and whether somebody got in after many failures.

Item        total, sources, accounts, success
State       from failures in the last hour: of all, of the source with most, for the account with most; CRIT where, in
            the last day, a source was let in by password after `failures_before_success` in a row
Why         passwords are guessed at every open port; one that was found looks like any other login, but for the
            failures before it
What to do  journalctl -t sshd -t sshd-session -S -1h | grep Failed, or less /var/log/auth.log. Block the source, ask
            the owner of the account; after a success lock it (usermod -L NAME), end its sessions, look what it did
Manual      4 failed logins
"""

from collections.abc import Iterator, Sequence

from pydantic import Field

from checks.contract import Check, Layer, Measurement, Params, Result, Section, State, Text, UpperLevels
from checks.contract.patterns import matches_any
from checks.contract.threshold import crossed
from collectors import failed_logins
from collectors.failed_attempts import MOST_SHOWN
from collectors.failed_logins import FailedLogins, Failures

_SHOWN = 3


class FailedLoginsParams(Params):
    """Logins by ssh, at the console, by su and sudo, and by what else asks PAM."""

    per_hour: UpperLevels[int] = Field(UpperLevels[int](warn=500, crit=5000), description="failures in an hour, of all")
    per_source: UpperLevels[int] = Field(
        UpperLevels[int](warn=30, crit=500), description="failures in an hour from one address, or from the host itself"
    )
    per_account: UpperLevels[int] = Field(
        UpperLevels[int](warn=100, crit=None), description="failures in an hour for one account that exists"
    )
    failures_before_success: UpperLevels[int] = Field(
        UpperLevels[int](warn=5, crit=10),
        description="failures in a row from a source that was then let in by password",
    )
    ignore: tuple[str, ...] = Field(
        (),
        description="sources not to judge alone, as shell patterns: a scanner of one's own, such as [192.0.2.*, local]",
    )
    retries: int = Field(1, ge=1, le=100, description="how many looks in a row must agree; one: they see a whole hour")


def evaluate(facts: FailedLogins, params: FailedLoginsParams) -> Iterator[Result]:
    """Four results."""
    yield _total(facts, params.per_hour)
    sources = [one for one in facts.by_source if not matches_any(params.ignore, one.name)]
    yield _most("sources", "from_one_source", sources, params.per_source, facts.sources)
    yield _most("accounts", "for_one_account", facts.by_account, params.per_account, len(facts.by_account))
    yield _success(facts, params)


def _total(facts: FailedLogins, levels: UpperLevels[int]) -> Result:
    state = levels.judge(facts.all.hour)
    level, unknown = crossed(levels, state), facts.unknown.day
    more = (
        Text(", or more: the log is too long to be read whole", ",日志过长,实际可能更多") if facts.cut else Text("", "")
    )
    banned = Text("", "")
    if facts.bans is not None:
        banned = Text(f"; {facts.bans} bans by fail2ban", f";fail2ban 封禁 {facts.bans} 次")
    words = Text(
        en=f"{facts.all.hour} in the last hour{level.en}, {facts.all.day} in the last day{more.en}, "
        f"{unknown} of them for unknown users{banned.en}",
        zh=f"最近一小时 {facts.all.hour} 次{level.zh},最近一天 {facts.all.day} 次{more.zh},"
        f"其中 {unknown} 次用户名不存在{banned.zh}",
    )
    measured = (
        Measurement("failed_last_hour", facts.all.hour, warn=levels.warn, crit=levels.crit),
        Measurement("failed_last_day", facts.all.day),
        Measurement("unknown_users_last_day", unknown),
    )
    return Result("total", state, words, measured)


def _most(item: str, name: str, some: Sequence[Failures], levels: UpperLevels[int], number: int) -> Result:
    """The one with most failures in the last hour; `number` is how many there were in the last day."""
    ordered = sorted(some, key=lambda one: (-one.hour, -one.day))
    most = ordered[0].hour if ordered else 0
    state = levels.judge(most)
    level = crossed(levels, state)
    measured = (Measurement(name, most, warn=levels.warn, crit=levels.crit), Measurement(f"different_{item}", number))
    if not ordered:
        return Result(item, state, Text("none in the last day", "最近一天无失败登录"), measured)
    shown = ordered[:_SHOWN]
    more = "+" if number >= MOST_SHOWN and item == "accounts" else ""
    words = Text(
        en=f"{number}{more} in the last day; in the last hour{level.en}: "
        + ", ".join(f"{one.name} {one.hour}" for one in shown),
        zh=f"最近一天 {number}{more} 个;最近一小时{level.zh}:"
        + "、".join(f"{one.name} {one.hour} 次" for one in shown),
    )
    return Result(item, state, words, measured)


def _success(facts: FailedLogins, params: FailedLoginsParams) -> Result:
    levels = params.failures_before_success
    found = sorted(facts.successes, key=lambda one: -one.failures)
    found = [one for one in found if not matches_any(params.ignore, one.source)]
    most = found[0].failures if found else 0
    state = levels.judge(most)
    measured = (Measurement("failures_before_success", most, warn=levels.warn, crit=levels.crit),)
    if state is State.OK:
        words = Text("nobody was let in after many failures", "无多次失败后登录成功的情况")
        return Result("success", state, words, measured)
    level = crossed(levels, state)
    bad = [one for one in found if levels.judge(one.failures) is not State.OK][:_SHOWN]
    words = Text(
        en="; ".join(f"{one.source} was let in as {one.account} after {one.failures} failures" for one in bad)
        + level.en,
        zh=";".join(f"{one.source} 失败 {one.failures} 次后以 {one.account} 登录成功" for one in bad) + level.zh,
    )
    return Result("success", state, words, measured)


CHECK = Check(
    reads=failed_logins.COLLECTOR,
    params=FailedLoginsParams,
    evaluate=evaluate,
    title=Text(en="Failed logins", zh="登录失败"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.SECURITY,
)
