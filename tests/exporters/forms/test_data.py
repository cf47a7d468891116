"""The forms of the manual as they come with rounds: they speak of what there is, and real records fill them."""

import gzip
import os
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from agent.catalogue import catalogue
from agent.config import load
from agent.once import make_rounds
from checks.contract import Language, Layer, Section, State, Text
from collectors.account_files import NO_SHELLS, Account, Password
from collectors.accounts import Accounts
from collectors.packages import Obstacle, Packages, Update
from collectors.uptime import COLLECTOR as UPTIME
from collectors.uptime import Uptime
from exporters.contract import CheckCard, DayRecord, HostCard, HostFacts, HostReport, Known
from exporters.forms import FormsSettings, filled_forms, words
from exporters.forms.columns import ByHandColumn, CheckColumn, Column
from exporters.forms.declaration import Form
from exporters.forms.filled import FilledForm
from exporters.forms.reading import OWN, own_forms
from exporters.forms.settings import FormChange
from tests.exporters.forms import filled_day
from tests.exporters.forms.filled_day import END
from tests.exporters.forms.recorded_day import day_of, recorded_reports, report_of
from tests.exporters.sample_day import at

SETTINGS = FormsSettings(forms={"pending": FormChange(enabled=True)})
"""With the one form that is not made by default."""

FORMS: Mapping[str, Form] = {declared.form.name: declared.form for declared in own_forms()}
COLUMNS = [(form.name, column) for form in FORMS.values() for column in form.columns]

MANUAL = {
    "scope": "服务器名 IP 用途 系统版本 位置 关键服务 端口 监控项 频率 阈值 责任人 状态",
    "runtime": "时段 可达 运行时长 CPU% 负载/核 内存% 交换% 最满分区% inode% 关键服务 错误日志数 延迟/丢包 时钟偏差",
    "modules": "功能模块 地址/方法 预期 实际 HTTP码 响应ms 证书剩余天",
    "patches": "系统 内核 待装数 安全 补丁编号 描述 优先级 测试情况 计划/实际日期 部署状态 需重启 回退方案",
    "antivirus": "软件 版本 实时防护 病毒库版本 日期 距今 上次扫描 扫描数 发现数 感染路径 处置",
    "inspection": "机柜 型号 序列号 指示灯(人工) 电源 风扇 温度 RAID 硬盘 SMART 内存ECC 网口 HBA 硬件日志"
    " 机房温湿度 UPS 清洁(人工)",
    "backup": "备份对象 方式 开始 结束 大小 环比 校验 保留份数 异地副本 介质/位置 上次恢复测试 结果",
    "mail": "服务 SMTP/IMAP/POP 内/外收发 耗时s 队列数 最久 邮箱库空间 MX",
    "san": "阵列/控制器 LUN RAID状态 故障盘 热备 路径(活动/总) FC端口 容量% 缓存电池",
    "accounts": "账号 归属人 UID0 sudo 口令状态 改密天数 最近登录 闲置天 失败次数 建议 审批人",
    "inventory": "主机 IP MAC 网关 DNS CPU 内存 磁盘 OS 内核 软件 端口 保修",
    "changes": "主机 变更项 前值 后值 变更单",
    "power": "类型 原因 申请/批准 关机前备份 顺序 起 止 开机验证 影响",
}
"""The columns that the manual's forms have, by the form."""


@pytest.mark.parametrize("name", MANUAL)
def test_every_column_of_the_manual_is_there(name: str) -> None:
    titles = [column.title.zh for column in FORMS[name].all_columns]
    assert [wanted for wanted in MANUAL[name].split() if not any(wanted in title for title in titles)] == []


def test_numbers_and_titles_are_those_of_the_manual() -> None:
    numbered = {form.number: form.title.zh for form in FORMS.values() if form.number}
    assert numbered == {
        "8.1": "服务器监控范围",
        "8.2": "系统运行监测记录表",
        "8.3": "平台功能模块监测记录表",
        "8.4": "服务器补丁升级检查表",
        "8.4.1": "待装补丁清单",
        "8.5": "病毒定义升级及病毒检查表",
        "8.6": "服务器巡检记录表",
    }
    assert set(FORMS) == {*MANUAL, "pending"}


def test_forms_speak_only_of_checks_and_facts_that_there_are() -> None:
    known = Known(
        checks=frozenset(catalogue().checks),
        collectors=frozenset(catalogue().collectors),
        keep_facts=frozenset(name for name, plugin in catalogue().collectors.items() if plugin.collector.keep_facts),
        fields={name: plugin.fields for name, plugin in catalogue().collectors.items()},
    )
    assert {"accounts", "groups", "now"} <= known.fields["accounts"]
    assert [str(fault) for fault in FormsSettings(forms_folder=OWN).faults(known)] == []


CONFIG = """\
system: 门户平台
hosts: [{{name: this-machine, transport: local}}]
history: {{url: "sqlite:///history.db"}}
checks:
  backup_freshness:
    sets:
      - name: db
        files: {folder}/db/*.gz
        offsite: {{files: {folder}/elsewhere/*.gz}}
        restore_test: {{noted: 2026-11-01}}
"""
CHECKS = (
    *("backup_freshness", "backup_copies", "backup_integrity", "backup_offsite", "backup_restore_test"),
    *("cpu_usage", "disk_usage", "memory_usage"),
)


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> DayRecord:
    """What was recorded on many systems, this machine with backups of its own, a restart, and a server off rounds."""
    folder = tmp_path_factory.mktemp("forms")
    for path in (folder / "db", folder / "elsewhere"):
        path.mkdir()
        for number in range(2):
            copy = path / f"portal-{number}.sql.gz"
            copy.write_bytes(gzip.compress(b"-- dump" * (number + 1)))
            os.utime(copy, (copy.stat().st_atime, copy.stat().st_mtime - 86400 * number))
    (folder / "config.yaml").write_text(CONFIG.format(folder=folder), encoding="utf-8")
    config = load(folder / "config.yaml")
    here = make_rounds(config, catalogue(), config.hosts, CHECKS)
    spare = HostCard("old-01", "192.0.2.99", in_service=False, role="待下线")
    return day_of([*recorded_reports(), *here, _restarted()], out_of_service=(spare,))


def _restarted() -> HostReport:
    before = Uptime("one", int(at(1, 8)), at(20, 22) - at(1, 8), at(20, 22), 28800, "CST")
    after = replace(
        before, boot_id="two", boot_time_seconds=int(at(20, 22, 4)), uptime_seconds=60.0, time_seconds=at(20, 22, 5)
    )
    assert UPTIME.compare is not None
    return report_of("db-01", {"uptime": UPTIME.compare(before, after)})


@pytest.fixture(scope="module")
def forms(day: DayRecord) -> Mapping[str, FilledForm]:
    return {form.name: form for form in filled_forms(day, "zh", SETTINGS)}


EMPTY = ("", "–", "无", "不适用", "未纳入巡检", "未采集", "全部")


def is_filled(text: str) -> bool:
    return text not in EMPTY and not text.startswith("未检查")


@pytest.mark.parametrize(
    ("form", "column"),
    [(name, column) for name, column in COLUMNS if not isinstance(column, ByHandColumn)],
    ids=lambda one: one if isinstance(one, str) else one.name,
)
def test_every_column_is_filled_by_something_real(forms: Mapping[str, FilledForm], form: str, column: Column) -> None:
    filled = forms[form]
    place = [one.name for one in filled.columns].index(column.name)
    assert any(is_filled(row.cells[place].text) for row in filled.rows)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_form_has_rows_and_a_cell_for_each_column(day: DayRecord, language: Language) -> None:
    for form in filled_forms(day, language, SETTINGS):
        assert form.rows, form.name
        assert {len(row.cells) for row in form.rows} == {len(form.columns)}


def test_what_a_person_has_to_write_is_left_empty(forms: Mapping[str, FilledForm]) -> None:
    for name, column in COLUMNS:
        if isinstance(column, ByHandColumn):
            place = [one.name for one in forms[name].columns].index(column.name)
            assert {row.cells[place].text for row in forms[name].rows} == {""}


def cells(form: FilledForm, column: str) -> Iterator[tuple[str, str]]:
    """Each row's host, and its text in a column."""
    names = [one.name for one in form.columns]
    for row in form.rows:
        yield row.cells[names.index("host")].text, row.cells[names.index(column)].text


def whole(form: Form) -> set[str]:
    """The checks of which the form shows all items."""
    shown = [c for c in form.columns if isinstance(c, CheckColumn) and c.item is None and c.measurement is None]
    return {check for column in shown for check in column.check}


BY_HOST = [form.name for form in FORMS.values() if form.rows == "host" and form.tail]


@pytest.mark.parametrize("name", BY_HOST)
def test_results_are_those_of_the_report(name: str, day: DayRecord, forms: Mapping[str, FilledForm]) -> None:
    form, found = FORMS[name], forms[name]
    every = {check for column in form.columns if isinstance(column, CheckColumn) for check in column.check}
    bad = {(line.host, line.check.name) for line in day.items if line.state in (State.WARN, State.CRIT)}
    abnormal = {host for host, result in cells(found, "result") if result == "异常"}
    listed = {host for host, _ in cells(found, "result")}
    assert abnormal
    assert abnormal <= {host for host, check in bad if check in every}
    assert abnormal >= {host for host, check in bad if check in whole(form)} & listed
    assert all((finding not in EMPTY) for host, finding in cells(found, "finding") if host in abnormal)


def test_who_gets_a_shell_or_has_a_key_or_password_is_in_the_account_audit() -> None:
    shells = ("/bin/bash", "/bin/zsh", "/usr/bin/fish", "/bin/sh", *(f"/usr/sbin/{name}" for name in sorted(NO_SHELLS)))
    daemons = [Account(f"daemon-{n}", 101, ("daemon",), "/", shell, Password.NONE) for n, shell in enumerate(shells)]
    keyed = Account("keyed", 102, ("daemon",), "/", "/usr/sbin/nologin", Password.LOCKED, has_key=True)
    known = Accounts(int(END), (*daemons, keyed), (), 0)
    facts = catalogue().collectors["accounts"].facts.dump_python(known, mode="json")
    day = filled_day.day_of(facts=(HostFacts("web-01", "accounts", END, facts),))
    (form,) = [one for one in filled_forms(day, "en", SETTINGS) if one.name == "accounts"]
    assert {name for _, name in cells(form, "account")} == {
        *(one.name for one in daemons if one.has_real_shell),
        "keyed",
    }


def patches(*updates: Update, host: str = "web-01") -> Mapping[str, str]:
    """The row of the patch record of a server on which these updates wait."""
    packages = Packages(int(END), int(END), None, updates)
    facts = catalogue().collectors["packages"].facts.dump_python(packages, mode="json")
    restart = CheckCard(
        "reboot_required", Text("Reboot required", "需要重启"), Layer.BASE_SOFTWARE, Section.PATCHES, False
    )
    line = filled_day.used("reboot", 0.1, check=restart, summary=Text("not required, kernel 6.1 runs", "无需重启"))
    day = filled_day.day_of(line, facts=(HostFacts(host, "packages", END, facts),))
    (form,) = [one for one in filled_forms(day, "en", SETTINGS) if one.name == "patches"]
    (row,) = form.rows
    return {column.name: cell.text for column, cell in zip(form.columns, row.cells, strict=True)}


def test_patches_say_since_when_they_wait_and_that_no_restart_is_due() -> None:
    def update(name: str, security: bool, obstacle: Obstacle = Obstacle.NONE) -> Update:
        return Update(name, "1", "2", "Debian", security, obstacle, int(END))

    row = patches(update("curl", True), update("nano", False), replace(update("old", False), first_seen=1))
    assert (row["pending"], row["security"]) == ("3", "1")
    assert (row["waiting"], row["reboot"]) == ("2026-11-21 07:59", "not required, kernel 6.1 runs")
    assert patches()["waiting"] == "–"
    assert patches(update("nano", False))["waiting"] == "2026-11-21 07:59"
    assert patches(update("later", True, Obstacle.PHASED))["waiting"] == "–"


def test_one_is_one() -> None:
    assert [words.not_listed(n, "more entry") for n in (1, 2)] == [
        "1 more entry is not listed.",
        "2 more entries are not listed.",
    ]
    assert [words.have_none(n) for n in (1, 2)] == ["1 more server has none of it.", "2 more servers have none of it."]


def test_items_of_checks_have_the_state_of_the_report(day: DayRecord, forms: Mapping[str, FilledForm]) -> None:
    checks = set(FORMS["backup"].rows.items)  # type: ignore[union-attr]
    bad = {(line.host, line.item) for line in day.items if line.check.name in checks and (line.state or 0) > State.OK}
    objects, results = dict.fromkeys(cells(forms["backup"], "object")), list(cells(forms["backup"], "result"))
    found = {key for key, (_, result) in zip(objects, results, strict=True) if result != "正常"}
    assert found == bad


def test_measures_of_incidents_stand_beside_what_they_were_taken_for(forms: Mapping[str, FilledForm]) -> None:
    actions = dict(cells(forms["runtime"], "action"))
    assert {actions[host] for host, result in cells(forms["runtime"], "result") if result == "异常"} == {"已报修"}


def test_a_restart_of_the_day_is_told_and_those_before_are_not(day: DayRecord) -> None:
    (form,) = [one for one in filled_forms(day, "zh", SETTINGS) if one.name == "power"]
    seen = {host: text for host, text in cells(form, "ended") if is_filled(text)}
    assert seen == {"db-01": "2026-11-20 22:04"}
    assert dict(cells(form, "result"))["db-01"] == "异常", "nobody had announced it"
    later = replace(day, begins_at=day.ends_at, ends_at=day.ends_at + 86400)
    (form,) = [one for one in filled_forms(later, "zh", SETTINGS) if one.name == "power"]
    assert not [text for _, text in cells(form, "ended") if is_filled(text)]


def test_servers_off_rounds_stand_in_the_scope(forms: Mapping[str, FilledForm]) -> None:
    assert dict(cells(forms["scope"], "status"))["old-01"] == "停用"
    assert "old-01" not in dict(cells(forms["runtime"], "result"))


def test_the_list_of_all_updates_is_made_only_where_it_is_asked_for(day: DayRecord) -> None:
    assert "pending" not in {form.name for form in filled_forms(day, "en", FormsSettings())}


def test_what_no_check_covers_is_said(forms: Mapping[str, FilledForm]) -> None:
    assert "未纳入本次巡检" in forms["modules"].note
    assert "未纳入本次巡检" in forms["mail"].note
    assert any(host == "" for host, _ in cells(forms["modules"], "module")), "empty lines, for a person"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_day_without_any_server_has_its_forms_all_the_same(day: DayRecord, language: Language) -> None:
    nobody = replace(
        day, hosts=(), items=(), incidents=(), changes=(), out_of_service=(), entries=(), facts=(), evidence=()
    )
    for form in filled_forms(nobody, language, SETTINGS):
        assert all(row.cells[0].text == "" for row in form.rows), "lines for a pen only"
        assert form.rows or form.note.startswith(("There is nothing to enter.", "本日无记录。"))
