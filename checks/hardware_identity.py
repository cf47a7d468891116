"""Which machine this is as a piece of hardware, and what of it was replaced.

Item        `machine` (make and model), `firmware`, `serial` (of the machine, its board and its chassis)
State       WARN for `shown_for` after another model or serial number was seen than before, and while the serial number
            is not the expected `serial`; new firmware is told, and a WARN if `firmware_change` says so
Why         a board or a machine that was swapped ends warranties and licences, and the inventory is wrong from then on;
            firmware that nobody updated is worth a question
What to do  compare with the service report and the inventory; dmidecode -t system -t bios; correct the inventory;
            rounds relearn HOST hardware_identity
Manual      2.6 identity; 6 inventory; form 8.6
"""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from checks.contract import Check, Duration, Layer, Measurement, Params, Result, Section, State, Text
from collectors import hardware_identity
from collectors.machine import HardwareChange, HardwareIdentity

_PARTS = {
    "serial": Text(en="serial number", zh="序列号"),
    "board": Text(en="board's serial number", zh="主板序列号"),
    "chassis": Text(en="chassis' serial number", zh="机箱序列号"),
}


class HardwareIdentityParams(Params):
    """Parameters of hardware_identity."""

    retries: int = Field(
        1, ge=1, le=100, description="how many looks in a row must agree; one, since looks are an hour apart"
    )
    shown_for: Duration = Field(7 * 86400.0, gt=0, description="how long a change stays a problem after it was seen")
    serial: str | None = Field(None, description="the serial number the machine must have; null: any")
    firmware_change: Literal["ok", "warn"] = Field(
        "ok", description="warn: other firmware than before is a problem; ok: it is only told"
    )


def evaluate(facts: HardwareIdentity, params: HardwareIdentityParams) -> Iterator[Result]:
    """One result per part of the identity that the host tells."""
    recent = {c.part: c for c in facts.changes if facts.clock_seconds - c.seen_at < params.shown_for}
    yield _machine(facts, recent.get("model"))
    if facts.firmware:
        yield _firmware(facts, params, recent.get("firmware"))
    if facts.serial or facts.board_serial or facts.chassis_serial or params.serial is not None:
        yield _serial(facts, params.serial, [change for part, change in recent.items() if part in _PARTS])


def _machine(facts: HardwareIdentity, change: HardwareChange | None) -> Result:
    shown = " ".join(word for word in (facts.vendor, facts.model) if word) or "?"
    en, zh = shown, shown
    if facts.serials_denied and not facts.serial:
        en, zh = f"{shown}; its serial number is told to root only", f"{shown};序列号仅 root 可读"
    if change is not None:
        en, zh = f"{en} (was {change.before})", f"{zh}(此前为 {change.before})"
    state = State.OK if change is None else State.WARN
    return Result("machine", state, Text(en=en, zh=zh), (Measurement("changed", float(change is not None)),))


def _firmware(facts: HardwareIdentity, params: HardwareIdentityParams, change: HardwareChange | None) -> Result:
    dated = f"{facts.firmware}, {facts.firmware_date}" if facts.firmware_date else facts.firmware or ""
    if change is None:
        return Result("firmware", State.OK, Text(en=dated, zh=dated), (Measurement("changed", 0.0),))
    state = State.WARN if params.firmware_change == "warn" else State.OK
    words = Text(en=f"{dated} (was {change.before})", zh=f"{dated}(此前为 {change.before})")
    return Result("firmware", state, words, (Measurement("changed", 1.0),))


def _serial(facts: HardwareIdentity, expected: str | None, changes: list[HardwareChange]) -> Result:
    shown = facts.serial or facts.board_serial or facts.chassis_serial
    en, zh, state = shown or "", shown or "", State.OK
    if expected is not None and facts.serial != expected:
        if facts.serial is None:
            why = (
                Text(en="is told to root only", zh="仅 root 可读") if facts.serials_denied else Text("is none", "为空")
            )
            words = Text(en=f"{why.en} (expected {expected})", zh=f"{why.zh}(应为 {expected})")
            return Result("serial", State.UNKNOWN, words)
        state, en, zh = State.WARN, f"{en} (expected {expected})", f"{zh}(应为 {expected})"
    for change in changes:
        state, part = State.WARN, _PARTS[change.part]
        en = f"{en}; {part.en} {change.after}, was {change.before}"
        zh = f"{zh};{part.zh} {change.after},此前为 {change.before}"
    return Result("serial", state, Text(en=en, zh=zh), (Measurement("changed", float(len(changes))),))


CHECK = Check(
    reads=hardware_identity.COLLECTOR,
    params=HardwareIdentityParams,
    evaluate=evaluate,
    title=Text(en="Hardware identity", zh="硬件标识"),
    layer=Layer.HARDWARE,
    section=Section.HARDWARE,
)
