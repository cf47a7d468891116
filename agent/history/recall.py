"""What a check measured on a host in the weeks before: hours of the last week, days before that."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Connection, select

from agent.history.schema import DAY, HOUR, hosts, items, rollups, series
from checks.contract import Past, Recall, Span

_DAYS_BY_HOUR = 7


def recalled(connection: Connection, host: str, check: str, recall: Recall, now: float) -> Past:
    """The measurements that `recall` names, of every item that `check` has or had on `host`."""
    query = (
        select(series.c.id, items.c.item, series.c.name)
        .join_from(series, items)
        .join(hosts)
        .where(hosts.c.name == host, items.c.check == check, series.c.name.in_(recall.names))
    )
    keys = {row.id: (row.item, row.name) for row in connection.execute(query)}
    today = int(now) // DAY * DAY
    by_hour_since = today - min(recall.days, _DAYS_BY_HOUR) * DAY
    days = range(today - recall.days * DAY, by_hour_since, DAY)
    hours = range(by_hour_since, int(now) + 1, HOUR)
    found: defaultdict[tuple[str, str], list[Span]] = defaultdict(list)
    if keys:
        for granularity, seconds, starts in (("day", DAY, days), ("hour", HOUR, hours)):
            for number, span in _spans(connection, granularity, seconds, list(starts), list(keys)):
                found[keys[number]].append(span)
    return Past(now, {key: tuple(spans) for key, spans in found.items()})


def _spans(
    connection: Connection, granularity: str, seconds: int, starts: Sequence[int], numbers: Sequence[int]
) -> list[tuple[int, Span]]:
    # Every start is named: the rows lie by start first, and a range of starts would read every series there is.
    query = (
        select(
            rollups.c.start, rollups.c.series_id, rollups.c.count.label("number"), rollups.c.min, rollups.c.sum,
            rollups.c.max,
        )
        .where(rollups.c.granularity == granularity, rollups.c.start.in_(starts), rollups.c.series_id.in_(numbers))
        .order_by(rollups.c.start)
    )  # fmt: skip
    return [
        (row.series_id, Span(row.start, seconds, row.min, row.sum / row.number, row.max))
        for row in connection.execute(query)
    ]
