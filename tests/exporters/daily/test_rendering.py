"""Every format of the report, of three days and of one that a hostile host had a hand in."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from agent.reasons import not_checked_text
from checks.contract import Measurement, Section, State, Text, Unit
from collectors.contract import Kind, Reason
from exporters.contract import Change, HostChanges, HostLine, Incident, ItemLine
from exporters.daily import REASONS, STATES, render, state_words
from tests.exporters.daily.test_inert import HOSTILE
from tests.exporters.mailed import mailed
from tests.exporters.sample_day import DISK, HOSTS, SERVICES, UPDATES, all_well, at, busy, card, incomplete, line, share

ZH = [
    "总体结论",
    "巡检统计",
    "服务器运行状态",
    "平台及邮件可用性",
    "备份、存储",
    "补丁、病毒、垃圾邮件",
    "安全与账号",
    "硬件与机房",
    "事件与处理",
    "变更与开关机",
    "遗留问题",
    "待人工确认项",
    "明日计划",
    "附件、签字",
]
VOID = {"meta", "link", "br", "img", "hr", "input", "wbr"}


class Page(HTMLParser):
    """Refuses what is not well nested; gathers tags, attributes and text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.names: set[str] = set()
        self.text = ""
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.names.update(name for name, _ in attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.text += data


def hostile():
    """A busy day, with every hostile text at every place a host can write to."""
    day = busy()
    items = list(day.items)
    incidents = list(day.incidents)
    for n, text in enumerate(HOSTILE):
        words = Text(text, text)
        items.append(line("web-01", SERVICES, text, State.CRIT, text, text))
        items.append(replace(share("web-01", DISK, text, 0.99), summary=words))
        items.append(ItemLine("web-01", UPDATES, text, None, words, Reason.UNREADABLE))
        incidents.append(Incident("web-01", SERVICES, text, State.CRIT, words, at(20, 9, n), None))
    hosts = (*day.hosts, HostLine(HOSTS[5], False, None, 1, 1, Reason.PROTOCOL, "\n".join(HOSTILE)))
    return replace(day, items=tuple(items), incidents=tuple(incidents), hosts=hosts, system=HOSTILE[0])


@pytest.mark.parametrize("make", [busy, all_well, incomplete, hostile])
def test_all_fourteen_sections_stand_in_order(make):
    headings = re.findall(r"^## (\d+) (.*)$", render(make(), "md", ("zh",)), re.MULTILINE)
    assert [int(number) for number, _ in headings] == list(range(1, 15))
    assert [title for _, title in headings] == ZH
    page = Page(render(make(), "html", ("zh",)))
    assert page.tags.count("h2") == 14
    positions = [page.text.index(title) for title in ZH]
    assert positions == sorted(positions)


def test_the_head_has_what_the_form_wants():
    text = render(busy(), "md", ("zh",))
    assert text.startswith("# 《门户平台 Portal系统运行维护日报》\n")
    assert "- 记录编号：RPT-20261121-001" in text
    assert "- 统计时段：2026-11-20 08:00 – 2026-11-21 08:00 (Asia/Shanghai)" in text
    assert "- 值班人：王芳" in text
    assert "- 审核人：＿＿" in text


def test_a_system_that_calls_itself_so_is_not_called_so_twice():
    assert render(replace(busy(), system="人事系统"), "md", ("zh",)).startswith("# 《人事系统运行维护日报》")


def test_changes_are_told_with_what_was_before():
    zh, en = render(busy(), "md", ("zh",)), render(busy(), "md", ("en",))
    assert "643 changes on 4 servers since the last rounds of the day before" in en
    assert "4 台服务器共 643 项变更" in zh
    assert "| web-02 | package | nginx | 1.22.1-9 | 1.22.1-9+deb12u3 |" in en
    assert "| db-01 | 账号 | eve | 无 | uid 0, shell /bin/bash |" in zh
    assert "36 changed, 6 gone" in en  # of one kind, in one row
    assert "and 598 more: rounds changes app-01" in en
    assert "Changes not known of" in en
    assert "changed in the 24 h before: package nginx 1.22.1-9 → 1.22.1-9+deb12u3" in en
    assert "此前 24 小时内的变更：软件包 nginx" in zh


def test_nothing_changed_is_told_apart_from_nothing_known():
    calm = replace(busy(), changes=(HostChanges("web-01", 0, ()),))
    assert "**Changes**: nothing changed on 1 server" in render(calm, "md", ("en",))
    assert "**Changes**: not known" in render(all_well(), "md", ("en",))


def test_what_no_check_reaches_is_said_plainly():
    zh, en = render(busy(), "md", ("zh",)), render(busy(), "md", ("en",))
    for topic in ("邮件系统", "病毒检测", "垃圾邮件", "用户账号", "机房环境", "开关机"):
        assert f"**{topic}**：未纳入本次巡检" in zh
    for topic in ("Mail", "Antivirus", "Spam", "Accounts", "Room", "Power"):
        assert f"**{topic}**: not covered by these rounds" in en


@pytest.mark.parametrize(
    ("language", "phrases"),
    [
        (
            "zh",
            [
                "file-01",
                "主机不可达",
                "jump-01",
                "主机密钥已变更",
                "时钟同步 source",
                "状态无法判定",
                "权限不足",
                "服务器 2 台，检查项 16 项",
            ],
        ),
        (
            "en",
            [
                "unreachable",
                "host key has changed",
                "Clock source",
                "state unknown",
                "no permission",
                "2 servers and 16 items",
            ],
        ),
    ],
)
def test_what_was_not_checked_is_counted_and_named(language, phrases):
    text = render(busy(), "md", (language,))
    section = text[text.index("## 12 ") : text.index("## 13 ")]
    assert [phrase for phrase in phrases if phrase not in section] == []
    assert [item for item in busy().unchecked if item.host not in section] == []


def test_incidents_and_open_problems_have_their_times_and_owner():
    text = render(busy(), "md", ("zh",))
    incidents = text[text.index("## 9 ") : text.index("## 10 ")]
    cpu = next(one for one in busy().incidents if one.host == "app-01")
    assert f"| app-01 · {cpu.id} | 11-20 16:05 | 11-20 17:50 · 历时 1 小时 45 分钟 | CPU 使用率" in incidents
    assert "此前发生、尚未恢复的问题 2 项，见第 11 节。" in incidents
    assert busy().incidents[0].id not in incidents  # open since before: it stands in section 11
    opened = text[text.index("## 11 ") : text.index("## 12 ")]
    assert "2 天 9 小时 · 始于 11-18 22:40 | 数据库组" in opened
    assert "app-01" not in opened


def test_the_fullest_is_named_with_its_change():
    text = render(busy(), "md", ("zh",))
    assert "| 磁盘使用率 | db-01 · /var/lib/postgresql | 93.2 % | 91.9 % | \\+1.3 百分点 | 80 % / 90 % |" in text


def test_a_day_under_way_says_so_and_counts_only_what_has_passed():
    day = replace(busy(), made_at=at(21, 6, 12) + 600)
    text = render(day, "md", ("zh",))
    assert "统计至 2026-11-21 06:22" in text
    assert "10 分钟 · 始于 11-21 06:12" in text
    assert "统计至" not in render(busy(), "md", ("zh",))


def test_an_item_that_repeats_its_check_is_not_written_twice():
    day = replace(
        all_well(), items=(line("web-01", card("memory_usage", "Memory", "内存"), "memory", State.CRIT, "x", "x"),)
    )
    assert "| web-01 | 内存 | ■ 严重 |" in render(day, "md", ("zh",))
    assert "主要问题：web-01 内存：x。" in render(day, "md", ("zh",))
    automatic = card("automatic_updates", "Automatic updates", "自动更新")
    day = replace(all_well(), items=(line("web-01", automatic, "automatic updates", State.CRIT, "off", "已关闭"),))
    assert "| web-01 | 自动更新 | ■ 严重 |" in render(day, "md", ("zh",))


def test_why_something_was_not_checked_is_told_once():
    told = Text("not checked: unreachable (timed out)", "未检查：无法连接（timed out）")
    day = all_well()
    gone = ItemLine("web-01", UPDATES, "", None, told, Reason.UNREACHABLE)
    text = render(replace(day, items=(*day.items, gone)), "md", ("zh",))
    assert "主机不可达" in text
    assert "无法连接" not in text
    assert "timed out" not in text
    assert "unreachable · timed out" in render(replace(day, items=(*day.items, gone)), "md", ("en",))


def test_an_open_incident_has_no_stray_dot():
    day = busy()
    for text in (render(day, "md", ("zh",)), mailed(day)[0]):
        assert "· – " not in text
    assert "| 11-21 02:30 | 未恢复 · 5 小时 30 分钟 |" in render(day, "md", ("zh",))
    assert "| 11-21 02:30 | open · 5 h 30 min |" in render(day, "md", ("en",))


def test_chinese_leaves_out_english_that_says_what_the_reason_says_and_english_says_it_once():
    told = "dead-01 (127.0.0.4:2251) refused the connection"
    changed = "the host key of odd-01 has changed: ssh-ed25519 SHA256:x instead of ssh-ed25519 SHA256:y"
    asked = "no systemd here, nothing to ask"
    dead = HostLine(replace(HOSTS[5], name="dead-01"), False, None, 9, 9, Reason.REFUSED, told)
    odd = HostLine(replace(HOSTS[5], name="odd-01"), False, None, 9, 9, Reason.HOST_KEY_CHANGED, changed)
    idle = HostLine(replace(HOSTS[5], name="idle-01"), False, None, 0, 0, Reason.NOT_ASKED, "the agent did not run")
    day = all_well()
    lines = (
        ItemLine("web-01", SERVICES, "", None, not_checked_text(Reason.NOT_APPLICABLE, asked), Reason.NOT_APPLICABLE),
        ItemLine("web-01", UPDATES, "", None, not_checked_text(Reason.REFUSED, told), Reason.REFUSED),
    )
    day = replace(day, hosts=(*day.hosts, dead, odd, idle), items=(*day.items, *lines))
    mail_zh, mail_en = (" ".join(mailed(day, (language,))[0].split()) for language in ("zh", "en"))
    zh = [render(day, "md", ("zh",)), mail_zh]
    en = [render(day, "md", ("en",)), mail_en]
    for text in zh:
        assert "连接被拒绝" in text
        assert "refused" not in text
        assert "时段内未检查" in text
        assert "did not run" not in text
        assert "systemd" not in text
        assert "SHA256:x" in text
        assert "主机密钥已变更" in text
    for text in en:
        section = text[max(text.find("Awaiting a person"), text.find("Not checked, verify by hand")) :]
        assert section.count("refused the connection") == 2  # of the server, and of the item
        assert "connection refused" not in section.lower().replace("refused the connection", "")
        assert "host key has changed" not in section
        assert "SHA256:x" in section


def one_of_each():
    """A day on which there is one of everything that is counted."""
    calm = all_well()
    dead = HostLine(HOSTS[5], False, None, 1, 1, Reason.UNREACHABLE, "no route")
    full = share("web-01", DISK, "/", 0.95)
    gone = ItemLine("file-01", UPDATES, "", None, not_checked_text(Reason.UNREACHABLE), Reason.UNREACHABLE)
    trouble = Incident("web-01", DISK, "/", State.CRIT, Text("full", "满"), at(20, 9), None)
    return replace(calm, hosts=(dead,), items=(full, gone), incidents=(trouble,), gaps=((at(20, 9), at(20, 10)),))


def test_one_of_anything_is_not_called_many():
    day = one_of_each()
    days = [
        day,
        replace(day, hosts=all_well().hosts),
        replace(day, items=day.items[:1], incidents=(), hosts=all_well().hosts[:1]),
        replace(day, items=all_well().items[:1], incidents=(), gaps=(), hosts=all_well().hosts[:1]),
    ]
    for some in days:
        texts = [render(some, "md", ("en",)), render(some, "html", ("en",)), *mailed(some, ("en",))]
        for text in texts:
            assert re.findall(r"\b1 (?:[a-z]+ )?(?:servers|items|rounds|problems|gaps|reasons)\b", text) == []
            assert not re.search(r"\b0 (?:servers|items) and|and 0 (?:servers|items)", text)
    text = render(day, "md", ("en",))
    assert "1 server and 1 item were due and not checked" in text
    assert "Verify 1 server and 1 item by hand (section 12)." in text
    assert "Follow up 1 open problem (section 11)." in text
    assert "1 item was due and not checked" in render(days[1], "md", ("en",))


def test_an_item_that_repeats_a_word_of_the_title_is_not_written_twice():
    states = card("process_states", "Zombies and stuck processes", "僵尸与阻塞进程")
    zombies = line(
        "web-01", states, "zombies", State.CRIT, "45 zombies, left by cron", "45 个僵尸进程",
        Measurement("zombies", 45, warn=5, crit=10),
    )  # fmt: skip
    day = replace(all_well(), items=(zombies,))
    en, zh = render(day, "md", ("en",)), render(day, "md", ("zh",))
    assert "Main: web-01 Zombies and stuck processes: 45 zombies, left by cron." in en
    assert "主要问题：web-01 僵尸与阻塞进程：45 个僵尸进程。" in zh
    assert "processes · zombies" not in en
    assert "processes zombies" not in en


def test_the_agents_own_gaps_and_hosts_out_of_service_are_told():
    text = render(busy(), "md", ("zh",))
    assert "**巡检程序中断**：11-20 13:02 – 11-20 13:31（29 分钟）" in text
    assert "old-web、test-01" in text


def test_both_languages_follow_each_other():
    text = render(busy(), "md")
    assert text.index("## 14 附件、签字") < text.index("## 1 Overall conclusion")
    page = render(busy(), "html")
    assert page.count("<article") == 2
    Page(page)


@pytest.mark.parametrize("form", ["md", "html", "json"])
def test_it_is_a_function_of_the_day(form):
    assert render(busy(), form) == render(busy(), form)


def test_html_is_self_contained_and_has_no_script():
    for text in (render(hostile(), "html"), mailed(hostile())[1]):
        page = Page(text)
        assert not {"script", "link", "img", "iframe", "a", "form", "object", "foreignobject", "use"} & set(page.tags)
        assert not {name for name in page.names if name.startswith("on")} | ({"src", "href"} & page.names)
        styles = "".join(re.findall(r"<style>(.*?)</style>", text, re.DOTALL))
        assert "url(" not in styles
        assert "@import" not in styles


def test_a_hostile_host_adds_no_tag_to_html():
    harmless = replace(hostile(), system="x")
    tags = sorted(set(Page(render(busy(), "html")).tags))
    assert sorted(set(Page(render(harmless, "html")).tags)) == tags
    texts = [render(harmless, form) for form in ("html", "md", "json")]
    texts += mailed(harmless)
    for sign in ("\u202e", "\x1b", "\u200b", "\u2028", "\ufeff"):
        assert not any(sign in text for text in texts)


def test_a_hostile_host_adds_no_row_to_markdown():
    lines = render(hostile(), "md", ("zh",)).splitlines()
    widths = {}
    for number, text in enumerate(lines):
        if text.startswith("| "):
            cells = len(re.findall(r"(?<!\\)\|", text)) - 1
            above = lines[number - 1]
            widths[number] = cells
            assert not above.startswith("| ") or widths[number - 1] == cells, text


def test_json_is_the_whole_record():
    record = json.loads(render(hostile(), "json"))
    assert record["schema"] == "rounds.daily/1"
    assert len(record["items"]) == len(hostile().items)
    written = {item["item"] for item in record["items"]}
    assert set(HOSTILE) <= written  # escaped in the file, unharmed in the data
    assert record["begins_at"] == "2026-11-20T08:00:00+08:00"
    assert record["statistics"]["items"]["not_checked"] == len(hostile().unchecked)
    assert record["conclusion"]["incomplete"] is True
    assert {item["state"] for item in record["items"]} == {"ok", "warn", "crit", "unknown", None}


def test_numbers_that_are_none_do_not_break_it():
    odd = [
        Measurement("n", value, unit, 1, 2)
        for unit in Unit
        for value in (float("nan"), float("inf"), float("-inf"), 1e300, -1e300)
    ]
    items = tuple(line("web-01", DISK, f"/{n}", State.CRIT, "x", "x", m) for n, m in enumerate(odd))
    day = replace(all_well(), items=items)
    for form in ("md", "html", "json"):
        render(day, form)
    json.loads(render(day, "json"), parse_constant=pytest.fail)


def test_a_large_day_stays_readable():
    day = all_well()
    many = tuple(line("web-01", UPDATES, f"p{n}", State.OK, "fine", "正常") for n in range(500))
    text = render(replace(day, items=(*day.items, *many)), "md", ("zh",))
    assert "| 待装更新 | 505 | 5 |" in text.replace("\\", "")


def test_a_mail_stays_short_on_a_bad_day():
    day = all_well()
    full = tuple(share("web-01", DISK, f"/d{n}", 0.95) for n in range(300))
    dead = tuple(
        HostLine(replace(HOSTS[5], name=f"dead-{n}"), False, None, 9, 9, Reason.UNREACHABLE, "x") for n in range(300)
    )
    text, html = mailed(replace(day, items=(*day.items, *full), hosts=(*day.hosts, *dead)))
    assert "另有 292 行，见日报全文" in text
    assert "另有 296 项" in text
    assert len(html) < 100_000  # Gmail cuts a longer one off


def test_every_reason_and_state_has_words_in_both_languages():
    assert set(REASONS) == set(Reason)
    assert set(STATES) == set(State)
    for text in (*REASONS.values(), *STATES.values(), state_words(None)):
        assert text.en
        assert re.search("[\u4e00-\u9fff]", text.zh)
        assert text.en.isascii()


def test_an_empty_day_is_told_as_empty():
    text = render(replace(all_well(), hosts=(), items=()), "md", ("zh",))
    assert "今日未作任何检查，请人工核实。" in text
    assert "全部正常" not in text


def test_every_section_has_its_words():
    zh = render(busy(), "md", ("zh",))
    assert all(f"## {number} " in zh for number in range(1, 15))
    assert len(Section) == 6


def test_the_table_of_servers_has_a_column_for_each_vital_check() -> None:
    """What form 8.2 asks for; of checks without a number that matters to everybody there are many."""
    tracked = card("conntrack_table", "Connection tracking", "连接跟踪表")
    vital = replace(DISK, vital=True)
    day = replace(all_well(), items=(share("web-01", tracked, "conntrack", 0.1), share("web-01", vital, "/", 0.5)))
    page = render(day, "md", ("en",))
    assert "| Disk usage |" in page
    assert "| Connection tracking |" not in page
    before = replace(day, items=tuple(replace(item, check=replace(item.check, vital=False)) for item in day.items))
    assert "| Connection tracking |" in render(before, "md", ("en",)), "a record of before has none that is marked"


def test_what_was_seen_only_after_a_problem_began_is_told_as_a_possible_cause():
    late = Change("web-01", Kind.PACKAGE, "nginx", "1", "2", at(20, 10), at(20, 11))
    one = replace(busy().incidents[0], began_at=at(20, 10, 30), changes_before=(late,), changes_before_total=1)
    day = replace(busy(), incidents=(one,))
    assert "package nginx 1 → 2 (perhaps: seen at 11-20 11:00)" in render(day, "md", ("en",))
    assert "软件包 nginx 1 → 2（可能：11-20 11:00 才发现）" in render(day, "md", ("zh",))
    unchecked = replace(day, incidents=(replace(one, worst=State.UNKNOWN),))
    assert "nginx 1 → 2 (perhaps" not in render(unchecked, "md", ("en",))


def test_what_stands_beside_several_problems_is_said_once():
    change = Change("web-01", Kind.PACKAGE, "nginx", "1", "2", at(20, 9), at(20, 10))
    first = replace(busy().incidents[0], host="web-01", worst=State.CRIT, began_at=at(20, 11),
                    changes_before=(change,), changes_before_total=1)  # fmt: skip
    later = replace(first, item="another", began_at=at(20, 12))
    text = render(replace(busy(), incidents=(later, first)), "md", ("zh",))
    assert (
        text.count("此前 24 小时内的变更：软件包 nginx 1 → 2")
        == text.count(f"此前 24 小时内的变更：同编号 {first.id}")
        > 0
    )


def test_restarts_stand_under_power():
    restarts = card("unexpected_reboot", "Unexpected reboot", "意外重启", Section.SERVERS)
    calm = replace(busy(), items=(*busy().items, line("web-01", restarts, "uptime", State.OK, "up 41 d", "41 天")))
    assert "**Power**: no unexpected restart on 1 server" in render(calm, "md", ("en",))
    after = replace(busy(), items=(*busy().items, line("web-01", restarts, "uptime", State.WARN, "up 1 h", "1 小时")))
    assert "**开关机**：意外重启：web-01" in render(after, "md", ("zh",))


def test_beside_a_problem_one_change_of_each_kind_is_named_first():
    def change(kind: Kind, name: str) -> Change:
        return Change("web-01", kind, name, None, "", at(20, 10), at(20, 11))

    changes = (change(Kind.ACCOUNT, "eve"), *(change(Kind.PACKAGE, f"lib{n}") for n in range(5)))
    one = replace(busy().incidents[0], began_at=at(20, 12), changes_before=changes, changes_before_total=90)
    text = render(replace(busy(), incidents=(one,)), "md", ("en",))
    assert "24 h before: package lib4 new; package lib3 new; account eve new; and 87 more" in text
