import pytest

from checks.contract import State
from checks.reboot_required import RebootRequiredParams, evaluate
from collectors.reboot_required import Restart


def restart(
    *, old: bool = False, flagged: bool = False, seconds: int | None = None, packages: tuple[str, ...] = ()
) -> Restart:
    return Restart("6.1.0-28-amd64", "6.1.0-31-amd64" if old else None, old, flagged, seconds, packages)


@pytest.mark.parametrize(
    ("facts", "state", "words"),
    [
        (restart(), State.OK, "not required, kernel 6.1.0-28-amd64 runs"),
        (restart(old=True), State.WARN, "kernel 6.1.0-31-amd64 is installed, 6.1.0-28-amd64 runs"),
        (restart(flagged=True), State.WARN, "restart asked for"),
        (
            restart(flagged=True, seconds=90000, packages=("libc6", "dbus", "a", "b")),
            State.WARN,
            "restart asked for by libc6, dbus, a … 1 d 1 h ago",
        ),
    ],
)
def test_states(facts: Restart, state: State, words: str) -> None:
    (result,) = evaluate(facts, RebootRequiredParams())
    assert (result.item, result.state, result.summary.en) == ("reboot", state, words)
    assert result.measurements[0].value == (state is not State.OK)


def test_levels_of_waiting() -> None:
    params = RebootRequiredParams.model_validate({"waiting": {"warn": "7d", "crit": "30d"}})
    states = [
        next(iter(evaluate(restart(flagged=True, seconds=days * 86400), params))).state for days in (1, 7, 29, 30)
    ]
    assert states == [State.OK, State.WARN, State.WARN, State.CRIT]
