"""Whether accounts are open to logins though nobody has used them for long.

Item        the account; `logins` says how many were looked at; `passwords` where these could not be seen
State       WARN and CRIT from how long ago the last login was, or, where there never was one, the password was set.
            An account as which a process runs is in use. UNKNOWN where nothing on the host keeps logins, and for
            accounts of which /etc/shadow would have to tell whether they are locked
Why         a forgotten account is one whose misuse nobody notices; whoever it belonged to may have left
What to do  lastlog -u NAME (lastlog2 on Debian 13); ask whose it is; not needed: usermod --lock --expiredate 1 NAME and
            move its authorized_keys away. An account for emergencies: `ignore`
Manual      3 idle accounts; account audit form
"""

from collections.abc import Iterator, Sequence

from pydantic import Field

from checks.account_words import counted, not_seen
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
from checks.contract.threshold import crossed_duration
from collectors import accounts
from collectors.account_files import Account, Password
from collectors.accounts import Accounts

DAY = 86400


class IdleAccountsParams(Params):
    """The manual's own number by default."""

    idle: UpperLevels[Duration] = Field(
        UpperLevels[Duration](warn=30.0 * DAY, crit=None), description="how long nobody may have logged in"
    )
    ignore: tuple[str, ...] = Field(("root",), description="accounts not to look at, as shell patterns")
    retries: int = Field(1, ge=1, le=100, description="how many looks in a row must agree; one, since looks are rare")


def evaluate(facts: Accounts, params: IdleAccountsParams) -> Iterator[Result]:
    """One result for each account that is open to logins, and one for all."""
    judged: list[Result] = []
    unseen = nobody_knows = False
    for account in facts.accounts:
        if not account.has_real_shell or account.has_expired(facts.now) or matches_any(params.ignore, account.name):
            continue
        is_open = account.has_password or account.has_key
        if not is_open and account.password is Password.UNKNOWN and account.last_login is None:
            unseen = True
        elif is_open or (account.last_login is not None and account.password is Password.UNKNOWN):
            nobody_knows = nobody_knows or facts.recorded_since is None
            if facts.recorded_since is not None or account.running:
                judged.append(_judged(account, facts, params.idle))
    yield from judged
    if unseen:
        yield not_seen(facts)
    if nobody_knows:
        text = Text(
            en="nothing keeps logins here: no lastlog, lastlog2, wtmp or wtmpdb",
            zh="本机没有登录记录(lastlog、lastlog2、wtmp、wtmpdb 均无)",
        )
        yield Result("logins", State.UNKNOWN, text)
    else:
        yield Result("logins", State.OK, _in_all(judged, unseen=unseen))


def _in_all(judged: Sequence[Result], *, unseen: bool) -> Text:
    count, idle = len(judged), sum(result.state is not State.OK for result in judged)
    accounts_open, zh = f"{counted(count, 'account')} open to logins", f"{count} 个账号可登录"
    if not judged and unseen:
        return Text(en="no account is known to be open to logins", zh="未发现可登录的账号")
    if not judged:
        return Text(en="no account is open to logins", zh="没有可登录的账号")
    if idle:
        return Text(en=f"{accounts_open}, {idle} idle", zh=f"{zh},其中 {idle} 个闲置")
    return Text(en=f"{accounts_open}, none idle", zh=f"{zh},均未闲置")


def _judged(account: Account, facts: Accounts, levels: UpperLevels[Duration]) -> Result:
    if account.running:
        text = Text(en="in use: its processes run", zh="使用中:有其进程在运行")
        return Result(account.name, State.OK, text, (Measurement("idle", 0.0, Unit.SECONDS, levels.warn, levels.crit),))
    idle = max(0, facts.now - _last_sign(account, facts))
    state, ago = levels.judge(idle), duration_text(idle)
    mark = crossed_duration(levels, state)
    if account.last_login is not None:
        text = Text(en=f"last login {ago.en} ago{mark.en}", zh=f"最近登录于 {ago.zh}前{mark.zh}")
    elif idle == facts.now:
        text = Text(en="never logged in", zh="从未登录")
        return Result(account.name, state, text)
    elif facts.recorded_since:
        text = Text(en=f"no login on record for {ago.en}{mark.en}", zh=f"{ago.zh}内无登录记录{mark.zh}")
    else:
        text = Text(
            en=f"never logged in; password last changed {ago.en} ago{mark.en}",
            zh=f"从未登录,口令最近修改于 {ago.zh}前{mark.zh}",
        )
    if account.password is Password.UNKNOWN and not account.has_key:
        text = Text(en=f"{text.en}; whether it is locked was not seen", zh=f"{text.zh};是否已锁定未能查看")
    measured = Measurement("idle", idle, Unit.SECONDS, levels.warn, levels.crit)
    return Result(account.name, state, text, (measured,))


def _last_sign(account: Account, facts: Accounts) -> int:
    """When it was last used or set up, as far as anything tells, in epoch seconds."""
    if account.last_login is not None:
        return account.last_login
    changed = (account.aging.changed_day or 0) * DAY if account.aging else 0
    return max(changed, facts.recorded_since or 0)


CHECK = Check(
    reads=accounts.COLLECTOR,
    params=IdleAccountsParams,
    evaluate=evaluate,
    title=Text(en="Idle accounts", zh="闲置账号"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.SECURITY,
)
