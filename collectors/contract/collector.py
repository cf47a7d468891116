"""The declaration that makes a module a collector."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from collectors.contract.inventory import Entry
from collectors.contract.sample import Sample

F = TypeVar("F")


@dataclass(frozen=True, slots=True, eq=False)
class Collector(Generic[F]):
    """How facts of type `F` are acquired. The module's file name is the collector's name.

    probe            body of a POSIX sh function (dash, bash, busybox ash, ksh). `"$@"` holds the
                     arguments that the checks reading it ask for; they are data, never code. Standard input
                     is /dev/null, LC_ALL is C. `$sent_at` is the agent's clock when the script was
                     sent, in epoch seconds. It reads only: no probe writes, refreshes or wakes anything.
                     `as_root COMMAND ARGUMENT...` runs a command as root where sudo lets it, and else
                     prints a line `== denied ...`, see `collectors.contract.reading.refuse_denied`. Text that
                     others wrote, such as lines of a log, goes through `without_secrets`, which masks on the host.
    parse            pure; text as the probe printed it -> facts. Raises `UnreadableOutput`,
                     `NotApplicable` or `NoPermission`, nothing else, whatever the text. It has no clock:
                     when age matters the probe prints the host's own time.
    needs_command    when this is not on the host's PATH the section is "not applicable".
    every_seconds    how often, unless a check asks otherwise; None: every round. What is slower than
                     the round has a beat of its own and does not delay the fast sections.
    timeout_seconds  limit of this section on the host, kept to a tenth. None: the round's deadline alone bounds it,
                     and the section costs no watchdog; right for what only reads /proc with built-ins.
    read_local       facts of the agent's own machine through psutil, where that is better than the probe.
    compare          pure; (previous facts, current facts) -> current facts with what only two looks can
                     tell: rates, a reboot. Without previous facts it is not called.
    keep_facts       the last facts outlive a restart of the agent, for what is compared over hours: was
                     the machine rebooted, since when is a package pending.
    samples          pure; the facts as node_exporter would name them.
    inventory        pure; what the facts tell of what the host is made of: packages, ports, accounts. Kept by
                     day, so that changes are told; the collector is asked even where no check reads it.
    root_commands    what the probe runs by `as_root`, as sudoers has it: name and arguments, where
                     character classes may stand for what differs. Never `*`, which matches further options.
    root_commands_for  pure; arguments -> the same, of what the probe runs as root only because they ask for it: the
                     repository that config.yaml names. Exact paths there; what stands in config.yaml is no pattern.
    absent           facts of a host where there is none of it, for collectors that remember what was there: they are
                     compared with the previous facts where `parse` says `NotApplicable`, so that all of it gone at
                     once (a dead adapter, a driver not loaded) is missed like a part of it. Without previous
                     facts it is "not applicable" as ever.
    files            plain paths of small files in /proc or /sys; one `*` in a path stands for any name in a
                     folder. One process on the host reads those of all collectors that are due; before what
                     the probe printed `parse` gets each of them that is there, after a line `== PATH`, in
                     this order; empty where it can be opened, but not read. With files the probe may be empty.
    """

    probe: str
    parse: Callable[[str], F]
    needs_command: str | None = None
    every_seconds: float | None = None
    timeout_seconds: float | None = None
    read_local: Callable[[], F] | None = None
    compare: Callable[[F, F], F] | None = None
    samples: Callable[[F], Iterable[Sample]] | None = None
    inventory: Callable[[F], Iterable[Entry]] | None = None
    keep_facts: bool = False
    root_commands: tuple[str, ...] = ()
    root_commands_for: Callable[[Sequence[str]], Sequence[str]] | None = None
    absent: F | None = None
    files: tuple[str, ...] = ()
