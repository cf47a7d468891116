"""A month of real rounds with the clock moved: its days, weeks and months agree with each other and with the tables."""

import json
import os
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from agent import conductor as conducting
from agent import periods
from agent.catalogue import Catalogue, catalogue
from agent.conductor import Conductor
from agent.config import Config, load
from agent.daily import DailyLog
from agent.exports import start_exports
from agent.fleet import Fleet
from agent.history import History
from agent.memory import open_history
from agent.shells import ShellMaker
from exporters import maintenance_log
from exporters.contract import Lane
from tests.collectors.transport.conftest import SSHD, Sshd

ZONE = ZoneInfo("Europe/Berlin")
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

CHECKS = {"disk_usage", "memory_usage", "backup_freshness"}
ROUNDS = (9, 15, 21, 3)
"""Hours of the day at which rounds are made."""

CONFIG = """\
system: Portal
timezone: Europe/Berlin
hosts:
  - name: here
    transport: local
    project: own
    checks: {{backup_freshness: {{retries: 1, sets: [{{name: db, files: {backups}/*.gz}}]}}}}
  - name: far
    address: 127.0.0.1
    port: {sshd.port}
    user: {sshd.target.user}
    key_file: {sshd.user_key}
    project: portal
rounds: {{every: 1h, deadline: 30s}}
ssh: {{known_hosts: {sshd.target.known_hosts}}}
history: {{url: "sqlite:///history.db"}}
maintenance_log: {{folder: log, at: "08:00", formats: [json], languages: [en]}}
"""

Record = dict[str, Any]


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)


def some_checks() -> Catalogue:
    """The real plugins, but few: a month is long."""
    whole = catalogue()
    checks = {name: plugin for name, plugin in whole.checks.items() if name in CHECKS}
    wanted = {plugin.collector for plugin in checks.values()}
    return Catalogue({name: whole.collectors[name] for name in wanted}, checks, whole.exporters)


class Agent:
    """Everything an agent is made of, but for its own clock: rounds are made and days told when they are called for."""

    def __init__(self, config: Config) -> None:
        self.catalogue = some_checks()
        self.history: History = open_history(config)
        self.history.start()
        self.fleet = Fleet(ShellMaker(config))
        self.conductor = Conductor(
            config, self.catalogue, self.fleet, self.history, start_exports(config, self.catalogue)
        )
        self.conductor.tracker.restore(self.history.restore().tracked)
        self.daily = DailyLog(self.conductor, self.catalogue, self.history)

    def make_rounds(self) -> None:
        self.history.heartbeat()
        for host in ("here", "far"):
            for lane in Lane:
                self.conductor.make_round(host, lane, nullcontext())
        assert self.history.flush(20), "hours pass before the next rounds; here the clock moves before they are written"

    def stop(self) -> None:
        self.fleet.close()
        for export in self.conductor.exports.values():
            export.close()
        assert self.history.stop(20)


class World:
    """The servers, the backups and the agent; `live` lets time go by."""

    def __init__(self, folder: Path, sshd: Sshd, clock: Any) -> None:
        self.folder, self.sshd, self.clock = folder, sshd, clock
        self.backups = folder / "backups"
        self.backups.mkdir()
        self.set_backup(there=True)
        path = folder / "config.yaml"
        path.write_text(CONFIG.format(sshd=sshd, backups=self.backups), encoding="utf-8")
        self.config = load(path, plugins=some_checks())
        self.agent: Agent | None = None

    def set_backup(self, *, there: bool) -> None:
        for path in self.backups.iterdir():
            path.unlink()
        if there:
            for number in range(3):
                (self.backups / f"db-{number}.gz").write_bytes(os.urandom(1000))

    def set_far(self, *, there: bool) -> None:
        self.sshd.is_away = not there
        self.sshd.drop_connections()

    def set_agent(self, *, running: bool) -> None:
        if self.agent is not None and not running:
            self.agent.stop()
            self.agent = None
        elif self.agent is None and running:
            self.agent = Agent(self.config)
            self.agent.daily.catch_up()

    def live(self, first: date, last: date, events: dict[datetime, Any]) -> None:
        """From the hour on `first` to just after it on `last`: rounds, days that are told, and what happens between."""
        moments: dict[datetime, Any] = {}
        day = first
        while day <= last:
            moments[at(day, 8) + timedelta(seconds=5)] = self._tell
            if day < last:
                moments |= {at(day if hour > 8 else day + timedelta(days=1), hour): self._round for hour in ROUNDS}
            day += timedelta(days=1)
        for moment in sorted({*moments, *events}, key=datetime.timestamp):
            self.clock.move_to(moment)
            for action in (events.get(moment), moments.get(moment)):
                if action is not None:
                    action()

    def _round(self) -> None:
        if self.agent is not None:
            self.agent.make_rounds()

    def _tell(self) -> None:
        if self.agent is not None:
            for _ in range(2):
                self.agent.daily.catch_up()

    def records(self) -> dict[str, Record]:
        """Every record in the log's folder, by the name of its folder."""
        found = {}
        for folder in sorted((self.folder / "log").iterdir()):
            found[folder.name] = json.loads(
                (folder / f"maintenance-log-{folder.name}.json").read_text(encoding="utf-8")
            )
        return found

    def ask(self, query: str, *values: object) -> list[Any]:
        with closing(sqlite3.connect(self.folder / "history.db")) as connection:
            return connection.execute(query, values).fetchall()


@pytest.fixture(scope="module")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    if not Path(SSHD).exists():
        pytest.skip("no sshd here")
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    started = Sshd(tmp_path_factory.mktemp("sshd"))
    started.trusted()
    yield started
    started.close()


@contextmanager
def world(folder: Path, sshd: Sshd, begin: datetime) -> Iterator[World]:
    with pytest.MonkeyPatch.context() as patch, time_machine.travel(begin, tick=True) as clock:
        # What is due is told by elapsed time, which nobody can move: here it goes with the clock.
        elapsed = SimpleNamespace(time=time.time, monotonic=time.time)
        patch.setattr(conducting, "time", elapsed)
        # Forty processes that each begin anew would take longer than all the rest.
        for module in (maintenance_log, periods):
            patch.setattr(module, "press", lambda work, *arguments: work(*arguments))
        made = World(folder, sshd, clock)
        try:
            yield made
        finally:
            made.set_agent(running=False)


FAR_AWAY = (at(date(2026, 10, 8), 8, 30), at(date(2026, 10, 9), 8, 30))
DOWN = (at(date(2026, 10, 18), 6, 30), at(date(2026, 10, 20), 10))
NO_BACKUP = (at(date(2026, 10, 22), 10), at(date(2026, 10, 24), 10))


@pytest.fixture(scope="module")
def october(tmp_path_factory: pytest.TempPathFactory, sshd: Sshd) -> Iterator[World]:
    """October 2026 in Berlin, from its first day at 08:00 to the first of November at 08:00."""
    first, last = date(2026, 10, 1), date(2026, 11, 1)
    with world(tmp_path_factory.mktemp("october"), sshd, at(first, 8)) as made:
        made.set_agent(running=True)
        made.live(
            first,
            last,
            {
                FAR_AWAY[0]: lambda: made.set_far(there=False),
                FAR_AWAY[1]: lambda: made.set_far(there=True),
                DOWN[0]: lambda: made.set_agent(running=False),
                DOWN[1]: lambda: made.set_agent(running=True),
                NO_BACKUP[0]: lambda: made.set_backup(there=False),
                NO_BACKUP[1]: lambda: made.set_backup(there=True),
            },
        )
        yield made


def days_of(made: World) -> dict[str, Record]:
    return {name: record for name, record in made.records().items() if "kind" not in record}


def periods_of(made: World, kind: str) -> dict[str, Record]:
    return {name: record for name, record in made.records().items() if record.get("kind") == kind}


def test_each_day_week_and_month_is_told_once(october: World) -> None:
    expected = [(date(2026, 10, 2) + timedelta(days=n)).isoformat() for n in range(31)]
    assert sorted(days_of(october)) == expected
    assert sorted(periods_of(october, "week")) == ["2026-W40", "2026-W41", "2026-W42", "2026-W43"]
    assert sorted(periods_of(october, "month")) == ["2026-10"]
    kept = Counter(kind for (kind,) in october.ask("SELECT kind FROM ledger WHERE kind IN ('day', 'week', 'month')"))
    assert kept == {"day": 31, "week": 4, "month": 1}
    assert october.ask("SELECT * FROM untold") == []
    assert october.agent is not None
    assert october.agent.history.broken_records() == ()


def test_one_night_has_25_hours_and_one_report(october: World) -> None:
    hours = {name: _hours(record) for name, record in days_of(october).items()}
    assert [name for name, length in hours.items() if length != 24] == ["2026-10-25"]
    assert hours["2026-10-25"] == 25
    (month,) = periods_of(october, "month").values()
    assert {day["date"]: day["hours"] for day in month["days"]} == hours


def _hours(record: Record) -> float:
    begin, end = (datetime.fromisoformat(record[key]) for key in ("begins_at", "ends_at"))
    return (end - begin).total_seconds() / 3600


def test_the_month_is_the_sum_of_its_days(october: World) -> None:
    days = list(days_of(october).values())
    (month,) = periods_of(october, "month").values()
    assert_is_sum(month, days)
    assert (month["figures"]["days_due"], month["figures"]["days_made"]) == (31, 31)


def test_each_week_is_the_sum_of_its_days_and_the_weeks_with_the_days_around_them_are_the_month(october: World) -> None:
    days = days_of(october)
    weeks = periods_of(october, "week")
    for week in weeks.values():
        assert_is_sum(week, [days[day["date"]] for day in week["days"] if day["made"]])
    assert [weeks["2026-W40"]["figures"][key] for key in ("days_due", "days_made")] == [7, 4]
    assert all(week["figures"]["days_made"] == 7 for name, week in weeks.items() if name != "2026-W40")
    (month,) = periods_of(october, "month").values()
    rest = [record for name, record in days.items() if name > weeks["2026-W43"]["date"]]
    for key, of_day in SUMS.items():
        assert month["figures"][key] == sum(week["figures"][key] for week in weeks.values()) + sum(map(of_day, rest))


SUMS: dict[str, Callable[[Record], int]] = {
    "rounds": lambda day: day["statistics"]["rounds"]["made"],
    "rounds_failed": lambda day: day["statistics"]["rounds"]["failed"],
    "normal": lambda day: day["statistics"]["items"]["normal"],
    "warning": lambda day: day["statistics"]["items"]["warning"],
    "critical": lambda day: day["statistics"]["items"]["critical"],
    "unchecked": lambda day: day["statistics"]["items"]["not_checked"],
    "ended": lambda day: day["statistics"]["incidents"]["resolved"],
    "changes": lambda day: sum(host["total"] for host in day["changes"]),
}


def assert_is_sum(period: Record, days: list[Record]) -> None:
    figures = period["figures"]
    for key, of_day in SUMS.items():
        assert figures[key] == sum(map(of_day, days)), key
    seen = {(i["host"], i["check"], i["item"], i["began_at"]) for day in days for i in day["incidents"]}
    assert {(i["host"], i["check"], i["item"], i["began_at"]) for i in period["incidents"]} == seen
    assert figures["incidents"] == len(seen) == figures["ended"] + figures["open"] + figures["lapsed"]


def test_availability_is_what_the_tables_say(october: World) -> None:
    (month,) = periods_of(october, "month").values()
    begin, end = (datetime.fromisoformat(month[key]).timestamp() for key in ("begins_at", "ends_at"))
    query = """SELECT hosts.name, COUNT(*), SUM(reason IS NOT NULL) FROM runs JOIN hosts ON hosts.id = host_id
               WHERE finished_at >= ? AND finished_at < ? GROUP BY hosts.name"""
    made = {host: (rounds, failed) for host, rounds, failed in october.ask(query, begin, end)}
    told = {host["name"]: (host["rounds"], host["rounds_failed"]) for host in month["hosts"]}
    assert told == made
    assert told["here"][1] == 0
    assert told["far"][1] == len(ROUNDS), "those of one day"
    assert month["hosts"][0]["name"] == "far", "the least available first"
    reached, all_rounds = sum(r - f for r, f in made.values()), sum(r for r, _ in made.values())
    assert month["figures"]["availability"] == reached / all_rounds


def test_incidents_are_what_the_tables_say_each_once(october: World) -> None:
    (month,) = periods_of(october, "month").values()
    query = """SELECT hosts.name, items."check", transitions.before, transitions.after, transitions.since
               FROM transitions JOIN items ON items.id = item_id JOIN hosts ON hosts.id = items.host_id
               WHERE transitions.kind = 'hard' AND items."check" IN ('reachable', 'backup_freshness')
               AND (transitions.reason IS NULL OR items."check" = 'reachable') AND transitions.before IS NOT NULL
               ORDER BY transitions.id"""
    begun, mended = [], []
    for host, check, before, after, since in october.ask(query):
        if before == 0 and after:
            begun.append((host, check, since))
        elif before and not after:
            mended.append((host, check, since))
    told = [i for i in month["incidents"] if i["check"] in ("reachable", "backup_freshness")]
    assert sorted((i["host"], i["check"], _at(i["began_at"])) for i in told) == sorted(_rounded(begun))
    assert sorted((i["host"], i["check"], _at(i["ended_at"])) for i in told) == sorted(_rounded(mended))
    assert [(i["host"], i["check"]) for i in told] == [("far", "reachable"), ("here", "backup_freshness")]
    assert sum(i["check"] == "backup_freshness" for day in days_of(october).values() for i in day["incidents"]) == 3


def _at(written: str) -> int:
    return round(datetime.fromisoformat(written).timestamp())


def _rounded(found: list[tuple[str, str, float]]) -> list[tuple[str, str, int]]:
    return [(host, check, int(since)) for host, check, since in found]


def test_backups_are_counted_set_by_set_and_day_by_day(october: World) -> None:
    (month,) = periods_of(october, "month").values()
    failed = {
        (line["host"], day["date"])
        for line in month["backups"]
        for day, state in zip(month["days"], line["days"], strict=True)
        if state in ("warn", "crit")
    }
    assert failed == {("here", day) for day in ("2026-10-23", "2026-10-24")}
    judged = {
        (item["host"], name): item["state"]
        for name, day in days_of(october).items()
        for item in day["items"]
        if item["check"] == "backup_freshness" and item["reason"] != "not_applicable"
    }
    figures = month["figures"]
    assert figures["backups_due"] == len(judged)
    assert figures["backups_ok"] == sum(state == "ok" for state in judged.values())


def test_days_without_the_agent_are_told_as_such_and_cost_no_server_anything(october: World) -> None:
    days = days_of(october)
    (month,) = periods_of(october, "month").values()
    down = [day["date"] for day in month["days"] if day["gap_seconds"] >= day["hours"] * 3600]
    assert down == ["2026-10-19", "2026-10-20"]
    assert all(days[day]["statistics"]["rounds"]["made"] == 0 for day in down)
    gap = (DOWN[1] - DOWN[0]).total_seconds()
    assert month["figures"]["gap_seconds"] == pytest.approx(gap, abs=60)
    assert month["figures"]["days_down"] == 2


def test_the_week_that_ended_while_the_agent_was_down_is_made_when_it_is_back(october: World) -> None:
    week = periods_of(october, "week")["2026-W42"]
    assert datetime.fromisoformat(week["made_at"]).date() == DOWN[1].date()
    assert week["before_number"] == periods_of(october, "week")["2026-W41"]["number"]
    assert week["before"] == periods_of(october, "week")["2026-W41"]["figures"]


def test_a_night_of_23_hours(tmp_path: Path, sshd: Sshd) -> None:
    with world(tmp_path, sshd, at(date(2026, 3, 27), 8)) as march:
        march.set_agent(running=True)
        march.live(date(2026, 3, 27), date(2026, 3, 30), {})
        days = days_of(march)
        assert {name: _hours(record) for name, record in days.items()} == {
            "2026-03-28": 24,
            "2026-03-29": 23,
            "2026-03-30": 24,
        }
        (week,) = periods_of(march, "week").values()
        assert (week["name"], week["figures"]["days_made"]) == ("2026-W13", 3)
        assert_is_sum(week, list(days.values()))
