"""The three wordings of the manual, word for word, and when each holds."""

from dataclasses import replace

from agent.reasons import not_checked_text
from checks.contract import Measurement, Section, State, Unit
from collectors.contract import Reason
from exporters.contract import Incident
from exporters.daily import conclude
from tests.exporters.sample_day import (
    BACKUP,
    DISK,
    UPDATES,
    ZONE,
    all_well,
    at,
    backup,
    busy,
    card,
    incomplete,
    line,
    same,
    share,
)

SCANS = card("antivirus_scans", "Virus scans", "病毒扫描", Section.PATCHES)
DEFINITIONS = card("antivirus_definitions", "Virus definitions", "病毒库", Section.PATCHES)


def said(day, language):
    return conclude(day).in_language(language)


def test_all_well_with_everything_covered_is_the_manuals_sentence():
    day = all_well()
    day = replace(day, items=(*day.items, line("web-01", SCANS, "clamav", State.OK, "fine", "正常")))
    m = len(day.items_done)
    assert (
        said(day, "zh")
        == f"今日应检服务器5台，实检5台，检查{m}项，全部正常；备份2/2成功，未发现病毒。系统整体运行平稳。"
    )
    assert said(day, "en") == f"All 5 servers checked, {m} items, all normal; backups 2/2; no malware found."
    assert conclude(day).headline.zh == "全部正常"
    assert not conclude(day).findings
    assert not conclude(day).incomplete


def test_what_nobody_looked_at_is_not_called_clean():
    day = all_well()
    day = replace(day, items=(*day.items, line("web-01", DEFINITIONS, "clamav", State.OK, "fine", "正常")))
    assert "未发现病毒" not in said(day, "zh")
    assert "备份2/2成功，病毒扫描未纳入本次巡检。系统整体运行平稳。" in said(day, "zh")
    assert said(day, "en").endswith("backups 2/2; virus scan not covered by these rounds.")
    none = replace(day, items=tuple(i for i in day.items if i.check != BACKUP))
    assert "备份、病毒扫描未纳入本次巡检" in said(none, "zh")
    assert "0/0" not in said(none, "zh")


def test_a_backup_that_several_checks_look_at_is_one_backup():
    day = all_well()
    restore = card("backup_restore_test", "Restore test", "恢复测试", Section.STORAGE)
    day = replace(day, items=(*day.items, line("db-02", restore, "db", State.OK, "fine", "正常")))
    assert "backups 2/2;" in said(day, "en")


def test_findings_are_the_manuals_sentence():
    day = all_well()
    full = share("db-02", DISK, "/data", 0.95)
    late = backup("db-02", "logs", 31.5, 7, State.CRIT)
    open_one = Incident("db-02", DISK, "/data", State.CRIT, same("full"), at(20, 9), None)
    ended = Incident("web-01", DISK, "/", State.WARN, same("full"), at(20, 9), at(20, 10))
    day = replace(day, items=(*day.items, full, late), incidents=(open_one, ended))
    m, a = len(day.items_done), len(day.normal)
    assert said(day, "zh") == (
        f"今日实检5/5台，{m}项中正常{a}项、异常2项（严重2、警告0），已处理1项，遗留1项。"
        "主要问题：db-02 备份 logs 1 天 7 小时（阈值1 天 2 小时）；db-02 磁盘使用率 /data 95.0 %（阈值80 % / 90 %）。"
    )
    assert said(day, "en") == (
        f"5 of 5 servers checked; 2 of {m} items abnormal (2 critical, 0 warning); 1 resolved, 1 open."
        " Main: db-02 Backup logs 1 d 7 h (threshold 1 d 2 h); db-02 Disk usage /data 95.0 % (threshold 80 % / 90 %)."
    )


def test_incomplete_is_the_manuals_sentence():
    day = incomplete()
    assert said(day, "zh") == "1台未能检查（原因：主机不可达），结论不完整，请人工核实。"
    assert said(day, "en") == "1 server not checked (unreachable): incomplete, verify by hand."
    assert conclude(day).headline.zh == "1台服务器失联，检查不完整"


def lost(reason):
    """The problem of a server that no round reaches, as the agent keeps it."""
    reach = card("reachable", "Host reachable", "主机可达")
    return Incident("db-02", reach, "", State.UNKNOWN, not_checked_text(reason), at(20, 10), None)


def test_a_server_that_is_lost_is_called_so_and_is_as_bad_as_can_be():
    verdict = conclude(replace(incomplete(), incidents=(lost(Reason.UNREACHABLE),)))
    assert (verdict.headline.zh, verdict.worst) == ("2台服务器失联，检查不完整", State.CRIT)
    assert verdict.headline.en == "2 servers unreachable, incomplete"
    assert "主要问题：db-02 主机失联。" in verdict.in_language("zh")
    assert "Main: db-02 host unreachable." in verdict.in_language("en")
    assert "主机可达" not in verdict.in_language("zh")


def test_a_server_that_lets_nobody_in_is_not_called_lost():
    verdict = conclude(replace(all_well(), incidents=(lost(Reason.AUTH_FAILED),)))
    assert verdict.unreachable == 0
    assert verdict.headline.zh == "有服务器曾无法连接"
    assert "db-02 主机无法登录" in verdict.in_language("zh")


def test_a_lost_server_stands_before_what_is_wrong_with_others():
    day = busy()
    said_first = conclude(replace(day, incidents=(*day.incidents, lost(Reason.REFUSED)))).in_language("zh")
    assert "主要问题：db-02 主机失联；" in said_first


def test_findings_and_incompleteness_hold_at_once():
    verdict = conclude(busy())
    assert verdict.findings
    assert verdict.incomplete
    assert verdict.worst == State.CRIT
    assert verdict.headline.zh == "严重异常，1台服务器失联，检查不完整"
    zh = verdict.in_language("zh")
    assert "异常6项（严重3、警告3），已处理2项，遗留4项" in zh
    assert "2台未能检查（原因：主机不可达、主机密钥已变更），结论不完整，请人工核实。" in zh
    assert "巡检程序中断1次，共29分钟。" in zh


def test_an_item_that_was_not_checked_makes_the_day_incomplete():
    day = all_well()
    items = (*day.items, replace(day.items[0], item="x", state=State.UNKNOWN))
    verdict = conclude(replace(day, items=items))
    assert verdict.incomplete
    assert verdict.in_language("zh") == "1项未能检查（原因：状态无法判定），结论不完整，请人工核实。"


def test_a_problem_that_came_and_went_is_a_finding():
    gone = Incident("web-01", UPDATES, "security", State.WARN, same("x"), at(20, 9), at(20, 10))
    verdict = conclude(replace(all_well(), incidents=(gone,)))
    assert verdict.findings
    assert "已处理1项，遗留0项。主要问题：web-01 待装更新 security（已恢复）" in verdict.in_language("zh")


def test_a_day_without_servers_is_not_all_well():
    verdict = conclude(replace(all_well(), hosts=(), items=()))
    assert verdict.incomplete
    assert verdict.in_language("zh") == "今日未作任何检查，请人工核实。"


def test_a_measurement_within_its_level_does_not_stand_for_the_problem():
    fine = Measurement("used", 0.3, Unit.RATIO, 0.8, 0.9)
    odd = line("web-01", DISK, "/mnt", State.CRIT, "read-only", "只读", fine)
    day = all_well()
    assert "web-01 磁盘使用率 /mnt：只读" in said(replace(day, items=(*day.items, odd)), "zh")


def test_more_problems_than_fit_are_counted():
    day = all_well()
    many = tuple(share("db-02", DISK, f"/d{n}", 0.95) for n in range(9))
    assert said(replace(day, items=(*day.items, *many)), "zh").endswith("；另有6项。")
    assert said(replace(day, items=(*day.items, *many)), "en").endswith("; and 6 more.")
    assert day.timezone == ZONE
