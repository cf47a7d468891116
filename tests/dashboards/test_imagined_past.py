"""The past that pictures are drawn with ends in what is, and does nothing that a real one could not."""

import math

import pytest

from tests.dashboards.imagined_past import Series, copies, course, past

TIMES = range(1_800_000_000, 1_800_043_201, 60)


def _past(name: str, value: float, **labels: str) -> list[float | None]:
    return list(past(Series({"__name__": name, **labels}, value), TIMES, course(3, TIMES)))


@pytest.mark.parametrize("name", ["node_cpu_seconds_total", "rounds_cpu_usage_busy_ratio", "node_memory_Cached_bytes"])
def test_it_ends_with_what_is(name: str) -> None:
    values = _past(name, 0.375)

    assert len(values) == len(TIMES)
    assert values[-1] == pytest.approx(0.375)


def test_a_counter_only_grows() -> None:
    values = [value for value in _past("node_network_receive_bytes_total", 5e9) if value is not None]

    assert values == sorted(values)
    assert values[0] < values[-1]


def test_a_ratio_stays_a_ratio() -> None:
    assert all(value is not None and 0 <= value <= 1 for value in _past("rounds_disk_usage_used_ratio", 0.97))


def test_a_problem_is_open_from_its_start() -> None:
    whose = {"host": "web-01", "check": "services", "item": "a"}
    hosts = [{**whose, "host": f"web-{number:02}"} for number in range(20)]
    for labels in hosts:
        states = _past("rounds_check_state", 3.0, **labels)
        starts = _past("rounds_problem_start_timestamp_seconds", TIMES[-1] - 5.0, **labels)
        assert [state == 3 for state in states] == [start is not None for start in starts]

    assert any(_past("rounds_check_state", 3.0, **labels)[0] == 0 for labels in hosts)


def test_what_is_whole_or_no_number_stands_still() -> None:
    assert set(_past("rounds_hosts", 12.0)) == {12.0}
    assert all(value is not None and math.isnan(value) for value in _past("rounds_load_ratio", math.nan))


def test_hosts_are_copied_and_what_is_of_no_host_is_not() -> None:
    of_a_host = Series({"__name__": "up", "host": "web-01", "instance": "web-01"}, 1.0)
    of_the_agent = Series({"__name__": "rounds_hosts", "instance": "127.0.0.1:9610"}, 3.0)

    assert [copy.labels["host"] for copy in copies(of_a_host, 3)] == ["web-01", "web-101", "web-201"]
    assert list(copies(of_the_agent, 3)) == [of_the_agent]
