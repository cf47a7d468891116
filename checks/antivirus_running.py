"""Whether the antivirus runs, answers, and has its definitions renewed.

Item        the product; `antivirus` where one is required and none is installed
State       CRIT when the daemon does not run or does not answer, when real-time scanning is wanted (`real_time`) and
            off, or when none is installed and one is `required`. WARN when nothing renews the definitions, or the
            product calls itself unhealthy
Why         a stopped scanner looks like a host without viruses, and mail systems then pass or hold all mail
What to do  systemctl status clamav-daemon clamav-freshclam clamav-clamonacc; clamd takes a minute to start, and a
            gigabyte of memory: look for oom kills. Defender: mdatp health, systemctl status mdatp
Manual      2.3.2 antivirus running; form 8.5
"""

from collections.abc import Iterator

from pydantic import Field

from checks.contract import Check, Layer, Measurement, Params, Result, Section, State, Text
from collectors import antivirus
from collectors.antivirus import Antivirus
from collectors.antivirus_products import Product


class AntivirusRunningParams(Params):
    """Parameters of antivirus_running."""

    required: bool = Field(False, description="true: an antivirus must be installed on this host")
    daemon: bool = Field(True, description="false: the daemon need not run, files are scanned from time to time only")
    real_time: bool = Field(False, description="true: files must be scanned as they are opened")
    updates: bool = Field(True, description="false: it is no finding that nothing on this host renews the definitions")
    retries: int = Field(
        2, ge=1, le=100, description="how many looks in a row must agree; two, since a daemon takes a minute to start"
    )


def evaluate(facts: Antivirus, params: AntivirusRunningParams) -> Iterator[Result]:
    """One result for each product."""
    for product in facts.products:
        findings = sorted(_findings(product, params), key=lambda finding: -finding[0])
        state = max((finding[0] for finding in findings), default=State.OK)
        texts = [finding[1] for finding in findings] or [_all_well(product)]
        words = Text(en="; ".join(text.en for text in texts), zh=";".join(text.zh for text in texts))
        yield Result(product.name, state, words, (Measurement("running", float(product.daemon is not False)),))
    if params.required and not facts.products:
        text = Text(en="no antivirus is installed, one is required", zh="未安装防病毒软件(要求安装)")
        yield Result("antivirus", State.CRIT, text, (Measurement("running", 0.0),))


def _findings(product: Product, params: AntivirusRunningParams) -> Iterator[tuple[State, Text]]:
    complaints = "; ".join(product.complaints)
    because = Text(en=f" ({complaints})", zh=f"({complaints})") if complaints else Text(en="", zh="")
    if product.daemon is False and params.daemon:
        yield State.CRIT, Text(en=f"the daemon does not run{because.en}", zh=f"守护进程未运行{because.zh}")
    elif product.answers is False and params.daemon:
        yield State.CRIT, Text(en="the daemon runs, and does not answer", zh="守护进程在运行但无响应")
    elif params.real_time and product.real_time is None:
        yield State.UNKNOWN, Text(en="whether files are scanned as they are opened is not known", zh="实时防护状态未知")
    if params.real_time and product.real_time is False:
        yield State.CRIT, Text(en="real-time scanning is off", zh="实时防护未开启")
    if params.updates and product.updates is False:
        yield State.WARN, Text(en="nothing renews the definitions", zh="没有任务更新病毒库")
    if product.healthy is False:
        yield State.WARN, Text(en=f"calls itself unhealthy{because.en}", zh=f"自报状态异常{because.zh}")


def _all_well(product: Product) -> Text:
    version = f"{product.version}, " if product.version else ""
    running = (
        Text(en="running", zh="正在运行") if product.daemon else Text(en="scans when started", zh="无守护进程,按需扫描")
    )
    if product.daemon is False:
        running = Text(en="the daemon does not run", zh="守护进程未运行")
    shield = {
        True: Text(en=", real-time scanning on", zh=",实时防护已开启"),
        False: Text(en=", real-time scanning off", zh=",实时防护未开启"),
        None: Text(en="", zh=""),
    }[product.real_time]
    asked = Text(en="", zh="")
    if product.daemon and product.answers is None:
        asked = Text(en=", whether it answers is not known", zh=",是否响应未知")
    return Text(
        en=f"{version}{running.en}{asked.en}{shield.en}",
        zh=f"{version.replace(', ', ',')}{running.zh}{asked.zh}{shield.zh}",
    )


CHECK = Check(
    reads=antivirus.COLLECTOR,
    params=AntivirusRunningParams,
    evaluate=evaluate,
    title=Text(en="Antivirus", zh="防病毒软件"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.PATCHES,
)
