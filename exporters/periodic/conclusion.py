"""What a week or a month comes to, in a few sentences."""

from dataclasses import dataclass

from checks.contract import Text
from checks.contract.text import Language
from exporters.contract import Figures, PeriodRecord
from exporters.daily.document import Tone
from exporters.daily.quantities import lasting
from exporters.daily.words import chinese, counted
from exporters.periodic.service import Reached, reached
from exporters.periodic.view import PERIODS, share

_LANGUAGES: tuple[Language, Language] = ("en", "zh")


REACHED, MISSED = Text("Service level reached", "服务级别达标"), Text("Service level missed", "服务级别未达标")


@dataclass(frozen=True, slots=True)
class PeriodConclusion:
    """`kept` is whether the service level was reached, None where nothing tells; `incomplete`: days are missing."""

    kept: bool | None
    incomplete: bool
    sentences: tuple[Text, ...]

    @property
    def headline(self) -> Text:
        """The period in a word or two."""
        if self.kept is None:
            return Text("Not measured", "无法评定")
        words = (
            Text("Service level reached", "服务级别达标")
            if self.kept
            else Text("Service level missed", "服务级别未达标")
        )
        return Text(f"{words.en}, incomplete", f"{words.zh}，记录不完整") if self.incomplete else words

    @property
    def tone(self) -> Tone:
        """Its colour."""
        if self.kept is False:
            return Tone.CRITICAL
        return Tone.UNCHECKED if self.incomplete or self.kept is None else Tone.GOOD

    def in_language(self, language: Language) -> str:
        """The sentences as one line."""
        return ("" if language == "zh" else " ").join(s.in_language(language) for s in self.sentences)


def conclude_period(period: PeriodRecord) -> PeriodConclusion:
    """Draw the conclusion of a week or a month."""
    figures, level = period.figures, reached(period)
    incomplete = figures.days_made < figures.days_due or figures.days_down > 0
    sentences = [_whole(period)] if figures.rounds else [_nothing(period)]
    sentences += _service(level)
    sentences += _lacking(period)
    return PeriodConclusion(level.is_kept, incomplete, tuple(Text(s.en, chinese(s.zh)) for s in sentences))


def _whole(period: PeriodRecord) -> Text:
    figures = period.figures
    en = [f"{counted(figures.hosts, 'server')}, available {share(figures.availability)}{_against(period, 'en')}"]
    zh = [f"服务器{figures.hosts}台,可用率{share(figures.availability)}{_against(period, 'zh')}"]
    en.append(_incidents(figures).en)
    zh.append(_incidents(figures).zh)
    if figures.backups_due:
        en.append(f"backups {figures.backups_ok}/{figures.backups_due}")
        zh.append(f"备份成功{figures.backups_ok}/{figures.backups_due}（{share(figures.backup_success)}）")
    else:
        en.append("backups not covered by these rounds")
        zh.append("备份未纳入巡检")
    if figures.patches_judged:
        en.append(f"no security update waiting on {figures.patches_covered} of {figures.patches_judged}")
        zh.append(f"补丁覆盖率{share(figures.patch_coverage)}({figures.patches_covered}/{figures.patches_judged}台)")
    else:
        en.append("patches not covered by these rounds")
        zh.append("补丁未纳入巡检")
    noun = PERIODS[period.kind]
    return Text(f"This {noun.en}: {'; '.join(en)}.", f"本{noun.zh}{';'.join(zh)}。")


def _against(period: PeriodRecord, language: Language) -> str:
    """The difference to the period before, where both are known."""
    now, noun = period.figures.availability, PERIODS[period.kind]
    then = period.before.availability if period.before else None
    if now is None or then is None:
        return ""
    points = (now - then) * 100
    if language == "zh":
        return f"(较上{noun.zh} {points:+.2f} 个百分点)"
    return f" ({points:+.2f} points against the {noun.en} before)"


def _incidents(figures: Figures) -> Text:
    if not figures.incidents:
        return Text("no incident", "无故障")
    en = f"{counted(figures.incidents, 'incident')} ({figures.incidents_critical} critical)"
    zh = f"故障{figures.incidents}次(严重{figures.incidents_critical}次)"
    if figures.mean_repair_seconds is not None:
        mean = lasting(figures.mean_repair_seconds)
        en += f", {figures.ended} over after {mean.en} on average"
        zh += f",恢复{figures.ended}次,平均修复{mean.zh}"
    if figures.open:
        en += f", {figures.open} open"
        zh += f",遗留{figures.open}项"
    return Text(en, zh)


def _nothing(period: PeriodRecord) -> Text:
    noun = PERIODS[period.kind]
    return Text(
        f"Of this {noun.en} no round is known: nothing can be said of it.", f"本{noun.zh}无任何巡检数据,无法评定。"
    )


def _service(level: Reached) -> list[Text]:
    """What was missed, by name; or that nothing was."""
    missed: list[Text] = []
    availability = level.availability
    if availability.is_kept is False:
        shares = share(availability.share), share(availability.promised)
        missed.append(Text(f"available {shares[0]} (promised {shares[1]})", f"可用率{shares[0]}(承诺{shares[1]})"))
    for name, late in (
        (Text("answered", "响应"), level.response),
        (Text("repaired", "修复"), level.repair),
    ):
        if not late.is_kept:
            limit, broken = lasting(late.limit_seconds), late.settled - late.kept
            missed.append(
                Text(
                    f"{broken} of {counted(late.settled, 'incident')} not {name.en} within {limit.en}",
                    f"{late.settled}次故障中{broken}次未在{limit.zh}内{name.zh}",
                )
            )
    if missed:
        en, zh = "; ".join(text.en for text in missed), ";".join(text.zh for text in missed)
        return [Text(f"Service level missed: {en}.", f"服务级别未达标:{zh}。")]
    return [Text("Service level reached.", "服务级别达标。")] if level.is_kept else []


def _lacking(period: PeriodRecord) -> list[Text]:
    """Days without a record, and days without the agent."""
    figures, found = period.figures, []
    if missing := period.missing:
        days = [f"{day.date:%m-%d}" for day in missing]
        named = Text(
            ", ".join(days[:5]) + (", …" if days[5:] else ""), "、".join(days[:5]) + ("等" if days[5:] else "")
        )
        found.append(
            Text(
                f"There is no record of {counted(len(days), 'day')} ({named.en}): incomplete.",
                f"缺{len(days)}日日报({named.zh}),统计不完整。",
            )
        )
    if figures.gap_seconds:
        long = lasting(figures.gap_seconds)
        whole = Text(
            f", on {counted(figures.days_down, 'day')} not at all" if figures.days_down else "",
            f",其中全天停运{figures.days_down}日" if figures.days_down else "",
        )
        found.append(
            Text(
                f"The agent itself did not run for {long.en}{whole.en}; that counts for no server.",
                f"巡检程序停运共{long.zh}{whole.zh},不计入服务器可用率。",
            )
        )
    return found
