from dataclasses import replace

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


OLD = replace(restart(old=True), kernel_seconds=90000)
UPDATED = replace(restart(), updated=("glibc", "systemd", "dbus", "kernel-core"), updated_seconds=7200)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (OLD, "kernel 6.1.0-31-amd64 was installed 1 d 1 h ago, 6.1.0-28-amd64 runs"),
        (UPDATED, "not in use yet: glibc, systemd, dbus …, updated 2 h ago"),
        (
            replace(OLD, updated=("kernel-core", "glibc"), updated_seconds=90060),
            "kernel 6.1.0-31-amd64 was installed 1 d 1 h ago, 6.1.0-28-amd64 runs; "
            "not in use yet: glibc, updated 1 d 1 h ago",
        ),
        (
            replace(OLD, updated=("kernel-core",), updated_seconds=90060),
            "kernel 6.1.0-31-amd64 was installed 1 d 1 h ago, 6.1.0-28-amd64 runs",
        ),
    ],
)
def test_since_when_and_by_what(facts: Restart, words: str) -> None:
    (result,) = evaluate(facts, RebootRequiredParams())
    assert (result.state, result.summary.en) == (State.WARN, words)


def test_the_longest_waiting_counts() -> None:
    facts = replace(OLD, flagged=True, flagged_seconds=60, updated=("glibc",), updated_seconds=40 * 86400)
    (result,) = evaluate(facts, RebootRequiredParams.model_validate({"waiting": {"warn": 0, "crit": "30d"}}))
    assert result.state is State.CRIT
    assert result.summary.en.endswith("updated 40 d ago (crit at 30 d)")
    waiting = result.measurements[1]
    assert (waiting.name, waiting.value, waiting.warn, waiting.crit) == ("waiting", 40 * 86400, None, 30 * 86400)


def test_a_kernel_that_is_not_newer_does_not_wait() -> None:
    (result,) = evaluate(replace(restart(), kernel_seconds=90 * 86400), RebootRequiredParams())
    assert (result.state, len(result.measurements)) == (State.OK, 1)
