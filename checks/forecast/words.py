"""A forecast in the words of a summary."""

from checks.contract import Text, duration_text, format_bytes
from checks.forecast.grading import Grades
from checks.forecast.outlook import Outlook
from checks.forecast.series import DAY, HOUR


def too_little(seen_seconds: float, needed_seconds: float) -> Text:
    """While the history is too short."""
    seen, needed = duration_text(seen_seconds // 60 * 60), duration_text(needed_seconds)
    return Text(en=f"too little history yet: {seen.en} of {needed.en}", zh=f"历史数据不足:{seen.zh},需要 {needed.zh}")


def course(outlook: Outlook) -> Text:
    """How it grows and when it will be full, if it does."""
    if outlook.growth is None:
        return Text(en="no steady growth", zh="无稳定增长趋势")
    if outlook.full_in is None:
        return Text(en="not filling up", zh="未见持续增长")
    rate = format_bytes(outlook.growth.rate * DAY)
    if outlook.full_in == 0:
        return Text(en=f"full, and still growing at {rate}/day", zh=f"已满,且仍以每天 {rate} 的速度增长")
    time, range_ = duration_text(outlook.full_in), _range(outlook)
    lasted = duration_text(outlook.growth.lasted_seconds // HOUR * HOUR)
    since = Text(en=f" since {lasted.en}", zh=f"(已持续 {lasted.zh})") if outlook.growth.is_run else Text(en="", zh="")
    return Text(
        en=f"full in {time.en}{range_.en} at {rate}/day{since.en}",
        zh=f"按每天增长 {rate} 计算{since.zh},{time.zh}后写满{range_.zh}",
    )


def _range(outlook: Outlook) -> Text:
    if outlook.earliest is None:
        return Text(en="", zh="")
    first = duration_text(outlook.earliest)
    if outlook.latest is None:
        return Text(en=f" (at the earliest in {first.en})", zh=f"(最早 {first.zh}后)")
    last = duration_text(outlook.latest)
    if first == last:
        return Text(en="", zh="")
    return Text(en=f" ({first.en} to {last.en})", zh=f"({first.zh}至 {last.zh})")


def beyond_reach(outlook: Outlook) -> Text:
    """Why a time below a level is no alert: the growth has not lasted long enough."""
    lasted = duration_text(outlook.growth.lasted_seconds // HOUR * HOUR if outlook.growth else 0.0)
    return Text(
        en=f"; not alerting: it has been growing like this for {lasted.en} only",
        zh=f";不告警:该增长仅持续了 {lasted.zh}",
    )


def badly_graded(grades: Grades) -> Text:
    """Why a time below a level is no alert: earlier forecasts were wrong."""
    return Text(
        en=f"; not alerting: {grades.wrong} of {grades.graded} forecasts of the last week were wrong",
        zh=f";不告警:最近一周 {grades.graded} 次预测中有 {grades.wrong} 次不准",
    )
