"""Whether mail goes out: how much of it waits, since when, and whether the mail server runs.

Item        the mail server: `postfix`, `exim`
State       WARN and CRIT from the number of messages, of those put off (deferred), of those held or frozen, and from
            how long the oldest has waited. Of a server that does not run CRIT when mail waits, or when it must run;
            UNKNOWN when it does not list its queue
Why         alarms, reports and customers' letters leave by mail; a stuck queue is noticed by those who miss them
What to do  postqueue -p, or exim -bp: the reason stands beside each message. A relay or name server that is down;
            full mailboxes; a flood from a script or a stolen account (postsuper -h ALL). Then postqueue -f, exim -qff
Manual      2.1.5 mail services; 2.1.5 queue; mail form
"""

from collections.abc import Iterator, Mapping

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
from checks.contract.threshold import crossed, crossed_duration
from collectors import mail_queue
from collectors.mail_queue import MailQueue, MailQueues
from collectors.queued_mail import Waiting

_NOTHING = Waiting(0, 0, 0)
_KINDS = {
    "connection refused": "连接被拒绝",
    "timed out": "超时",
    "network unreachable": "网络不可达",
    "name not resolved": "域名无法解析",
    "greylisted": "灰名单",
    "mailbox full": "邮箱已满",
    "TLS": "TLS 错误",
    "authentication": "认证失败",
    "rate limited": "发送受限",
    "refused for now by the other side": "对方暂时拒收",
    "other": "其他",
}


class MailQueueParams(Params):
    """Parameters of mail_queue."""

    messages: UpperLevels[int] = Field(
        UpperLevels[int](warn=500, crit=2000), description="messages in all queues together"
    )
    deferred: UpperLevels[int] = Field(
        UpperLevels[int](warn=10, crit=50), description="messages that could not be delivered yet"
    )
    held: UpperLevels[int] = Field(
        UpperLevels[int](warn=10, crit=None),
        description="messages held (postfix) or frozen (exim) until a person looks",
    )
    oldest: UpperLevels[Duration] = Field(
        UpperLevels[Duration](warn=3600, crit=86400), description="how long the oldest has waited that is not held"
    )
    running: bool = Field(False, description="true: the mail server must run, although nothing waits")
    retries: int = Field(
        2, ge=1, le=100, description="how many looks in a row must agree; two, since looks are 5 minutes apart"
    )


def evaluate(facts: MailQueues, params: MailQueueParams) -> Iterator[Result]:
    """One result for each mail server."""
    for server in facts.servers:
        queues = server.queues
        yield _down(server, params) if queues is None else _judge(server, queues, facts.now, params)


def _down(server: MailQueue, params: MailQueueParams) -> Result:
    name = server.server
    en = f"{name} is installed but does not run, and its queue cannot be listed: systemctl status {name}"
    text = Text(en=en, zh=f"{name} 已安装但未运行,无法列出邮件队列:systemctl status {name}")
    return Result(name, State.CRIT if params.running else State.UNKNOWN, text, (Measurement("running", 0.0),))


def _judge(server: MailQueue, queues: Mapping[str, Waiting], now: int, params: MailQueueParams) -> Result:
    messages = sum(waiting.messages for waiting in queues.values())
    deferred, held = (queues.get(name, _NOTHING).messages for name in ("deferred", "hold"))
    moving = [waiting.oldest_at for name, waiting in queues.items() if name != "hold" and waiting.messages]
    oldest = max(0, now - min(moving)) if moving else 0
    findings = []
    if not server.running and (messages or params.running):
        findings.append((State.CRIT, Text(en=f"{server.server} does not run", zh=f"{server.server} 未运行")))
    counted = (
        (messages, params.messages, Text(en="queued", zh="队列")),
        (deferred, params.deferred, Text(en="deferred", zh="延迟")),
        (held, params.held, Text(en="held", zh="保留")),
    )
    for count, levels, name in counted:
        if (state := levels.judge(count)) is not State.OK and count:
            mark = crossed(levels, state)
            findings.append((state, Text(en=f"{count} {name.en}{mark.en}", zh=f"{name.zh} {count} 封{mark.zh}")))
    if moving and (state := params.oldest.judge(oldest)) is not State.OK:
        age, mark = duration_text(oldest), crossed_duration(params.oldest, state)
        findings.append((state, Text(en=f"oldest waits {age.en}{mark.en}", zh=f"最早一封已等待 {age.zh}{mark.zh}")))
    findings.sort(key=lambda finding: -finding[0])
    return Result(
        server.server,
        max((state for state, _ in findings), default=State.OK),
        _words([text for _, text in findings], server, (messages, deferred, held), oldest),
        (
            Measurement("messages", messages, warn=params.messages.warn, crit=params.messages.crit),
            Measurement("deferred", deferred, warn=params.deferred.warn, crit=params.deferred.crit),
            Measurement("held", held, warn=params.held.warn, crit=params.held.crit),
            Measurement("oldest", oldest, Unit.SECONDS, params.oldest.warn, params.oldest.crit),
            Measurement("size", sum(waiting.size_bytes for waiting in queues.values()), Unit.BYTES),
            Measurement("running", float(server.running)),
        ),
    )


def _words(findings: list[Text], server: MailQueue, counts: tuple[int, int, int], oldest: int) -> Text:
    if findings:
        en, zh = "; ".join(text.en for text in findings), ";".join(text.zh for text in findings)
        if why := server.obstacles[:2]:
            en += "; why: " + ", ".join(f"{one.messages} {one.kind}" for one in why)
            zh += ";原因:" + "、".join(f"{_KINDS.get(one.kind, one.kind)} {one.messages} 封" for one in why)
        return Text(en=en, zh=zh)
    messages, deferred, held = counts
    if not messages:
        rests = Text(en="", zh="") if server.running else Text(en=", the server does not run", zh=",服务未运行")
        return Text(en=f"queue empty{rests.en}", zh=f"队列为空{rests.zh}")
    age = duration_text(oldest)
    return Text(
        en=f"{messages} queued, {deferred} deferred, {held} held, oldest {age.en}",
        zh=f"队列 {messages} 封,延迟 {deferred} 封,保留 {held} 封,最早一封已等待 {age.zh}",
    )


CHECK = Check(
    reads=mail_queue.COLLECTOR,
    params=MailQueueParams,
    evaluate=evaluate,
    title=Text(en="Mail queue", zh="邮件队列"),
    layer=Layer.APPLICATION,
    section=Section.PLATFORM,
)
