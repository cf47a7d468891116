"""Forms as they come filled: of every kind of column, with rows of every state, and one without rows."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from checks.contract import Unit
from checks.contract.text import Language
from exporters.contract import DayRecord, Evidence
from exporters.daily.document import Tone
from exporters.forms.filled import ColumnKind, FilledCell, FilledColumn, FilledForm, FilledRow
from tests.exporters.sample_day import ZONE, at, busy

COLLECTORS = ("cpu", "filesystems", "memory", "uptime")


def evidence(host: str, collector: str, minute: int = 58) -> Evidence:
    digest = f"{hash_of(host + collector):064x}"
    return Evidence(host, collector, at(21, 7, minute), digest, digest[::-1], 0, 0.0125)


def hash_of(text: str) -> int:
    return int.from_bytes(text.encode("utf-8"), "big") % (1 << 255)


def share(ratio: float) -> FilledCell:
    tone = Tone.CRITICAL if ratio >= 0.9 else Tone.WARNING if ratio >= 0.8 else None
    return FilledCell(f"{ratio:.1%}", ratio, Unit.RATIO, tone)


STATES = {
    "zh": {Tone.GOOD: "正常", Tone.WARNING: "警告", Tone.CRITICAL: "严重", Tone.UNCHECKED: "未检查"},
    "en": {Tone.GOOD: "normal", Tone.WARNING: "warning", Tone.CRITICAL: "critical", Tone.UNCHECKED: "not checked"},
}


def state(language: Language, tone: Tone) -> FilledCell:
    return FilledCell(STATES[language][tone], tone=tone)


def columns(language: Language, *told: tuple[str, str, str, ColumnKind]) -> tuple[FilledColumn, ...]:
    return tuple(FilledColumn(name, zh if language == "zh" else en, kind) for name, en, zh, kind in told)


def head(day: DayRecord, language: Language) -> tuple[tuple[str, str], ...]:
    if language == "zh":
        return (
            ("记录编号", day.number), ("系统名称", day.system), ("检查日期", str(day.date)),
            ("检查人", f"rounds {day.agent_version} / {day.person_on_duty}"), ("审核人/签字/时间", ""),
        )  # fmt: skip
    return (
        ("No.", day.number), ("System", day.system), ("Date", str(day.date)),
        ("Checked by", f"rounds {day.agent_version} / {day.person_on_duty}"), ("Reviewer/signature/time", ""),
    )  # fmt: skip


def runtime(day: DayRecord, language: Language) -> FilledForm:
    titles = columns(
        language,
        ("host", "Host", "服务器名", ColumnKind.TEXT),
        ("uptime", "Uptime", "运行时长", ColumnKind.NUMBER),
        ("cpu", "CPU %", "CPU%", ColumnKind.NUMBER),
        ("memory", "Memory %", "内存%", ColumnKind.NUMBER),
        ("free", "Free memory", "可用内存", ColumnKind.NUMBER),
        ("services", "Key services", "关键服务", ColumnKind.WIDE),
        ("checked", "Checked at", "检查时间", ColumnKind.MOMENT),
        ("result", "Result", "结果", ColumnKind.STATE),
        ("finding", "Finding", "异常情况", ColumnKind.WIDE),
        ("remarks", "Remarks", "备注", ColumnKind.BY_HAND),
    )
    rows = []
    for n, line in enumerate(day.hosts):
        if not line.checked:
            why = "主机不可达" if language == "zh" else "unreachable"
            missing = FilledCell(f"{STATES[language][Tone.UNCHECKED]}: {why}", tone=Tone.UNCHECKED)
            cells = (FilledCell(line.host.name), *[missing] * 5, FilledCell(), state(language, Tone.UNCHECKED))
            rows.append(FilledRow((*cells, FilledCell(why), FilledCell())))
            continue
        cpu, memory = 0.07 + n * 0.131, 0.35 + n * 0.097
        tone = Tone.CRITICAL if max(cpu, memory) >= 0.9 else Tone.WARNING if max(cpu, memory) >= 0.8 else Tone.GOOD
        cells = (
            FilledCell(line.host.name), FilledCell(f"{41 + n} d", (41 + n) * 86400.0 + 11000, Unit.SECONDS),
            share(cpu), share(memory), FilledCell(f"{(3 + n) * 1.37:.1f} GiB", (3 + n) * 1.37 * 1024**3, Unit.BYTES),
            FilledCell("nginx, portal-worker, postgresql@15-main, keepalived: 运行中 running"),
            FilledCell("2026-11-21 07:59", datetime.fromtimestamp(at(21, 7, 59), ZoneInfo(ZONE))),
            state(language, tone), FilledCell("" if tone is Tone.GOOD else "CPU 占用高 busy"), FilledCell(),
        )  # fmt: skip
        found = tuple(evidence(line.host.name, collector) for collector in COLLECTORS)
        rows.append(FilledRow(cells, found))
    title = "系统运行监测记录表" if language == "zh" else "Runtime record"
    tail = (("结果说明", "见各行") if language == "zh" else ("Result", "see each row"), ("值班人签字", ""))
    return FilledForm("runtime", "8.2", title, language, head(day, language), titles, tuple(rows), tail)


def inspection(day: DayRecord, language: Language) -> FilledForm:
    titles = columns(
        language,
        ("host", "Host", "服务器名", ColumnKind.TEXT),
        ("leds", "LEDs", "指示灯(人工)", ColumnKind.BY_HAND),
        ("cleanliness", "Cleanliness", "清洁(人工)", ColumnKind.BY_HAND),
        ("temperature", "Temperature", "温度", ColumnKind.NUMBER),
        ("result", "Result", "结果", ColumnKind.STATE),
    )
    rows = tuple(
        FilledRow(
            (
                FilledCell(line.host.name), FilledCell(), FilledCell(),
                FilledCell("24 °C", 24.0, Unit.CELSIUS), state(language, Tone.GOOD),
            ),
            (evidence(line.host.name, "temperatures"),),
        )
        for line in day.hosts if line.checked
    )  # fmt: skip
    title = "服务器巡检记录表" if language == "zh" else "Server inspection"
    return FilledForm("inspection", "8.6", title, language, head(day, language), titles, rows)


def antivirus(day: DayRecord, language: Language) -> FilledForm:
    titles = columns(
        language,
        ("host", "Host", "服务器名", ColumnKind.TEXT),
        ("product", "Product", "软件/版本", ColumnKind.WIDE),
        ("result", "Result", "结果", ColumnKind.STATE),
    )
    note = "未纳入本次巡检" if language == "zh" else "not covered by these rounds"
    title = "病毒定义升级及病毒检查表" if language == "zh" else "Antivirus"
    return FilledForm("antivirus", "8.5", title, language, head(day, language), titles, (), note=note)


def forms(day: DayRecord, language: Language) -> tuple[FilledForm, ...]:
    return runtime(day, language), inspection(day, language), antivirus(day, language)


def proven() -> DayRecord:
    """A busy day with the evidence that its forms rest on."""
    day = busy()
    found = {e for form in forms(day, "en") for row in form.rows for e in row.evidence}
    return replace(day, evidence=tuple(sorted(found, key=lambda e: (e.host, e.collector))))
