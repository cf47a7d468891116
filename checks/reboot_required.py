"""Whether the server waits for a restart to run what was installed.

Item        reboot
State       WARN and CRIT from how long it has been waiting since a package asked for a restart, one that takes a
            restart (glibc, systemd, the kernel itself) was updated, or a newer kernel than the one that runs installed
Why         until then the old kernel and libraries run, with the holes that the update closed
What to do  plan a restart in the next maintenance window; cat /run/reboot-required.pkgs; needs-restarting -r; zypper
            needs-rebooting; ls /boot/vmlinuz-*; uname -v beside dpkg -l linux-image-$(uname -r)
Manual      2.3.1 restart; form 8.4
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
from checks.contract.threshold import crossed_duration
from collectors import reboot_required
from collectors.reboot_required import Restart


class RebootRequiredParams(Params):
    """Parameters of reboot_required."""

    waiting: UpperLevels[Duration] = Field(
        UpperLevels[Duration](warn=0, crit=None),
        description="how long a restart may wait since it was first asked for, or the newer kernel installed; 0: not at"
        " all; a wish whose age is not known counts as having just come",
    )
    retries: int = Field(
        1, ge=1, le=100, description="how many looks in a row must agree; one, since this does not come and go"
    )


def evaluate(restart: Restart, params: RebootRequiredParams) -> Iterator[Result]:
    """One result for the host."""
    required, levels = restart.flagged or restart.kernel_is_old or bool(restart.updated), params.waiting
    waiting = max(
        (restart.kernel_seconds or 0 if restart.kernel_is_old else 0),
        restart.flagged_seconds or 0,
        restart.updated_seconds or 0,
    )
    state = levels.judge(waiting) if required else State.OK
    measured = [Measurement("required", float(required))]
    if waiting:
        measured.append(Measurement("waiting", waiting, Unit.SECONDS, levels.warn or None, levels.crit or None))
    words = _summary(restart)
    level = levels.crit if state is State.CRIT else levels.warn
    mark = crossed_duration(levels, state) if level else Text(en="", zh="")  # "warn at 0 s" says nothing
    yield Result("reboot", state, Text(en=words.en + mark.en, zh=words.zh + mark.zh), tuple(measured))


def _summary(restart: Restart) -> Text:
    parts = list(_reasons(restart))
    if not parts:
        return Text(
            en=f"not required, kernel {restart.running_kernel} runs",
            zh=f"无需重启,正在运行内核 {restart.running_kernel}",
        )
    return Text(en="; ".join(part.en for part in parts), zh=";".join(part.zh for part in parts))


def _reasons(restart: Restart) -> Iterator[Text]:
    if restart.kernel_is_old:
        new, old = restart.newest_kernel, restart.running_kernel
        since = _ago(restart.kernel_seconds)
        yield Text(
            en=f"kernel {new} was installed{since.en}, {old} runs"
            if since.en
            else f"kernel {new} is installed, {old} runs",
            zh=f"已安装内核 {new}{since.zh},正在运行 {old}",
        )
    if restart.flagged:
        by = Text(en="", zh="")
        if restart.packages:
            shown = _shown(restart.packages)
            by = Text(en=f" by {shown}", zh=f"({shown})")
        waited = duration_text(restart.flagged_seconds) if restart.flagged_seconds is not None else None
        yield Text(
            en=f"restart asked for{by.en}" + (f" {waited.en} ago" if waited else ""),
            zh=f"软件包要求重启{by.zh}" + (f",已等待 {waited.zh}" if waited else ""),
        )
    # A new kernel was told of already.
    if names := [name for name in restart.updated if not (restart.kernel_is_old and name.startswith("kernel"))]:
        ago = _ago(restart.updated_seconds)
        yield Text(en=f"not in use yet: {_shown(names)}, updated{ago.en}", zh=f"更新后尚未生效:{_shown(names)}{ago.zh}")


def _shown(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (" …" if len(names) > 3 else "")


def _ago(seconds: int | None) -> Text:
    if seconds is None:
        return Text(en="", zh="")
    ago = duration_text(seconds)
    return Text(en=f" {ago.en} ago", zh=f"({ago.zh}前)")


CHECK = Check(
    reads=reboot_required.COLLECTOR,
    params=RebootRequiredParams,
    evaluate=evaluate,
    title=Text(en="Reboot required", zh="需要重启"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.PATCHES,
)
