"""Whether an account is locked for a while after too many failed passwords.

Item        the service people log in by: sshd, login
State       WARN where nothing in its PAM stack counts failures, where more than `max_failures` are allowed, or where
            the account is open again sooner than `min_unlock`. OK where there is no password to be guessed: no account
            has one, or, for sshd, it takes none; only root can see that
Why         without it a program may try a password after the other, day and night
What to do  Debian: lines of pam_faillock in /etc/pam.d/common-auth (preauth, authfail) and common-account, see
            pam_faillock(8); RHEL: authselect enable-feature with-faillock. Then deny and unlock_time in
            /etc/security/faillock.conf; faillock --user NAME --reset opens an account. Or let sshd take keys only:
            PasswordAuthentication no, KbdInteractiveAuthentication no
Manual      3 lock-out policy; account audit form
"""

from collections.abc import Iterator
from dataclasses import replace

from pydantic import Field

from checks.account_words import joined
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
from collectors import login_policy
from collectors.login_policy import LoginPolicy
from collectors.pam_stack import Lockout


class LockoutPolicyParams(Params):
    """Parameters of lockout_policy."""

    services: tuple[str, ...] = Field(
        ("sshd", "login"), description="the services of PAM to look at, where the host has them"
    )
    max_failures: int = Field(5, ge=1, description="how many failed passwords may be allowed")
    min_unlock: Duration | None = Field(600.0, description="how long it must stay locked at least; null: any time")
    retries: int = Field(1, ge=1, le=100, description="how many looks in a row must agree; one, since looks are rare")


def evaluate(facts: LoginPolicy, params: LockoutPolicyParams) -> Iterator[Result]:
    """One result for each of the services that is there."""
    for lockout in facts.lockouts:
        if lockout.service in params.services:
            result = _judged(lockout, params)
            nobody = _no_password(facts, lockout)
            if nobody is not None and result.state is not State.OK:
                words = Text(en=f"{result.summary.en}, but {nobody.en}", zh=f"{result.summary.zh},但{nobody.zh}")
                result = replace(result, state=State.OK, summary=words)
            yield result


def _no_password(facts: LoginPolicy, lockout: Lockout) -> Text | None:
    """Why none can be guessed there; None: one may be."""
    if lockout.service == "sshd" and facts.by_ssh is False:
        return Text(en="sshd takes no passwords", zh=" sshd 不接受口令登录")
    if facts.with_password == 0 and not lockout.asks_elsewhere:
        return Text(en="no account has a password", zh="所有账号均未设置可用口令")
    return None


def _judged(lockout: Lockout, params: LockoutPolicyParams) -> Result:
    if lockout.module is None or lockout.deny is None:
        text = Text(en="no lock-out: failed passwords are not counted", zh="未启用登录失败锁定")
        return Result(lockout.service, State.WARN, text)
    measured = [Measurement("failures_allowed", lockout.deny, warn=params.max_failures + 1)]
    findings = []
    if lockout.deny > params.max_failures:
        findings.append(
            Text(
                en=f"locked after {lockout.deny} failures only (at most {params.max_failures})",
                zh=f"失败 {lockout.deny} 次后才锁定(最多 {params.max_failures} 次)",
            )
        )
    if lockout.unlock_seconds and params.min_unlock is not None and lockout.unlock_seconds < params.min_unlock:
        time, least = duration_text(lockout.unlock_seconds), duration_text(params.min_unlock)
        findings.append(Text(en=f"for {time.en} only (at least {least.en})", zh=f"仅锁定 {time.zh}(至少 {least.zh})"))
    if lockout.unlock_seconds:
        measured.append(Measurement("locked_for", lockout.unlock_seconds, Unit.SECONDS))
    if findings:
        return Result(lockout.service, State.WARN, joined(findings), tuple(measured))
    time = duration_text(lockout.unlock_seconds)
    text = Text(
        en=f"locked after {lockout.deny} failures, {f'for {time.en}' if lockout.unlock_seconds else 'until unlocked'}",
        zh=f"失败 {lockout.deny} 次后锁定{f' {time.zh}' if lockout.unlock_seconds else ',须人工解锁'}",
    )
    return Result(lockout.service, State.OK, text, tuple(measured))


CHECK = Check(
    reads=login_policy.COLLECTOR,
    params=LockoutPolicyParams,
    evaluate=evaluate,
    title=Text(en="Lock-out policy", zh="登录失败锁定策略"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.SECURITY,
)
