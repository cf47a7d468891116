"""What the agent remembers: states, problems, numbers, mails and the records of maintenance days."""

from agent.history.errors import HistoryError, NothingToAddTo
from agent.history.history import History
from agent.history.outbox import OutboxEntry
from agent.history.periods import PublishedPeriod
from agent.history.plan import Plan
from agent.history.publication import PublishedDay
from agent.history.restored import Restored
from agent.history.retention import Retention
from agent.history.rollup import Rollup
from agent.history.search import Event, Found, PastRound, Sought
from agent.history.surveys import Stock
from agent.history.writer import HistoryHealth

__all__ = [
    "Event",
    "Found",
    "History",
    "HistoryError",
    "HistoryHealth",
    "NothingToAddTo",
    "OutboxEntry",
    "PastRound",
    "Plan",
    "PublishedDay",
    "PublishedPeriod",
    "Restored",
    "Retention",
    "Rollup",
    "Sought",
    "Stock",
]
