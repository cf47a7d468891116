"""When the antivirus last scanned the host's files, and what it found.

Item        the product
State       CRIT when an infected file was found by the last scan, or between scans within `detected_within`
            (`out_of_the_way` says what one is worth that was moved or removed); WARN and CRIT from the last scan's
            age; WARN when it looked at no file. UNKNOWN when no scan is known of: no log of one is there, or it is
            closed to the login
Why         an infected file on a server is handed on to everybody who opens it; a scan that no longer runs finds none
What to do  isolate the file, find out how it came there and who had it; scan again, the problem ends with a clean scan.
            No scan known: let the job write `clamscan --log=/var/log/clamav/clamscan.log`, or name its log in `logs`
Manual      2.3.2 scans; form 8.5
"""

from collections.abc import Iterator, Sequence

from pydantic import Field

from checks.contract import (
    Check,
    Duration,
    Layer,
    Measurement,
    Params,
    Result,
    Section,
    State,
    Text,
    Unit,
    UpperLevels,
    duration_text,
)
from checks.contract.severity import Severity
from checks.contract.threshold import crossed_duration
from checks.infected_files import infected_files, told
from collectors import antivirus
from collectors.antivirus import Antivirus
from collectors.antivirus_products import Product

DAY = 86400.0


class AntivirusScansParams(Params):
    """Parameters of antivirus_scans."""

    last_scan: UpperLevels[Duration] = Field(
        UpperLevels[Duration](warn=7 * DAY, crit=14 * DAY), description="since a scan last came to its end"
    )
    out_of_the_way: Severity = Field(
        Severity.CRIT, description="what infected files are worth that were all moved, quarantined or removed"
    )
    detected_within: Duration = Field(
        1 * DAY, description="how long what was found between scans is shown: by real-time scanning or the daemon"
    )
    logs: tuple[str, ...] = Field(
        (), description="logs of scans beside the usual ones in /var/log and /var/log/clamav; * and ? are allowed"
    )
    retries: int = Field(
        1, ge=1, le=100, description="how many looks in a row must agree; one, since a finding does not come and go"
    )


def arguments(params: AntivirusScansParams) -> Sequence[str]:
    """The logs to read beside the usual ones."""
    return tuple(dict.fromkeys(params.logs))


def evaluate(facts: Antivirus, params: AntivirusScansParams) -> Iterator[Result]:
    """One result for each product."""
    for product in facts.products:
        infected, count = infected_files(product, facts.now, params.last_scan.crit, params.detected_within)
        state, words = _age(product, facts.now, params)
        if hidden := _hidden(product):
            state, words = max(state, State.UNKNOWN), Text(en=f"{words.en}; {hidden.en}", zh=f"{words.zh};{hidden.zh}")
        if count:
            left = not infected or any(not one.disposition.is_out_of_the_way for one in infected)
            found, words_of_it = State.CRIT if left else params.out_of_the_way.state, told(infected, count)
            state, words = (
                max(state, found),
                Text(en=f"{words_of_it.en}; {words.en}", zh=f"{words_of_it.zh};{words.zh}"),
            )
        yield Result(product.name, state, words, tuple(_measured(product, facts.now, count, params)))


def _age(product: Product, now: int, params: AntivirusScansParams) -> tuple[State, Text]:
    if not product.scans:
        return State.UNKNOWN, _no_scan(product)
    newest = max(product.scans, key=lambda scan: scan.ended_at)
    age = max(0, now - newest.ended_at)
    state = params.last_scan.judge(age)
    ago, mark = duration_text(age), crossed_duration(params.last_scan, state)
    files = (
        Text(en=f", {newest.files} files", zh=f",{newest.files} 个文件") if newest.files is not None else Text("", "")
    )
    clean = Text(en=", none infected", zh=",未发现病毒") if newest.infected == 0 and newest.files != 0 else Text("", "")
    if newest.files == 0:
        state = max(state, State.WARN)  # a folder that is not there any more, or all of it excluded
    return state, Text(
        en=f"last scan {ago.en} ago{mark.en}{files.en}{clean.en}",
        zh=f"上次扫描于 {ago.zh}前{mark.zh}{files.zh}{clean.zh}",
    )


def _no_scan(product: Product) -> Text:
    if product.complaints:
        return Text(en=f"no scan is known of: {product.complaints[0]}", zh=f"扫描情况未知:{product.complaints[0]}")
    return Text(en="no scan is known of; name its log in `logs`", zh="未找到扫描记录,请在 logs 中指定日志")


def _hidden(product: Product) -> Text | None:
    """The logs that may tell of more, and are closed to the login."""
    logs = [path for path in product.closed if path.startswith("/var/log/") or path.endswith(".log")]
    if not logs:
        return None
    more = f" (+{len(logs) - 1})" if len(logs) > 1 else ""
    return Text(
        en=f"the login may not read {logs[0]}{more}: `sudo: true`, or the group that may",
        zh=f"登录用户无权读取 {logs[0]}{more}:请设置 sudo: true 或加入相应用户组",
    )


def _measured(product: Product, now: int, infected: int, params: AntivirusScansParams) -> Iterator[Measurement]:
    yield Measurement("infected", infected)
    if product.scans:
        newest = max(product.scans, key=lambda scan: scan.ended_at)
        age, levels = max(0, now - newest.ended_at), params.last_scan
        yield Measurement("last_scan_age", age, Unit.SECONDS, levels.warn, levels.crit)
        if newest.files is not None:
            yield Measurement("scanned_files", newest.files)


CHECK = Check(
    reads=antivirus.COLLECTOR,
    params=AntivirusScansParams,
    evaluate=evaluate,
    title=Text(en="Antivirus scans", zh="病毒扫描"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.PATCHES,
    arguments=arguments,
)
