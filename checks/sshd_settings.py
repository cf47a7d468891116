"""Whether sshd lets nobody in whom the organisation does not mean to let in.

Item        the keyword of a setting in lower case, such as permitrootlogin; configuration, match blocks, other settings
State       `unexpected` for a value that is not allowed, a weak algorithm, a Match block that allows more, or a setting
            without policy that is not as it was first seen; CRIT for empty passwords, and where sshd refuses its files
Why         a setting loosened for an hour stays so for years, and the whole world tries passwords at port 22
What to do  sshd -T | grep KEYWORD; grep -ri KEYWORD /etc/ssh/sshd_config*; mend it, sshd -t, systemctl reload ssh.
            Meant so: `expected`, or take all settings as they are now with rounds relearn HOST sshd_settings
Manual      4 sshd
"""

from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import Field

from checks.contract import Check, Layer, Measurement, Params, Result, Section, State, Text
from checks.contract.patterns import matches_any
from checks.contract.severity import Severity
from checks.sshd_policy import ALGORITHMS, MAY_BE_UNSET, Allowed, Keyword, fits, policy_of
from collectors import sshd_settings
from collectors.sshd_settings import SshdSettings

_WEAK = (
    *("3des-*", "arcfour*", "blowfish-*", "cast128-*", "*-cbc", "rijndael-*", "none"),
    *("hmac-md5*", "hmac-sha1-96*", "*ripemd160*", "ssh-dss*"),
    *("diffie-hellman-group1-sha1", "diffie-hellman-group14-sha1", "diffie-hellman-group-exchange-sha1"),
)
_SHOWN = 5


class SshdSettingsParams(Params):
    """Parameters of sshd_settings."""

    password_authentication: Literal["any", "no"] = Field(
        "any", description="no: passwords must not be taken, neither asked for plainly nor through PAM's questions"
    )
    expected: dict[Keyword, Allowed | None] = Field(
        {},
        description="values allowed, keyword by keyword, instead of the usual ones or besides them: {permitrootlogin: "
        "[no], maxauthtries: 1-4, x11forwarding: no}; words, shell patterns or ranges; null: any value will do",
    )
    weak_algorithms: tuple[str, ...] = Field(
        _WEAK, description="ciphers, MACs, key exchanges and host keys not to be offered, as shell patterns"
    )
    unexpected: Severity = Field(Severity.WARN, description="what a setting that is not allowed is: ok, warn or crit")
    retries: int = Field(
        1, ge=1, le=100, description="how many looks in a row must agree; one, since this does not come and go"
    )


def evaluate(facts: SshdSettings, params: SshdSettingsParams) -> Iterator[Result]:
    """One result for each keyword there is a policy for, and three for the rest."""
    policy = policy_of(params.expected, params.password_authentication)
    values = {setting.keyword: setting.value for setting in facts.settings}
    yield _configuration(facts)
    for keyword in (*policy, *(name for name in ALGORITHMS if name not in policy)):
        if keyword in values or (facts.effective and keyword in policy and keyword in MAY_BE_UNSET):
            yield _judged(keyword, values.get(keyword, ""), policy, params)
    if not facts.effective and (missing := [keyword for keyword in policy if keyword not in values]):
        named = ", ".join(missing)
        words = Text(f"not written, and only sshd -T as root tells: {named}", f"未写明,须以 root 运行 sshd -T:{named}")
        yield Result("not written", State.UNKNOWN, words)
    if facts.exceptions:
        yield _match_blocks(facts, policy, params)
    if facts.effective:
        yield _others(facts, values, policy, params)


def _configuration(facts: SshdSettings) -> Result:
    if facts.error:
        lacks_folder = "privilege separation directory" in facts.error
        words = Text(f"sshd refuses it: {facts.error}", f"sshd 拒绝该配置:{facts.error}")
        return Result("configuration", State.UNKNOWN if lacks_folder else State.CRIT, words)
    if facts.config not in (None, "/etc/ssh/sshd_config"):
        words = Text(f"sshd reads {facts.config}, which is not looked at", f"sshd 使用 {facts.config},未检查该文件")
        return Result("configuration", State.UNKNOWN, words)
    words = Text("as sshd tells it", "由 sshd 给出") if facts.effective else Text("read from its files", "读自配置文件")
    if facts.closed:
        words = Text(f"{words.en}; Match blocks are in a file that is closed", f"{words.zh};含 Match 块的文件不可读")
    return Result("configuration", State.OK, words, (Measurement("settings", len(facts.settings)),))


def _judged(keyword: str, value: str, policy: Mapping[str, tuple[str, ...]], params: SshdSettingsParams) -> Result:
    bad = State.CRIT if keyword == "permitemptypasswords" else params.unexpected.state
    names = value.lstrip("+^").split(",") if keyword in ALGORITHMS and not value.startswith("-") else []
    if weak := [name for name in names if matches_any(params.weak_algorithms, name)]:
        listed = ", ".join(weak[:_SHOWN]) + (", ..." if len(weak) > _SHOWN else "")
        return Result(keyword, bad, Text(f"{len(weak)} weak: {listed}", f"{len(weak)} 个弱算法:{listed}"))
    allowed = policy.get(keyword)
    told = Text(value or "not set", value or "未设置")
    if names:
        told = Text(f"{len(names)} algorithms", f"{len(names)} 个算法")
    if allowed is None or fits(keyword, value, allowed):
        return Result(keyword, State.OK, told)
    listed = ", ".join(allowed)
    return Result(keyword, bad, Text(f"{told.en} (allowed: {listed})", f"{told.zh}(允许:{listed})"))


def _match_blocks(facts: SshdSettings, policy: Mapping[str, tuple[str, ...]], params: SshdSettingsParams) -> Result:
    loose = [
        f"{one.keyword} {one.value} for {one.criteria}"
        for one in facts.exceptions
        if one.keyword in policy and not fits(one.keyword, one.value, policy[one.keyword])
    ]
    blocks = len({one.criteria for one in facts.exceptions})
    measured = (Measurement("exceptions", len(facts.exceptions)),)
    if not loose:
        words = Text(f"{blocks}, none allows more than the rest", f"{blocks} 个,均未放宽限制")
        return Result("match blocks", State.OK, words, measured)
    listed = "; ".join(loose[:_SHOWN]) + ("; ..." if len(loose) > _SHOWN else "")
    words = Text(f"not allowed: {listed}", f"不允许:{listed}")
    return Result("match blocks", params.unexpected.state, words, measured)


def _others(
    facts: SshdSettings, values: Mapping[str, str], policy: Mapping[str, tuple[str, ...]], params: SshdSettingsParams
) -> Result:
    """What no policy is about is held against the first look."""
    first = values if facts.first is None else {setting.keyword: setting.value for setting in facts.first}
    keywords = sorted((values.keys() | first.keys()) - policy.keys() - params.expected.keys())
    changed = [keyword for keyword in keywords if values.get(keyword) != first.get(keyword)]
    measured = (Measurement("changed", len(changed)),)
    if not changed:
        words = Text(f"{len(keywords)} as at the first look", f"{len(keywords)} 项与首次检查一致")
        return Result("other settings", State.OK, words, measured)
    told = [(key, _short(first.get(key)), _short(values.get(key))) for key in changed[:_SHOWN]]
    more = "; ..." if len(changed) > _SHOWN else ""
    words = Text(
        en="; ".join(f"{key} {now} (was {then} at the first look)" for key, then, now in told) + more,
        zh=";".join(f"{key} {now}(首次检查时为 {then})" for key, then, now in told) + more,
    )
    return Result("other settings", params.unexpected.state, words, measured)


def _short(value: str | None) -> str:
    return "-" if value is None else value if len(value) <= 40 else f"{value[:37]}..."


CHECK = Check(
    reads=sshd_settings.COLLECTOR,
    params=SshdSettingsParams,
    evaluate=evaluate,
    title=Text(en="SSH settings", zh="SSH 服务配置"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.SECURITY,
)
