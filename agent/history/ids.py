"""The row numbers of hosts, items and series, kept in memory by the writer."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Select, Table, select

from agent.history.schema import hosts, items, series
from agent.history.upsert import insert
from checks.contract import Unit

ItemKey = tuple[str, str, str]
"""Host, check, item."""

SeriesKey = tuple[int, str, Unit]
"""Row number of the item, name of the measurement, unit."""


class Ids:
    """Numbers by key. `learn_*` adds what is new; after a transaction that was rolled back, `clear`."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Know nothing; the next `learn_*` reads everything anew."""
        self._loaded = False
        self.hosts: dict[str, int] = {}
        self.items: dict[ItemKey, int] = {}
        self.series: dict[SeriesKey, int] = {}

    def learn_hosts(self, connection: Connection, names: Iterable[str]) -> None:
        """Know the number of every host in `names`."""
        self._load(connection)
        missing = sorted(set(names) - self.hosts.keys())
        rows = [{"name": name} for name in missing]
        self._add(connection, hosts, rows, _host_rows(), lambda r: self.hosts.__setitem__(r[1], r[0]))

    def learn_items(self, connection: Connection, keys: Iterable[ItemKey]) -> None:
        """Know the number of every item in `keys`, whose hosts are known."""
        missing = sorted(set(keys) - self.items.keys())
        rows = [{"host_id": self.hosts[host], "check": check, "item": item} for host, check, item in missing]
        touched = {self.hosts[host] for host, _, _ in missing}
        query = _item_rows().where(items.c.host_id.in_(touched))
        self._add(connection, items, rows, query, lambda r: self.items.__setitem__((r[1], r[2], r[3]), r[0]))

    def learn_series(self, connection: Connection, keys: Iterable[SeriesKey]) -> None:
        """Know the number of every series in `keys`."""
        missing = sorted(set(keys) - self.series.keys())
        rows = [{"item_id": item, "name": name, "unit": unit.value} for item, name, unit in missing]
        learned = set(self.items.values()) if len(missing) > 500 else {item for item, _, _ in missing}
        query = _series_rows() if len(learned) > 500 else _series_rows().where(series.c.item_id.in_(learned))
        self._add(connection, series, rows, query, lambda r: self.series.__setitem__((r[1], r[2], Unit(r[3])), r[0]))

    def _add(
        self,
        connection: Connection,
        table: Table,
        rows: Sequence[dict[str, Any]],
        query: Select[Any],
        learn: Callable[[Any], None],
    ) -> None:
        if not rows:
            return
        connection.execute(insert(connection, table).on_conflict_do_nothing(), rows)
        for row in connection.execute(query):
            learn(row)

    def _load(self, connection: Connection) -> None:
        if self._loaded:
            return
        self.hosts = {row[1]: row[0] for row in connection.execute(_host_rows())}
        self.items = {(row[1], row[2], row[3]): row[0] for row in connection.execute(_item_rows())}
        self.series = {(row[1], row[2], Unit(row[3])): row[0] for row in connection.execute(_series_rows())}
        self._loaded = True


def _host_rows() -> Select[Any]:
    return select(hosts.c.id, hosts.c.name)


def _item_rows() -> Select[Any]:
    return select(items.c.id, hosts.c.name, items.c.check, items.c.item).join_from(items, hosts)


def _series_rows() -> Select[Any]:
    return select(series.c.id, series.c.item_id, series.c.name, series.c.unit)
