"""Whether accounts that have expired, or whose owners have left, are still open.

Item        the account; `passwords` says how many were looked at in /etc/shadow
State       WARN for an account that expired more than `grace` ago and is not disabled: it still has a password or a
            key, and a shell. CRIT for one of `leavers` that is so, WARN while it is there at all. UNKNOWN where
            /etc/shadow is closed to the login
Why         an expiry date is one command away from being lifted, and not every service asks for it; what a person who
            has left can still open is not theirs any more
What to do  usermod --lock --shell /usr/sbin/nologin NAME, move its authorized_keys away, end its processes; after the
            time you keep data for: userdel NAME
Manual      3 expired accounts; account audit form
"""

from collections.abc import Iterator

from pydantic import Field

from checks.account_words import counted, days_since, looked_at
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
    duration_text,
)
from checks.contract.patterns import matches_any
from collectors import accounts
from collectors.account_files import Account, Password
from collectors.accounts import Accounts

DAY = 86400


class ExpiredAccountsParams(Params):
    """The manual's own number by default."""

    grace: Duration = Field(5.0 * DAY, description="how long after its last day an account must be disabled")
    leavers: tuple[str, ...] = Field((), description="accounts of people who have left, such as [j.doe, 'ext-*']")
    retries: int = Field(1, ge=1, le=100, description="how many looks in a row must agree; one, since looks are rare")


def evaluate(facts: Accounts, params: ExpiredAccountsParams) -> Iterator[Result]:
    """One result for each account with a last day, and each of the leavers', and one for all."""
    for account in facts.accounts:
        if matches_any(params.leavers, account.name):
            yield _left(account)
        elif account.aging is not None and account.aging.expires_day is not None:
            yield _judged(account, account.aging.expires_day, facts.now, params.grace)
    yield looked_at(facts, _in_all(facts))


def _in_all(facts: Accounts) -> Text:
    count, expired = len(facts.accounts), sum(account.has_expired(facts.now) for account in facts.accounts)
    if not expired:
        return Text(en=f"{counted(count, 'account')}, none expired", zh=f"共 {count} 个账号,均未过期")
    return Text(en=f"{counted(count, 'account')}, {expired} expired", zh=f"共 {count} 个账号,其中 {expired} 个已过期")


def _is_open(account: Account) -> bool:
    return account.has_real_shell and bool(account.has_password or account.has_key)


def _left(account: Account) -> Result:
    measured = (Measurement("left", 1.0),)
    if _is_open(account):
        text = Text(en="its owner has left, and it is open", zh="人员已离职,账号仍可登录")
        return Result(account.name, State.CRIT, text, measured)
    if account.has_real_shell and account.password is Password.UNKNOWN:
        text = Text(en="its owner has left; whether it is locked was not seen", zh="人员已离职,是否已锁定未能查看")
    else:
        text = Text(en="its owner has left; disabled, but still there", zh="人员已离职,账号已停用但未删除")
    return Result(account.name, State.WARN, text, measured)


def _judged(account: Account, last_day: int, now: int, grace: Duration) -> Result:
    if not account.has_expired(now):
        left = duration_text(last_day * DAY - now)
        return Result(account.name, State.OK, Text(en=f"expires in {left.en}", zh=f"{left.zh}后到期"))
    since = days_since(now, last_day)
    measured = (Measurement("expired", since, Unit.SECONDS, warn=grace),)
    ago, limit = duration_text(since), duration_text(grace)
    if not _is_open(account):
        text = Text(en=f"expired {ago.en} ago, disabled", zh=f"{ago.zh}前到期,已停用")
        return Result(account.name, State.OK, text, measured)
    text = Text(
        en=f"expired {ago.en} ago, not disabled (within {limit.en})",
        zh=f"{ago.zh}前到期,未停用(应在 {limit.zh}内停用)",
    )
    return Result(account.name, State.WARN if since > grace else State.OK, text, measured)


CHECK = Check(
    reads=accounts.COLLECTOR,
    params=ExpiredAccountsParams,
    evaluate=evaluate,
    title=Text(en="Expired accounts", zh="过期账号"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.SECURITY,
)
