"""How things went over the days of a period: what fills, and how well servers were patched."""

from collections.abc import Iterable

from checks.contract import Unit
from exporters.daily.document import Chart, Curve, Stretch
from exporters.periodic.capacity import filling
from exporters.periodic.view import PeriodView, of, share

MOST_CURVES = 5


def course_chart(view: PeriodView) -> tuple[Chart, ...]:
    """The file systems that are full soonest; none where nothing fills."""
    lines = [line for line in filling(view.period.capacity) if line.course][:MOST_CURVES]
    curves = tuple(Curve(line.host, line.item, share(line.last), _steps(line.course)) for line in lines)
    return _chart(view, view.say("Full soonest, day by day", "最先写满的文件系统逐日走势"), curves)


def patch_chart(view: PeriodView) -> tuple[Chart, ...]:
    """The share of servers without a waiting security update."""
    days = view.period.days
    shares = [day.patches_covered / day.patches_judged if day.patches_judged else None for day in days]
    figures = view.period.figures
    name, value = view.say("all servers", "全部服务器"), of(figures.patches_covered, figures.patches_judged)
    curves = (Curve(name, "", value, _steps(shares)),) if len([one for one in shares if one is not None]) > 1 else ()
    return _chart(view, view.say("Patch coverage day by day", "补丁覆盖率逐日走势"), curves)


def _steps(shares: Iterable[float | None]) -> tuple[Stretch | None, ...]:
    return tuple(None if share is None else Stretch(share, share, share) for share in shares)


def _chart(view: PeriodView, title: str, curves: tuple[Curve, ...]) -> tuple[Chart, ...]:
    ticks = tuple(f"{day.date:%d}" for day in view.period.days)
    return (Chart(title, Unit.RATIO, ticks, curves, top=1.0),) if curves else ()
