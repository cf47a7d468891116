"""Who is logged in, from where and since when, and whose login lies idle.

Item        `logins`, `root`, `idle`
State       from the number of logins (no levels by default), as `root` says while root is logged in at a terminal or a
            desktop, and from how long the login idle longest has been so. Logins by scripts and file copies, as the
            agent's own, have no terminal and do not count; nor does who becomes root by su or sudo
Why         a login that nobody knows of may be an intruder's; a shell left open is open to whoever comes by; under a
            shared root login nobody can tell who did what
What to do  w; last -n 20; ask whom it names. End a forgotten one with loginctl terminate-session, or pkill -HUP -t TTY;
            TMOUT in /etc/profile.d or StopIdleSessionSec in logind.conf does so by itself
Manual      4 logins; 2.1 users; form 8.2
"""

from collections.abc import Iterator, Sequence

from pydantic import Field

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
from checks.contract.severity import Severity
from checks.contract.threshold import crossed, crossed_duration
from collectors import logged_in_users
from collectors.logged_in_users import LoggedInUsers
from collectors.logins import Login

_SHOWN = 5
_NOBODY = Text(en="nobody is logged in", zh="无人登录")


class LoggedInUsersParams(Params):
    """Parameters of logged_in_users."""

    logins: UpperLevels[int] = Field(UpperLevels[int](), description="number of logins; null: any number is fine")
    idle: UpperLevels[Duration] = Field(
        UpperLevels[Duration](warn=86400), description="how long a login may lie idle: nothing typed"
    )
    root: Severity = Field(Severity.OK, description="what a login of root itself is: ok, warn or crit")
    ignore: tuple[str, ...] = Field(
        (), description="logins not to look at, as shell patterns of USER@TERMINAL, such as [operator@tty1, kiosk@*]"
    )
    retries: int = Field(1, ge=1, le=100, description="how many looks in a row must agree; one: a login may be short")


def evaluate(facts: LoggedInUsers, params: LoggedInUsersParams) -> Iterator[Result]:
    """Three results."""
    logins = [login for login in facts.logins if not _is_ignored(login, params)]
    yield _all(logins, params.logins)
    yield _root([login for login in logins if login.user == "root"], params.root)
    yield _idle(logins, params.idle)


def _is_ignored(login: Login, params: LoggedInUsersParams) -> bool:
    return matches_any(params.ignore, f"{login.user}@{login.terminal}")


def _all(logins: Sequence[Login], levels: UpperLevels[int]) -> Result:
    state = levels.judge(len(logins))
    level, who = crossed(levels, state), _listed(logins)
    summary = Text(en=f"{len(logins)}: {who.en}{level.en}", zh=f"{len(logins)} 个:{who.zh}{level.zh}")
    if not logins:
        summary = _NOBODY
    return Result("logins", state, summary, (Measurement("logins", len(logins), warn=levels.warn, crit=levels.crit),))


def _root(logins: Sequence[Login], severity: Severity) -> Result:
    who = _listed(logins) if logins else Text(en="root is not logged in", zh="root 未登录")
    return Result("root", severity.state if logins else State.OK, who, (Measurement("root_logins", len(logins)),))


def _idle(logins: Sequence[Login], levels: UpperLevels[Duration]) -> Result:
    known = sorted(((login.idle_seconds, login) for login in logins if login.idle_seconds is not None), key=_longest)
    unknown = [login for login in logins if login.idle_seconds is None]
    longest = known[0][0] if known else 0.0
    state, told = levels.judge(longest), duration_text(longest)
    measured = () if unknown and not known else (Measurement("idle", longest, Unit.SECONDS, levels.warn, levels.crit),)
    if state is not State.OK:
        who = _names([login for seconds, login in known if levels.judge(seconds) is not State.OK])
        level = crossed_duration(levels, state)
        words = Text(en=f"up to {told.en}: {who.en}{level.en}", zh=f"最长 {told.zh}:{who.zh}{level.zh}")
    elif unknown:
        who, state = _names(unknown), State.UNKNOWN if levels.warn or levels.crit else State.OK
        words = Text(en=f"not known of {who.en}", zh=f"无法得知:{who.zh}")
    elif logins:
        words = Text(en=f"{told.en} at most", zh=f"最长 {told.zh}")
    else:
        words = _NOBODY
    return Result("idle", state, words, measured)


def _longest(entry: tuple[float, Login]) -> float:
    return -entry[0]


def _names(logins: Sequence[Login]) -> Text:
    more = ", ..." if len(logins) > _SHOWN else ""
    shown = logins[:_SHOWN]
    return Text(
        en=", ".join(f"{login.user} on {login.terminal}" for login in shown) + more,
        zh=", ".join(f"{login.user}({login.terminal})" for login in shown) + more,
    )


def _listed(logins: Sequence[Login]) -> Text:
    told = [_told(login) for login in logins[:_SHOWN]]
    more = ", ..." if len(logins) > _SHOWN else ""
    return Text(en=", ".join(text.en for text in told) + more, zh=", ".join(text.zh for text in told) + more)


def _told(login: Login) -> Text:
    lasted = duration_text(login.lasted_seconds)
    source = Text(en=f" from {login.origin}", zh=f",来自 {login.origin}") if login.origin else Text(en="", zh="")
    return Text(
        en=f"{login.user} on {login.terminal}{source.en} for {lasted.en}",
        zh=f"{login.user}({login.terminal}{source.zh})已登录 {lasted.zh}",
    )


CHECK = Check(
    reads=logged_in_users.COLLECTOR,
    params=LoggedInUsersParams,
    evaluate=evaluate,
    title=Text(en="Logged-in users", zh="登录用户"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.SECURITY,
)
