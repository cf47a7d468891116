"""Whether passwords are changed as often as the organisation asks, and not twice in a row.

Item        the account; `passwords` says how many were looked at
State       WARN when the password is older than `max_age`, may become so by the account's own setting, or may be
            changed again sooner than `min_age`. UNKNOWN where /etc/shadow is closed to the login. Accounts without a
            password, locked or expired ones, are left out
Why         a password that leaked unnoticed opens the host until it is changed; who may change it back at once never
            changes it
What to do  chage -l NAME; chage --maxdays 30 --mindays 5 NAME; have it changed: chage -d 0 NAME. Accounts of services
            that no person logs in to: usermod --lock NAME, or `ignore`
Manual      3 passwords; account audit form
"""

from collections.abc import Iterator, Sequence

from pydantic import Field

from checks.account_words import counted, days_since, joined, looked_at
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
from collectors.account_files import Aging, Password
from collectors.accounts import Accounts

DAY = 86400

_FOR_EVER = 9999  # days; distributions write 99999


class PasswordAgeParams(Params):
    """The manual's own numbers by default."""

    max_age: Duration | None = Field(30.0 * DAY, description="how old a password may become; null: any age")
    min_age: Duration | None = Field(5.0 * DAY, description="how soon it may be changed again; null: at once")
    ignore: tuple[str, ...] = Field((), description="accounts not to look at, as shell patterns such as svc-*")
    retries: int = Field(1, ge=1, le=100, description="how many looks in a row must agree; one, since looks are rare")


def evaluate(facts: Accounts, params: PasswordAgeParams) -> Iterator[Result]:
    """One result for each account that a password opens, and one for all."""
    judged = []
    for account in facts.accounts:
        if account.password is not Password.SET or account.aging is None or account.has_expired(facts.now):
            continue
        if not matches_any(params.ignore, account.name):
            judged.append(_judged(account.name, account.aging, facts.now, params))
    yield from judged
    yield looked_at(facts, _in_all(judged, params.max_age))


def _in_all(judged: Sequence[Result], max_age: float | None) -> Text:
    bad = sum(result.state is not State.OK for result in judged)
    passwords, count = counted(len(judged), "password"), f"{len(judged)} 个口令"
    if not judged:
        return Text(en="no account has a password that must be changed", zh="没有需要定期修改的口令")
    if bad:
        return Text(en=f"{passwords}, {bad} not as asked for", zh=f"{count},其中 {bad} 个不符合要求")
    if max_age is None:
        return Text(en=f"{passwords}, of any age", zh=f"{count},不限使用时长")
    limit = duration_text(max_age)
    return Text(en=f"{passwords}, none older than {limit.en}", zh=f"{count},使用时长均未超过 {limit.zh}")


def _judged(name: str, aging: Aging, now: int, params: PasswordAgeParams) -> Result:
    findings = [*_of_age(aging, now, params), *_of_setting(aging, params)]
    age = None if aging.changed_day is None else days_since(now, aging.changed_day)
    measured = () if not aging.changed_day else (Measurement("age", age or 0, Unit.SECONDS, warn=params.max_age),)
    if findings:
        return Result(name, State.WARN, joined(findings), measured)
    if not aging.changed_day:
        text = Text(en="must be changed at the next login", zh="下次登录时必须修改")
    else:
        old = duration_text(age or 0)
        text = Text(en=f"changed {old.en} ago", zh=f"{old.zh}前修改")
    return Result(name, State.OK, text, measured)


def _of_age(aging: Aging, now: int, params: PasswordAgeParams) -> Iterator[Text]:
    if aging.changed_day is None:
        if params.max_age is not None:
            yield Text(en="no date of its last change: it never ages", zh="无修改日期,口令永不过期")
        return
    if aging.changed_day * DAY > now + DAY:
        yield Text(en="last changed in the future: it does not age", zh="修改日期在未来,有效期不起作用")
    age = days_since(now, aging.changed_day)
    if aging.changed_day and params.max_age is not None and age > params.max_age:
        old, limit = duration_text(age), duration_text(params.max_age)
        yield Text(en=f"changed {old.en} ago (at most {limit.en})", zh=f"{old.zh}前修改(最长 {limit.zh})")


def _of_setting(aging: Aging, params: PasswordAgeParams) -> Iterator[Text]:
    if params.max_age is not None and (aging.max_days is None or aging.max_days * DAY > params.max_age):
        if aging.max_days is None or aging.max_days >= _FOR_EVER:
            yield Text(en="valid for ever", zh="永久有效")
        else:
            yield Text(en=f"valid for {aging.max_days} d", zh=f"有效期 {aging.max_days} 天")
    if params.min_age is not None and (aging.min_days or 0) * DAY < params.min_age:
        limit = duration_text(params.min_age)
        days = aging.min_days or 0
        yield Text(
            en=f"may be changed again after {days} d (at least {limit.en})",
            zh=f"{days} 天后即可再次修改(至少 {limit.zh})",
        )


CHECK = Check(
    reads=accounts.COLLECTOR,
    params=PasswordAgeParams,
    evaluate=evaluate,
    title=Text(en="Password age", zh="口令有效期"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.SECURITY,
)
