"""iSCSI targets: whether the host is still logged in to each of them, by as many sessions as before.

Item        the target's name (IQN)
State       CRIT when no session is logged in; WARN when fewer are than ever were, or than `expected_sessions` says
Why         a session is a path to the disks: without any, reads and writes hang, and then file systems go read-only
What to do  iscsiadm -m session -P 1; ping the portal from the storage network's interface; journalctl -u iscsid.
            Removed on purpose: rounds relearn HOST iscsi_sessions
Manual      2.1.6 iSCSI; 2.1.6 LUNs
"""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase

from pydantic import Field, PositiveInt

from checks.contract import Check, Layer, Measurement, Params, Result, Section, State, Text
from checks.contract.patterns import matches_any
from collectors import iscsi_sessions
from collectors.iscsi_sessions import IscsiSession, IscsiSessions


class IscsiSessionsParams(Params):
    """Parameters of iscsi_sessions."""

    expected_sessions: Mapping[str, PositiveInt] = Field(
        default_factory=dict,
        description="how many sessions a target must have, by its name as a pattern: {'iqn.2004-04.com.example:*': 2}; "
        "for others it is the most that were seen",
    )
    ignore: tuple[str, ...] = Field((), description="targets not to look at, as patterns such as iqn.*:scratch")
    retries: int = Field(
        2, ge=1, le=100, description="how many looks in a row must agree; two: a session comes back by itself"
    )


def evaluate(facts: IscsiSessions, params: IscsiSessionsParams) -> Iterator[Result]:
    """One result for each target that is or was there, or is expected."""
    most = {seen.name: seen.sessions for seen in facts.seen}
    plain = [name for name in params.expected_sessions if not set(name) & set("*?[")]
    targets = dict.fromkeys((*(session.target for session in facts.sessions), *most, *plain))
    for target in targets:
        if not matches_any(params.ignore, target):
            sessions = [session for session in facts.sessions if session.target == target]
            yield _judge(target, sessions, _expected(target, params), most.get(target, 0))


def _expected(target: str, params: IscsiSessionsParams) -> int | None:
    counts = params.expected_sessions.items()
    return next((count for pattern, count in counts if fnmatchcase(target, pattern)), None)


def _judge(target: str, sessions: list[IscsiSession], expected: int | None, most: int) -> Result:
    up, wanted = sum(session.is_up for session in sessions), most if expected is None else expected
    bad = ", ".join(f"{session.portal or session.number} {session.state}" for session in sessions if not session.is_up)
    state = State.OK if up >= wanted and not bad else State.CRIT if up == 0 else State.WARN
    why_en, why_zh = ("expected", "应有") if expected is not None else ("seen before", "此前最多")
    en = f"{up} sessions logged in" if up != 1 else "1 session logged in"
    zh = f"{up} 个会话已登录"
    if up < wanted:
        en, zh = f"{en}, {wanted} {why_en}", f"{zh},{why_zh} {wanted} 个"
    if bad:
        en, zh = f"{en}: {bad}", f"{zh}:{bad}"
    return Result(target, state, Text(en=en, zh=zh), (Measurement("sessions", up, warn=wanted, lower=True),))


CHECK = Check(
    reads=iscsi_sessions.COLLECTOR,
    params=IscsiSessionsParams,
    evaluate=evaluate,
    title=Text(en="iSCSI sessions", zh="iSCSI 会话"),
    layer=Layer.HARDWARE,
    section=Section.STORAGE,
)
