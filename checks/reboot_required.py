"""Whether the server waits for a restart to run what was installed.

Item        reboot
State       WARN when a package asked for a restart, or a newer kernel is installed than the one that runs
Why         until then the old kernel and libraries run, with the holes that the update closed
What to do  plan a restart in the next maintenance window; cat /run/reboot-required.pkgs; ls /boot/vmlinuz-*
Manual      2.3.1 restart; form 8.4
"""

from collections.abc import Iterator

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
    UpperLevels,
    duration_text,
)
from collectors import reboot_required
from collectors.reboot_required import Restart


class RebootRequiredParams(Params):
    """Parameters of reboot_required."""

    waiting: UpperLevels[Duration] = Field(
        UpperLevels[Duration](warn=0, crit=None),
        description="how long a package's wish for a restart may wait; an old kernel, whose age is not known, counts "
        "as having just come",
    )
    retries: int = Field(
        1, ge=1, le=100, description="how many looks in a row must agree; one, since this does not come and go"
    )


def evaluate(restart: Restart, params: RebootRequiredParams) -> Iterator[Result]:
    """One result for the host."""
    required = restart.flagged or restart.kernel_is_old
    state = params.waiting.judge(restart.flagged_seconds or 0) if required else State.OK
    yield Result("reboot", state, _summary(restart), (Measurement("required", float(required)),))


def _summary(restart: Restart) -> Text:
    en, zh = [], []
    if restart.kernel_is_old:
        en.append(f"kernel {restart.newest_kernel} is installed, {restart.running_kernel} runs")
        zh.append(f"已安装内核 {restart.newest_kernel},正在运行 {restart.running_kernel}")
    if restart.flagged:
        by = Text(en="", zh="")
        if restart.packages:
            shown = ", ".join(restart.packages[:3]) + (" …" if len(restart.packages) > 3 else "")
            by = Text(en=f" by {shown}", zh=f"({shown})")
        since = duration_text(restart.flagged_seconds) if restart.flagged_seconds is not None else None
        en.append(f"restart asked for{by.en}" + (f" {since.en} ago" if since else ""))
        zh.append(f"软件包要求重启{by.zh}" + (f",已等待 {since.zh}" if since else ""))
    if not en:
        return Text(
            en=f"not required, kernel {restart.running_kernel} runs",
            zh=f"无需重启,正在运行内核 {restart.running_kernel}",
        )
    return Text(en="; ".join(en), zh=";".join(zh))


CHECK = Check(
    reads=reboot_required.COLLECTOR,
    params=RebootRequiredParams,
    evaluate=evaluate,
    title=Text(en="Reboot required", zh="需要重启"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.PATCHES,
)
