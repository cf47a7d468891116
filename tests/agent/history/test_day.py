from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from agent.history import History, Plan
from agent.history.lifespan import gaps
from agent.problems import Tracker
from checks.contract import State
from collectors.contract import Reason
from exporters.daily import conclude
from tests.agent.reports import BACKUP, CPU, DISK, card, failed, found, judged, report, unjudged, used

DAY = date(2026, 3, 11)
SHANGHAI = ZoneInfo("Asia/Shanghai")
END = datetime(2026, 3, 11, 8, tzinfo=SHANGHAI).timestamp()
BEGIN = END - 86400
HOUR = 3600.0


def plan(*checks, hosts=("web-01",), **others):
    due = checks or (DISK,)
    cards = tuple(card(name) for name in hosts)
    return Plan("门户平台", cards, dict.fromkeys(hosts, due), timezone="Asia/Shanghai", **others)


class Watch:
    """Feeds rounds as the agent does."""

    def __init__(self, history):
        self.history = history
        self.tracker = Tracker()

    def sees(self, *reports, retries=3):
        for one in reports:
            self.history.record(one, self.tracker.follow(one, dict.fromkeys([DISK.name, BACKUP.name], retries)), {})
        assert self.history.flush(20)

    def rounds(self, begin, times, *outcomes, **kind):
        self.sees(*(report(begin + 60 * step, *outcomes, **kind) for step in range(times)))

    def fails(self, begin, times, reason, *checks):
        self.sees(*(failed(begin + 60 * step, reason, *checks) for step in range(times)))


@pytest.fixture
def watch(history):
    return Watch(history)


def adds_up(day):
    assert len(day.items_due) == len(day.items_done) + len(day.unchecked)
    assert len(day.items_done) == len(day.normal) + len(day.abnormal)
    return day


def only(lines):
    (line,) = lines
    return line


def test_the_head(watch):
    there, away = plan(person_on_duty="王工"), card("old")
    day = watch.history.day(DAY, Plan(**{f: getattr(there, f) for f in there.__slots__} | {"out_of_service": (away,)}))
    assert (day.system, day.date, day.number, day.person_on_duty) == ("门户平台", DAY, "20260311-01", "王工")
    assert (day.begins_at, day.ends_at, day.timezone) == (BEGIN, END, "Asia/Shanghai")
    assert day.out_of_service == (away,)
    assert day.made_at > END


def test_a_good_day(watch):
    watch.rounds(BEGIN + 60, 5, judged(used("/", 0.41), used("/data", 0.42)))
    watch.rounds(END - 120, 3, judged(used("/", 0.43), used("/data", 0.44)))  # the last of them belongs to the next day
    day = adds_up(watch.history.day(DAY, plan()))
    root, data = day.items
    assert (root.item, root.state, root.summary.en, root.reason) == ("/", State.OK, "43.0% used", None)
    assert (root.checked_at, root.since, root.worst) == (END - 60, BEGIN + 60, State.OK)
    assert root.measurements[0].value == 0.43
    assert data.summary.zh == "已用 44.0%"
    host = only(day.hosts)
    assert (host.checked, host.state, host.rounds, host.rounds_failed) == (True, State.OK, 7, 0)
    assert (host.checked_at, host.reason, host.message) == (END - 60, None, "")
    assert day.incidents == ()


def test_nothing_was_ever_asked(watch):
    day = adds_up(watch.history.day(DAY, plan(DISK, BACKUP, hosts=("web-01", "web-02"))))
    assert (day.hosts_due, day.hosts_done, len(day.unchecked)) == (2, 0, 4)
    line = day.items[0]
    assert (line.item, line.state, line.reason) == ("", None, Reason.NOT_ASKED)
    assert line.summary.en == "not checked: never asked (the agent did not run)"
    assert day.hosts[0].reason is Reason.NOT_ASKED
    assert day.hosts[0].reachable_ratio is None


def test_yesterdays_ok_is_not_todays(watch):
    """An item that was well, and was not looked at since, is not checked."""
    watch.rounds(BEGIN - 600, 3, judged(used("/", 0.4)))
    watch.rounds(BEGIN + 60, 3, judged(found("cpu", State.OK), check=CPU))
    day = adds_up(watch.history.day(DAY, plan(DISK, CPU)))
    disk, cpu = day.items
    assert (disk.item, disk.state, disk.reason, disk.worst) == ("/", None, Reason.NOT_ASKED, None)
    assert cpu.state is State.OK
    assert only(day.hosts).state is State.UNKNOWN


def test_what_was_measured_is_told_beside_what_it_was_the_day_before(watch):
    watch.rounds(BEGIN + 60, 3, judged(used("/", 0.41), used("/gone", 0.42)))
    watch.history.publish_day(watch.history.day(DAY, plan()))
    watch.rounds(END + 60, 3, judged(used("/", 0.43), used("/new", 0.44)))
    day = watch.history.day(DAY + timedelta(1), plan())
    told = {line.item: ([m.value for m in line.measurements], [m.value for m in line.day_before]) for line in day.items}
    assert told == {"/": ([0.43], [0.41]), "/new": ([0.44], [])}


def test_a_problem_that_came_and_went(watch):
    watch.rounds(BEGIN + 60, 2, judged(used("/", 0.5)))
    watch.rounds(BEGIN + HOUR, 5, judged(used("/", 0.85)))
    watch.rounds(BEGIN + HOUR + 300, 5, judged(used("/", 0.95)))
    watch.rounds(BEGIN + 2 * HOUR, 5, judged(used("/", 0.5)))
    day = adds_up(watch.history.day(DAY, plan()))
    line = only(day.items)
    assert (line.state, line.worst, line.since) == (State.OK, State.CRIT, BEGIN + 2 * HOUR)
    incident = only(day.resolved)
    assert (incident.item, incident.worst, incident.summary.en) == ("/", State.CRIT, "95.0% used")
    assert (incident.began_at, incident.ended_at) == (BEGIN + HOUR, BEGIN + 2 * HOUR)
    assert day.open == ()


def test_a_problem_that_stays_is_open_each_day_since_it_began(watch):
    watch.rounds(BEGIN - HOUR, 3, judged(used("/", 0.85)))
    watch.rounds(BEGIN - 600, 3, judged(used("/", 0.95)))
    watch.rounds(END - HOUR, 3, judged(used("/", 0.97)))
    watch.rounds(END + HOUR, 4, judged(used("/", 0.5)))
    before = only(watch.history.day(DAY - timedelta(1), plan()).open)
    day = watch.history.day(DAY, plan())
    during = only(day.open)
    after = only(watch.history.day(DAY + timedelta(1), plan()).resolved)
    assert before.began_at == during.began_at == after.began_at == BEGIN - HOUR
    assert (before.worst, during.worst, after.ended_at) == (State.CRIT, State.CRIT, END + HOUR)
    assert (only(day.items).state, only(day.items).worst) == (State.CRIT, State.CRIT)
    assert watch.history.day(DAY + timedelta(2), plan()).incidents == ()


def test_a_blip_is_no_incident_and_does_not_undo_the_day(watch):
    watch.rounds(BEGIN + 60, 3, judged(used("/", 0.5)))
    watch.rounds(BEGIN + HOUR, 2, judged(used("/", 0.95)))
    watch.rounds(BEGIN + 2 * HOUR, 3, judged(used("/", 0.5)))
    watch.sees(report(END - 30, unjudged(Reason.LATE)))
    day = adds_up(watch.history.day(DAY, plan()))
    assert day.incidents == ()
    assert (only(day.items).state, only(day.items).worst, only(day.items).checked_at) == (
        (State.OK, State.OK, BEGIN + 2 * HOUR + 120)
    )


def test_a_host_that_was_never_reached(watch):
    watch.rounds(BEGIN - HOUR, 3, judged(used("/", 0.5)))
    watch.fails(BEGIN + 60, 10, Reason.AUTH_FAILED, DISK)
    day = adds_up(watch.history.day(DAY, plan()))
    host, line = only(day.hosts), only(day.items)
    assert (host.checked, host.state, host.rounds, host.rounds_failed) == (False, None, 10, 10)
    assert (host.reason, host.message, host.reachable_ratio) == (Reason.AUTH_FAILED, "connect timed out", 0)
    assert (line.item, line.state, line.reason) == ("/", None, Reason.AUTH_FAILED)
    incident = only(day.open)
    assert (incident.check.name, incident.worst, incident.began_at) == ("reachable", State.UNKNOWN, BEGIN + 60)


def test_a_host_left_alone_is_no_failed_round(watch):
    watch.fails(BEGIN + 60, 3, Reason.REFUSED, DISK)
    watch.sees(replace(failed(BEGIN + 61, Reason.REFUSED, BACKUP), asked=False))
    day = adds_up(watch.history.day(DAY, plan(DISK, BACKUP)))
    assert (only(day.hosts).rounds, [line.reason for line in day.items]) == (3, [Reason.REFUSED] * 2)


def test_a_warning_that_cannot_be_looked_at_any_more_stays_a_problem(watch):
    watch.rounds(BEGIN + 60, 3, judged(used("/", 0.85)))
    watch.rounds(BEGIN + HOUR, 5, judged(found("/", State.UNKNOWN)))
    incident = only(adds_up(watch.history.day(DAY, plan(DISK))).open)
    assert (incident.worst, incident.summary.en, incident.ended_at) == (State.WARN, "85.0% used", None)


def test_while_the_host_was_down_a_problem_neither_ended_nor_began(watch):
    watch.rounds(BEGIN + 60, 3, judged(used("/", 0.95), used("/ok", 0.1)))
    watch.fails(BEGIN + HOUR, 5, Reason.UNREACHABLE, DISK)
    watch.rounds(BEGIN + 2 * HOUR, 5, judged(used("/", 0.95), used("/ok", 0.1)))
    day = adds_up(watch.history.day(DAY, plan()))
    disk = only(i for i in day.incidents if i.check == DISK)
    assert (disk.item, disk.began_at, disk.ended_at) == ("/", BEGIN + 60, None)
    down = only(i for i in day.incidents if i.check != DISK)
    assert (down.began_at, down.ended_at) == (BEGIN + HOUR, BEGIN + 2 * HOUR)
    assert (only(day.hosts).rounds, only(day.hosts).rounds_failed) == (13, 5)


def test_a_check_without_its_right_is_not_checked_and_a_problem(watch):
    watch.rounds(BEGIN + 60, 4, unjudged(Reason.NO_PERMISSION, "sudo: a password is required", BACKUP))
    day = adds_up(watch.history.day(DAY, plan(BACKUP)))
    line = only(day.unchecked)
    assert (line.item, line.state, line.reason) == ("", None, Reason.NO_PERMISSION)
    assert line.summary.zh == "未检查:权限不足(sudo 需要密码)"
    assert only(day.incidents).worst is State.UNKNOWN
    assert only(day.hosts).state is State.UNKNOWN


def test_a_start_of_the_agent_at_the_end_of_the_day_undoes_nothing(watch):
    watch.rounds(BEGIN + 60, 3, judged(found("cpu", State.OK), check=CPU))
    watch.sees(failed(END - 90, Reason.INTERRUPTED, CPU), report(END - 30, unjudged(Reason.FIRST_LOOK, check=CPU)))
    day = adds_up(watch.history.day(DAY, plan(CPU)))
    assert (only(day.items).state, only(day.items).checked_at) == (State.OK, BEGIN + 180)
    assert (only(day.hosts).rounds, only(day.hosts).rounds_failed) == (4, 0)


def test_a_rate_that_was_looked_at_only_once_is_not_due(watch):
    watch.sees(report(END - 30, unjudged(Reason.FIRST_LOOK, check=CPU)))
    day = adds_up(watch.history.day(DAY, plan(CPU)))
    assert (only(day.items).reason, day.items_due) == (Reason.FIRST_LOOK, ())


@pytest.mark.parametrize("outcome", [unjudged(Reason.NOT_APPLICABLE), judged()])
def test_what_does_not_apply_is_not_due(watch, outcome):
    watch.rounds(BEGIN + 60, 3, outcome, judged(found("cpu", State.OK), check=CPU))
    day = adds_up(watch.history.day(DAY, plan(DISK, CPU)))
    disk, _ = day.items
    assert (disk.item, disk.state, disk.reason) == ("", None, Reason.NOT_APPLICABLE)
    assert (len(day.items_due), len(day.normal), only(day.hosts).state) == (1, 1, State.OK)


def test_what_did_not_apply_the_day_before_is_not_due_when_nobody_looks(watch):
    watch.rounds(BEGIN + 60, 3, unjudged(Reason.NOT_APPLICABLE), judged(found("cpu", State.OK), check=CPU))
    for days in range(3):
        day = adds_up(watch.history.day(DAY + timedelta(days), plan(DISK, CPU)))
        watch.history.publish_day(day)
        assert [line.check.name for line in day.items_due] == [CPU.name]
    disk, cpu = day.items
    assert (disk.reason, cpu.reason) == (Reason.NOT_APPLICABLE, Reason.NOT_ASKED)


def test_an_unknown_of_the_checks_own_is_named_unchecked(watch):
    watch.rounds(BEGIN + 60, 3, judged(found("/", State.UNKNOWN, "no answer from the array")))
    day = adds_up(watch.history.day(DAY, plan()))
    line = only(day.unchecked)
    assert (line.state, line.reason, line.summary.en) == (State.UNKNOWN, None, "no answer from the array")


def test_an_item_that_is_gone_is_not_listed_but_its_end_is_told(watch):
    watch.rounds(BEGIN + 60, 3, judged(used("/", 0.5), used("/mnt", 0.95)))
    watch.rounds(BEGIN + HOUR, 3, judged(used("/", 0.5)))
    day = watch.history.day(DAY, plan())
    assert [line.item for line in day.items] == ["/"]
    assert (only(day.resolved).item, only(day.resolved).ended_at) == ("/mnt", BEGIN + HOUR)
    assert [line.item for line in watch.history.day(DAY - timedelta(1), plan()).items] == [""]


def test_hosts_and_checks_that_are_not_in_the_plan_are_left_out(watch):
    watch.rounds(BEGIN + 60, 3, judged(used("/", 0.95)), judged(found("db", State.CRIT), check=BACKUP))
    watch.rounds(BEGIN + 60, 3, judged(used("/", 0.95)), host="web-09")
    day = watch.history.day(DAY, plan(BACKUP))
    assert [(line.host, line.check.name) for line in day.items] == [("web-01", BACKUP.name)]
    assert [incident.check.name for incident in day.incidents] == [BACKUP.name]


def test_a_day_long_past_is_told_from_what_is_kept(watch):
    watch.rounds(BEGIN + HOUR, 3, judged(used("/", 0.95)))
    for later in range(1, 4):
        watch.rounds(END + later * 86400, 3, judged(used("/", 0.2)))
    day = adds_up(watch.history.day(DAY, plan()))
    line = only(day.items)
    assert (line.state, line.summary.en, line.checked_at) == (State.CRIT, "95.0% used", BEGIN + HOUR + 120)
    assert (line.measurements, len(day.open)) == ((), 1)


def test_the_day_may_end_within_an_hour(watch):
    """At 08:30 in Calcutta it is 03:00 in Greenwich, at 08:10 it is not on the hour anywhere."""
    late = plan(at=time(8, 10))
    end = END + 600
    watch.rounds(end - 300, 10, judged(used("/", 0.5)))
    watch.fails(end + 300, 5, Reason.REFUSED)
    today, tomorrow = (watch.history.day(DAY + timedelta(n), late) for n in (0, 1))
    assert [(only(d.hosts).rounds, only(d.hosts).rounds_failed) for d in (today, tomorrow)] == [(5, 0), (10, 5)]
    assert only(today.items).checked_at == end - 60


def test_a_host_reached_before_the_day_within_its_first_hour_was_not_reached_in_it(watch):
    half = plan(at=time(8, 30))
    begin, _ = half.period(DAY)
    watch.rounds(begin - 900, 3, judged(used("/", 0.41)))
    watch.fails(begin + 60, 4, Reason.UNREACHABLE, DISK)
    day = adds_up(watch.history.day(DAY, half))
    assert (day.hosts_done, only(day.hosts).rounds, only(day.hosts).rounds_failed) == (0, 4, 4)
    assert only(day.items).reason is Reason.UNREACHABLE


def test_a_day_has_the_hours_the_clocks_give_it(history):
    berlin = Plan("x", (), {}, timezone="Europe/Berlin")
    days = [history.day(day, berlin) for day in (date(2026, 3, 28), date(2026, 3, 29), date(2026, 10, 25))]
    assert [(day.ends_at - day.begins_at) / HOUR for day in days] == [24, 23, 25]
    at_night = Plan("x", (), {}, timezone="Europe/Berlin", at=time(2, 30))  # there is no such time on this day
    assert history.day(date(2026, 3, 29), at_night).ends_at == datetime(2026, 3, 29, 1, 30, tzinfo=UTC).timestamp()


def test_a_day_that_has_not_ended_tells_what_is_known(watch):
    watch.rounds(BEGIN + 60, 3, judged(used("/", 0.5)))
    day = watch.history.day(DAY, plan(), made_at=BEGIN + HOUR)
    assert (only(day.items).state, day.made_at) == (State.OK, BEGIN + HOUR)
    assert day.gaps == ((BEGIN, BEGIN + HOUR),)


def test_the_days_agree_with_whoever_asks_again(url):
    with History.open(url) as first:
        watch = Watch(first)
        watch.rounds(BEGIN + 60, 5, judged(used("/", 0.95)))
        day = first.day(DAY, plan(), made_at=END)
    with History.open(url) as second:
        assert second.day(DAY, plan(), made_at=END) == day


@pytest.mark.parametrize(
    ("alive", "expected"),
    [
        ([], [(0, 1000)]),
        ([(-5, 2000)], []),
        ([(100, 900)], [(0, 100), (900, 1000)]),
        ([(0, 400), (420, 1000)], []),  # a restart
        ([(0, 400), (500, 1000)], [(400, 500)]),
        ([(500, 1000), (0, 600), (100, 200)], []),
        ([(0, 990)], []),
    ],
)
def test_gaps_are_what_no_life_covers(alive, expected):
    assert list(gaps(alive, 0, 1000)) == expected


def test_before_its_very_first_start_the_agent_was_no_gap(url, time_machine):
    time_machine.move_to(END - 600, tick=False)
    with History.open(url) as first:
        time_machine.move_to(END + 5, tick=False)
        day = first.day(DAY, plan())
    assert (day.gaps, day.began_at, day.unwatched_seconds) == ((), END - 600, END - 600 - BEGIN)
    assert "巡检自03-11 07:50开始，此前情况未知。" in conclude(day).in_language("zh")


def test_the_agent_knows_when_it_did_not_run(url, time_machine):
    time_machine.move_to(BEGIN - 3600, tick=False)
    with History.open(url):
        time_machine.move_to(BEGIN + 3600, tick=False)
    time_machine.move_to(BEGIN + 7200, tick=False)
    killed = History.open(url)
    killed.start()
    time_machine.move_to(BEGIN + 10000, tick=False)
    killed.heartbeat()
    assert killed._writer._lifespan.is_due
    Watch(killed).rounds(BEGIN + 10000, 1, judged(used("/", 0.5)))
    time_machine.move_to(BEGIN + 20000, tick=False)
    # no heartbeat, no stop: another life finds it dead
    with History.open(url) as heir:
        assert heir.first_run_at() == BEGIN - 3600
        time_machine.move_to(END + 5, tick=False)
        day = heir.day(DAY, plan())
    assert day.gaps == ((BEGIN + 3600, BEGIN + 7200), (BEGIN + 10000, BEGIN + 20000))
    killed.stop(5)
