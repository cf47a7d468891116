"""What the log says of a change of state."""

import structlog

from agent.problems import REACHABLE, Kind, Transition
from checks.contract import State

log = structlog.get_logger()


def tell(transition: Transition) -> None:
    """A line for every confirmed change that somebody should know of; the others for whoever looks closely."""
    well = (None, State.OK)
    is_news = transition.kind is Kind.HARD and not (transition.before in well and transition.after in well)
    # Of a host that comes or goes one line is enough: what follows from it for each check, the reports say.
    follows = transition.check != REACHABLE.name and (_is_of_the_host(transition) or _is_back(transition))
    (log.info if is_news and not follows else log.debug)(
        "state_changed",
        host=transition.host,
        check=transition.check,
        item=transition.item,
        before=None if transition.before is None else transition.before.name,
        after=None if transition.after is None else transition.after.name,
        summary=transition.summary.en,
    )


def _is_of_the_host(transition: Transition) -> bool:
    return transition.reason is not None and transition.reason.is_of_the_host


def _is_back(transition: Transition) -> bool:
    return transition.before is State.UNKNOWN and transition.after is State.OK
