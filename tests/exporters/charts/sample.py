"""A chart and a calendar with all that can be in them: gaps, an hour alone, levels, every state."""

from datetime import date, timedelta

from checks.contract import State, Unit
from exporters.daily.document import Calendar, CalendarLine, Chart, Curve, Stretch

HOURS = tuple(f"{(8 + hour) % 24:02d}" for hour in range(24))


def curve(name: str, base: float, gaps: tuple[int, ...] = ()) -> Curve:
    steps = tuple(
        None if hour in gaps else Stretch(base + hour / 500, base + hour / 500 - 0.02, base + hour / 400 + 0.03)
        for hour in range(24)
    )
    return Curve(name, "/var", "peak 93.2 %", steps, "80 % / 90 %")


def chart(*curves: Curve) -> Chart:
    given = curves or (curve("db-01", 0.88, (5, 6)), curve("db-02", 0.6, (10, 12)), curve("文件-01", 0.59))
    return Chart("磁盘使用率", Unit.RATIO, HOURS, given, 1.0, 0.8, 0.9)


def calendar(name: str = "db-01") -> Calendar:
    days = tuple(date(2026, 11, 21) - timedelta(27 - back) for back in range(28))
    mixed = (None,) * 5 + (State.OK,) * 20 + (State.WARN, State.CRIT, State.UNKNOWN)
    legend = (
        (State.OK, "normal"),
        (State.WARN, "warning"),
        (State.CRIT, "critical"),
        (State.UNKNOWN, "not checked"),
        (None, "no record"),
    )
    return Calendar("Backup", days, (CalendarLine(name, "db", mixed), CalendarLine("b", "", (State.OK,) * 28)), legend)
