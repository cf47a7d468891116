"""Whether new passwords are set up as the organisation asks: how long they are valid, and how they are kept.

Item        `maximum age`, `minimum age`, `hash`, and `length` where `min_length` is set
State       WARN where the default for new accounts is not within `max_age` and `min_age`, for a hash that `weak` lists,
            and where PAM asks for fewer characters than `min_length`. UNKNOWN where nothing sets the hash. Ages are OK
            while no account has a password; only root can see that
Why         what is wrong in the default is wrong in every account made from now on
What to do  PASS_MAX_DAYS 30, PASS_MIN_DAYS 5 and ENCRYPT_METHOD YESCRYPT (or SHA512) in /etc/login.defs; minlen in
            /etc/security/pwquality.conf (package libpam-pwquality). Accounts that are there already: see password_age
Manual      3 passwords; account audit form
"""

from collections.abc import Iterator
from dataclasses import replace

from pydantic import Field

from checks.contract import Check, Duration, Layer, Measurement, Params, Result, Section, State, Text, Unit
from checks.contract import duration_text as duration
from collectors import login_policy
from collectors.login_policy import LoginPolicy

DAY = 86400

_FOR_EVER = 9999  # days; distributions write 99999


class PasswordPolicyParams(Params):
    """Ages are those of password_age, unless set here."""

    max_age: Duration | None = Field(30.0 * DAY, description="how old a password may become; null: any age")
    min_age: Duration | None = Field(5.0 * DAY, description="how soon it may be changed again; null: at once")
    weak: tuple[str, ...] = Field(("des", "md5", "bigcrypt"), description="schemes of hashing that are a warning")
    min_length: int | None = Field(None, ge=1, description="how long a new password must be; null: not looked at")
    retries: int = Field(1, ge=1, le=100, description="how many looks in a row must agree; one, since looks are rare")


def evaluate(facts: LoginPolicy, params: PasswordPolicyParams) -> Iterator[Result]:
    """One result for each item."""
    if params.max_age is not None:
        yield _of_use(facts, _maximum(facts.max_days, params.max_age))
    if params.min_age is not None:
        yield _of_use(facts, _minimum(facts.min_days or 0, params.min_age))
    yield _hash(facts.encrypt_method, params)
    if params.min_length is not None:
        yield _length(facts.min_length, params.min_length)


def _of_use(facts: LoginPolicy, result: Result) -> Result:
    """An age is nothing to warn of while there is no password that could grow old."""
    if result.state is State.OK or facts.with_password != 0:
        return result
    words = Text(
        en=f"{result.summary.en}, but no account has a password",
        zh=f"{result.summary.zh},但所有账号均未设置可用口令",
    )
    return replace(result, state=State.OK, summary=words)


def _maximum(days: int | None, limit: float) -> Result:
    most = duration(limit)
    if days is None or days >= _FOR_EVER:
        text = Text(en=f"valid for ever (at most {most.en})", zh=f"永久有效(最长 {most.zh})")
        return Result("maximum age", State.WARN, text)
    measured = (Measurement("maximum_age", days * DAY, Unit.SECONDS, warn=limit),)
    if days * DAY > limit:
        text = Text(en=f"valid for {days} d (at most {most.en})", zh=f"有效期 {days} 天(最长 {most.zh})")
        return Result("maximum age", State.WARN, text, measured)
    return Result("maximum age", State.OK, Text(en=f"valid for {days} d", zh=f"有效期 {days} 天"), measured)


def _minimum(days: int, limit: float) -> Result:
    measured = (Measurement("minimum_age", days * DAY, Unit.SECONDS, warn=limit, lower=True),)
    if days * DAY < limit:
        least = duration(limit)
        text = Text(
            en=f"may be changed again after {days} d (at least {least.en})",
            zh=f"{days} 天后即可再次修改(至少 {least.zh})",
        )
        return Result("minimum age", State.WARN, text, measured)
    text = Text(en=f"may be changed again after {days} d", zh=f"{days} 天后可再次修改")
    return Result("minimum age", State.OK, text, measured)


def _hash(method: str | None, params: PasswordPolicyParams) -> Result:
    if method is None:
        text = Text(en="no scheme is set, neither in PAM nor in login.defs", zh="PAM 与 login.defs 均未设置散列算法")
        return Result("hash", State.UNKNOWN, text)
    if method in params.weak:
        return Result("hash", State.WARN, Text(en=f"{method} is weak", zh=f"{method} 算法过弱"))
    return Result("hash", State.OK, Text(en=method, zh=method))


def _length(length: int | None, least: int) -> Result:
    if length is None:
        text = Text(en="no module asks for a length", zh="未启用口令长度检查")
        return Result("length", State.WARN, text)
    measured = (Measurement("length", length, warn=least, lower=True),)
    if length < least:
        text = Text(
            en=f"{length} characters are enough (at least {least})", zh=f"最短 {length} 个字符(应不少于 {least})"
        )
        return Result("length", State.WARN, text, measured)
    text = Text(en=f"at least {length} characters", zh=f"不少于 {length} 个字符")
    return Result("length", State.OK, text, measured)


CHECK = Check(
    reads=login_policy.COLLECTOR,
    params=PasswordPolicyParams,
    evaluate=evaluate,
    title=Text(en="Password policy", zh="口令策略"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.SECURITY,
    takes={"max_age": "password_age", "min_age": "password_age"},
)
