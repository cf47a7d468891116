"""What sshd is told: the settings that hold, and the exceptions from them."""

# Only keywords that are known, none of which holds a secret, leave the host:
#   == options                     (of the running daemon's command line)
#   == effective                   (sshd -T, as root)
#   set permitrootlogin prohibit-password
#   == status 0
#   == files                       (of /etc/ssh/sshd_config and what it includes)
#   set permitrootlogin prohibit-password
#   block 1 User backup
#   in 1 passwordauthentication yes

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from collectors.contract import Collector, Entry, Kind, NoPermission, UnreadableOutput
from collectors.contract.reading import refuse_denied
from collectors.log_lines import shown
from collectors.sshd_words import PROBE, MatchSetting, Setting, settings_in
from collectors.sshd_words.setting import one

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class SshdSettings:
    """The settings by keyword, as sshd itself tells them, or, where not `effective`, those that its files have.

    `exceptions` are those of Match blocks, `closed` is whether there may be more in files that the login may not read.
    `error` is what sshd said when it refused its own configuration; empty when it did not. `config` is the file that
    the running daemon was told to read instead of the usual one. `first` are the effective settings seen first. Where
    these are not `effective`, `last` and `last_exceptions` are those of the last look at which they were.
    """

    effective: bool
    settings: tuple[Setting, ...]
    exceptions: tuple[MatchSetting, ...]
    closed: bool
    error: str = ""
    config: str | None = None
    first: tuple[Setting, ...] | None = None
    last: tuple[Setting, ...] = ()
    last_exceptions: tuple[MatchSetting, ...] = ()


def parse(output: str) -> SshdSettings:
    """Raises `UnreadableOutput`, and `NoPermission` where neither sshd nor its files tell anything."""
    parts: dict[str, list[str]] = {}
    status, part = "", ""
    for line in output.split("\n"):
        if line.startswith("== status "):
            status = line.removeprefix("== status ").strip()
        elif line.startswith("== ") and not line.startswith("== denied "):
            part = line[3:].strip()
        else:
            parts.setdefault(part, []).append(line)
    effective, files = parts.get("effective", []), parts.get("files", [])
    if not status:
        raise UnreadableOutput("the end of what sshd tells", output.rstrip("\n").rpartition("\n")[2])
    told = settings_in(effective) if status == "0" else {}
    found = told or settings_in(files)
    if not found:
        refuse_denied(output)
    if "closed" in files and not found:
        raise NoPermission("the login may not read /etc/ssh/sshd_config, nor ask sshd as root")
    errors = [line[6:] for line in effective if line.startswith("error ")] if status not in ("0", "77") else []
    if not (found or errors):
        raise UnreadableOutput("settings of sshd", output.partition("\n")[0])
    options = parts.get("options", [])
    return SshdSettings(
        effective=bool(told),
        settings=_sorted({**found, **settings_in(options)}.values()),
        exceptions=_exceptions(files),
        closed="closed" in files,
        error=shown(next((line for line in errors if ": line " in line), errors[-1])) if errors else "",
        config=next((line[7:] for line in options if line.startswith("config ")), None),
    )


def _sorted(settings: Iterable[Setting]) -> tuple[Setting, ...]:
    return tuple(sorted(settings, key=lambda setting: setting.keyword))


def _exceptions(lines: Sequence[str]) -> tuple[MatchSetting, ...]:
    blocks: dict[str, str] = {}
    found = []
    for line in lines:
        word, _, rest = line.partition(" ")
        number, _, said = rest.partition(" ")
        if word == "block":
            blocks[number] = said.strip()
        elif word == "in" and number in blocks:
            setting = one(*said.partition(" ")[::2])
            found.append(MatchSetting(shown(blocks[number]), setting.keyword, setting.value))
    return tuple(found)


def compare(previous: SshdSettings, current: SshdSettings) -> SshdSettings:
    """Carry on what was seen first, and, where sshd itself tells nothing now, what it told last."""
    seen = previous.settings if previous.effective else None
    current = replace(current, first=seen if previous.first is None else previous.first)
    if current.effective:
        return current
    last = (previous.settings, previous.exceptions) if previous.effective else (previous.last, previous.last_exceptions)
    return replace(current, last=last[0], last_exceptions=last[1])


def inventory(facts: SshdSettings) -> Iterable[Entry]:
    """Each setting and each exception that are known to hold; what cannot be seen any more has not changed."""
    for setting in facts.settings if facts.effective else facts.last:
        yield Entry(Kind.ACCESS, f"sshd {setting.keyword}", _cut(setting.value))
    by_name: dict[str, str] = {}
    for exception in facts.exceptions if facts.effective else facts.last_exceptions:
        by_name.setdefault(f"sshd Match {exception.criteria}: {exception.keyword}", _cut(exception.value))
    for name, value in by_name.items():
        yield Entry(Kind.ACCESS, name, value)


def _cut(value: str) -> str:
    """Lists of algorithms are long; what changes far behind is told by their number and a checksum."""
    if len(value) <= _LONGEST:
        return value
    names = value.replace(",", " ").split()
    checksum = hashlib.sha256(value.encode("utf-8", "replace")).hexdigest()[:8]
    return f"{len(names)} ({checksum}): {value[: _LONGEST - 40]} ..."


COLLECTOR = Collector(
    probe=PROBE,
    parse=parse,
    needs_command="sshd",
    every_seconds=3600,
    timeout_seconds=20,
    compare=compare,
    inventory=inventory,
    keep_facts=True,
    root_commands=("sshd -T",),
)
