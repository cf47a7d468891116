"""What an item's transitions tell: how it stood at a moment, and which problems it had."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from agent.problems import REACHABLE, Kind, Transition
from checks.contract import State, Text


@dataclass(frozen=True, slots=True)
class Moment:
    """How an item stood at a moment.

    `seen` is the transition to the state last seen, `judged` the last one to a state that came from facts, `hard` the
    confirmed state. An item that was not there is none of these: it has no moment.
    """

    seen: Transition
    judged: Transition | None
    hard: State | None

    @property
    def is_unjudged(self) -> bool:
        """Whether it could not be checked, as far as that was confirmed."""
        if self.seen.reason is None:
            return False
        return self.judged is None or self.hard is State.UNKNOWN


@dataclass(frozen=True, slots=True)
class Trouble:
    """A confirmed problem. `noticed_end_at` is when its end was confirmed, at or after `ended_at`; None: still open.

    `was_known` is whether the item had been confirmed to be well before.
    """

    began_at: float
    worst: State
    summary: Text
    ended_at: float | None = None
    noticed_end_at: float | None = None
    was_known: bool = True


def moment(transitions: Sequence[Transition]) -> Moment | None:
    """How an item stood after `transitions`, all it had up to that moment or the last of each kind and later ones."""
    if not transitions or transitions[-1].after is None:
        return None
    ends = [index for index, transition in enumerate(transitions) if transition.after is None]
    lived = transitions[ends[-1] + 1 :] if ends else transitions
    hard = [transition.after for transition in lived if transition.kind is Kind.HARD]
    judged = [transition for transition in lived if transition.reason is None]
    return Moment(lived[-1], judged[-1] if judged else None, hard[-1] if hard else None)


def troubles(transitions: Iterable[Transition]) -> list[Trouble]:
    """The confirmed problems in an item's hard transitions, oldest first.

    While the host cannot be reached nothing is known of the item: that neither begins nor ends a problem of it.
    """
    found: list[Trouble] = []
    current: Trouble | None = None
    for transition in transitions:
        state = transition.after
        if transition.check != REACHABLE.name and transition.reason is not None and transition.reason.is_of_the_host:
            continue
        if state in (None, State.OK):
            if current is not None:
                found.append(replace(current, ended_at=transition.since, noticed_end_at=transition.at))
                current = None
        elif current is None:
            current = Trouble(transition.since, state, transition.summary, was_known=transition.before is not None)
        elif _gravity(state) > _gravity(current.worst):
            current = replace(current, worst=state, summary=transition.summary)
    return found if current is None else [*found, current]


def _gravity(state: State) -> int:
    """What was found outweighs what could not be checked: a warning that cannot be looked at stays one."""
    return (State.OK, State.UNKNOWN, State.WARN, State.CRIT).index(state)
