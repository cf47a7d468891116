"""Whether the machine behind a name is still the one it was.

Item        `hostname`, `machine` (the installation's machine-id), `operating_system` when it is expected to be one
State       CRIT when the machine is another one or not the expected host, WARN when its name or system is another,
            for `shown_for` after the change was seen, and for as long as it differs from what is expected
Why         every other result would be about another server: an address used twice, a restored copy, a wrong entry
What to do  compare the address in config.yaml with the console; hostnamectl; cat /etc/machine-id /etc/os-release
Manual      6 inventory; form 8.1
"""

from collections.abc import Iterator

from pydantic import Field

from checks.contract import Check, Duration, Layer, Params, Result, Section, State, Text
from collectors import operating_system
from collectors.operating_system import IdentityChange, OperatingSystem


class HostIdentityParams(Params):
    """Parameters of host_identity."""

    shown_for: Duration = Field(86400.0, gt=0, description="how long a change stays a problem after it was seen")
    hostname: str | None = Field(None, description="the name the host must call itself; null: any")
    operating_system: str | None = Field(
        None,
        pattern=r"^\S+( \S+)?$",
        description="ID, or ID and VERSION_ID, that its os-release must say, such as 'debian 12'; null: any",
    )
    retries: int = Field(
        1, ge=1, le=100, description="how many looks in a row must agree; one, since looks are an hour apart"
    )


def evaluate(facts: OperatingSystem, params: HostIdentityParams) -> Iterator[Result]:
    """One result per part of the identity that the host tells."""
    recent = {c.what: c for c in facts.changes if facts.asked_at - c.seen_at < params.shown_for}
    yield _hostname(facts, params.hostname, recent.get("hostname"))
    if facts.machine is not None:
        yield _machine(facts.machine, recent.get("machine"))
    if params.operating_system is not None:
        yield _operating_system(facts, params.operating_system)


def _hostname(facts: OperatingSystem, expected: str | None, change: IdentityChange | None) -> Result:
    name = facts.hostname
    if expected is not None and name != expected:
        words = Text(en=f"{name} (expected {expected})", zh=f"{name}(应为 {expected})")
        return Result("hostname", State.CRIT, words)
    if change is not None:
        words = Text(en=f"{name} (was {change.before} before)", zh=f"{name}(此前为 {change.before})")
        return Result("hostname", State.WARN, words)
    return Result("hostname", State.OK, Text(en=name, zh=name))


def _machine(machine: str, change: IdentityChange | None) -> Result:
    if change is None:
        return Result("machine", State.OK, Text(en=f"installation {machine[:8]}", zh=f"系统安装标识 {machine[:8]}"))
    words = Text(
        en=f"another installation than before: {machine[:8]} (was {change.before[:8]})",
        zh=f"系统安装标识与此前不同:{machine[:8]}(此前为 {change.before[:8]})",
    )
    return Result("machine", State.CRIT, words)


def _operating_system(facts: OperatingSystem, expected: str) -> Result:
    release = facts.release
    found = f"{release.id} {release.version_id}".strip() if release else ""
    shown = found or facts.kernel
    if found == expected or (release and release.id == expected):
        return Result("operating_system", State.OK, Text(en=shown, zh=shown))
    words = Text(en=f"{shown} (expected {expected})", zh=f"{shown}(应为 {expected})")
    return Result("operating_system", State.WARN, words)


CHECK = Check(
    reads=operating_system.COLLECTOR,
    params=HostIdentityParams,
    evaluate=evaluate,
    title=Text(en="Host identity", zh="主机身份"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.SERVERS,
)
