"""`rounds verify`: whether what is kept for good is as it was made."""

import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from pydantic import TypeAdapter, ValidationError
from sqlalchemy.exc import DatabaseError, OperationalError

from agent.catalogue import catalogue
from agent.cli.logs import quiet_logs
from agent.cli.options import ConfigOption, fail, out, read_config
from agent.config import Config
from agent.daily import FILED_BY, last_day_due, plan_of
from agent.history import History, HistoryError
from agent.history.flaws import Finding, Flaw
from agent.history.inspection import Inspection, Outside
from agent.history.ledger import EntryKind
from agent.history.stored import Stored
from agent.memory import key_file, open_history, sqlite_file
from agent.sealed_files import FolderInspection
from agent.signing import SigningError
from exporters.contract import Evidence
from exporters.daily.inert import plain
from exporters.daily.words import counted

NOT_WHOLE = 1
"""Exit code when something was altered, is missing or was added."""

GRACE_SECONDS = 3600.0
"""How long after its end a day may still be without its record."""

_HASH = re.compile(r"[0-9a-f]{16,64}")


def verify(
    begin: Annotated[str, typer.Option("--from", help="The first day to read, as YYYY-MM-DD. Default: all.")] = "",
    end: Annotated[str, typer.Option("--to", help="The last day to read. Default: the last that is over.")] = "",
    log_folder: Annotated[
        Path | None, typer.Option(help="Where the days' folders lie. Default: as the configuration says.")
    ] = None,
    anchor: Annotated[
        list[str] | None,
        typer.Option(help="A hash that left the house, from a mail or a time stamp: its record must be there."),
    ] = None,
    trust: Annotated[
        list[str] | None, typer.Option(help="The fingerprint of a key that you know to be the agent's.")
    ] = None,
    records_only: Annotated[bool, typer.Option("--records-only", help="Leave the files and the answers out.")] = False,
    key: Annotated[bool, typer.Option("--key", help="Only show the public key and its fingerprint.")] = False,
    config: ConfigOption = None,
) -> None:
    """Check that no record of a day was altered, left out, added or swapped, and say which if one was.

    Looks at the seals and signatures of all records, their reviews and notes, the files of the days' folders and the
    answers of hosts that records rest on. Exit code: 0 all is whole, 1 it is not, 2 bad input, or out of reach.
    """
    quiet_logs()
    read = read_config(config, check_files=False)
    if key:
        _show_key(read)
        return
    if (file := sqlite_file(read)) is not None and not file.exists():
        fail(f"nothing is remembered yet: {file} is not there")
    outside = _outside(read, _day("--from", begin), _day("--to", end), anchor or (), trust or ())
    files = None if records_only else _folder_inspection(read, log_folder, outside)
    with _reached(read) as history:
        retention = None if records_only else read.history.retention.evidence
        look = _Look(history, outside, files, retention, head_is_due=key_file(read).path.exists())
        try:
            found = look.inspect()
        except HistoryError as error:
            _tell_damage(str(error))
    _tell(found, look)


@contextmanager
def _reached(config: Config) -> Iterator[History]:
    """The history. One that cannot be reached, or is of another version, is not for that damaged."""
    try:
        history = open_history(config)
    except HistoryError as error:
        cause = error.__cause__
        if isinstance(cause, DatabaseError) and not isinstance(cause, OperationalError):
            _tell_damage(str(error))
        fail(str(error))
    try:
        yield history
    finally:
        history.stop(timeout=10.0)


@dataclass(frozen=True, slots=True)
class _Grounds:
    """The part of a day's record that names the answers it rests on."""

    evidence: tuple[Evidence, ...] = ()


_GROUNDS = TypeAdapter(_Grounds)


class _Look:
    """All that is looked at. `retention` None: the answers are not. `head_is_due`: the key is here, so its head is."""

    def __init__(
        self,
        history: History,
        outside: Outside,
        files: FolderInspection | None,
        retention: float | None,
        *,
        head_is_due: bool,
    ) -> None:
        self._history = history
        self._outside = outside
        self._head_is_due = head_is_due
        self._kept_since = None if retention is None else time.time() - retention
        self.files = files
        self.answers = 0
        self.remarks: list[str] = []
        self._lost: list[Finding] = []

    def inspect(self) -> Inspection:
        heard_by = [self._hear_grounds] if self._kept_since is not None else []
        found = self._history.inspect(self._outside, [*heard_by, *([self.files.hear] if self.files else [])])
        found.findings.extend(self._lost)
        if self.files is not None:
            found.findings.extend(self.files.findings())
        if self._kept_since is not None:
            found.findings.extend(self._altered_answers())
        self._remark(found)
        return found

    def is_of_nothing(self, days: Sequence[str]) -> bool:
        """Whether a range was asked for, and none of the days that have a record is in it."""
        begin, end = self._outside.begin, self._outside.end
        is_range = (begin, end) != (date.min, date.max)
        return is_range and not any(begin.isoformat() <= day <= end.isoformat() for day in days)

    def _hear_grounds(self, row: Stored, body: str) -> None:
        if row.kind != EntryKind.DAY:
            return
        try:
            named = _GROUNDS.validate_json(body).evidence
        except ValidationError:
            self._lost.append(Finding(Flaw.ALTERED, "its evidence cannot be read", row.kind, row.number, row.date))
            return
        self.answers += len(named)
        for lost in self._history.archive.lost(named):
            if self._kept_since is not None and lost.at > self._kept_since:
                words = f"the answer of {lost.host} to {lost.collector} that it rests on ({lost.answer_sha256[:16]})"
                self._lost.append(Finding(Flaw.MISSING, words, row.kind, row.number, row.date))

    def _altered_answers(self) -> Iterator[Finding]:
        for sha256 in self._history.archive.altered():
            yield Finding(Flaw.ALTERED, f"the kept text {sha256}: `rounds evidence` shows what rests on it")

    def _remark(self, found: Inspection) -> None:
        if found.unsigned:
            self.remarks.append(f"{found.unsigned} of the entries are from before anything was signed")
        if found.entries and self._outside.key is None:
            self.remarks.append("no key is known: an attacker who has the database could have made all of it")
        elif found.entries and self._outside.head is None and self._head_is_due:
            found.findings.append(Finding(Flaw.MISSING, "the head of the ledger, the file beside the key, is gone"))
        elif found.entries and self._outside.head is None:
            self.remarks.append("no head of the ledger lies beside the key: whether the newest are gone cannot be told")
        if self.files is not None and self.files.unsealed:
            folders = counted(self.files.unsealed, "folder")
            self.remarks.append(f"{folders} from before files were sealed: not looked at")


def _tell_damage(words: str) -> NoReturn:
    out.print(plain(f"{Flaw.DAMAGED}: {words}", 4000), markup=False, soft_wrap=True)
    raise typer.Exit(NOT_WHOLE)


def _tell(found: Inspection, look: _Look) -> NoReturn:
    for finding in found.findings:
        out.print(plain(str(finding), 4000), markup=False, soft_wrap=True)
    for remark in look.remarks:
        out.print(f"note: {remark}", markup=False, soft_wrap=True)
    days = sorted(found.days)
    span = f", days {plain(days[0])} to {plain(days[-1])}" if days else ""
    files = f", {counted(look.files.files, 'file')}" if look.files else ""
    entries = f"{found.entries} {'entry' if found.entries == 1 else 'entries'}"
    out.print(f"{entries}, {counted(len(days), 'day')}{span}{files}, {counted(look.answers, 'answer')}", soft_wrap=True)
    out.print(f"head: {plain(found.head)}", markup=False, soft_wrap=True)
    if found.findings:
        out.print(f"NOT WHOLE: {counted(len(found.findings), 'finding')}", markup=False, soft_wrap=True)
        raise typer.Exit(NOT_WHOLE)
    if look.is_of_nothing(days):
        kept = f"those kept are of {plain(days[0])} to {plain(days[-1])}" if days else "none is kept yet"
        fail(f"there is no record of any day from --from to --to, so nothing was verified; {kept}")
    out.print("whole: nothing was altered, left out or added", markup=False, soft_wrap=True)
    raise typer.Exit


def _show_key(config: Config) -> None:
    keys = key_file(config)
    try:
        public = keys.public()
    except SigningError as error:
        fail(str(error))
    if public is None:
        fail(f"there is no signing key yet: the agent makes {keys.path} when it starts")
    typer.echo(public.pem, nl=False)
    typer.echo(f"fingerprint: {public.fingerprint}")


def _outside(
    config: Config, begin: date | None, end: date | None, anchors: Sequence[str], trust: Sequence[str]
) -> Outside:
    keys = key_file(config)
    for option, values in (("--anchor", anchors), ("--trust", trust)):
        for value in values:
            if not _HASH.fullmatch(value.lower()) or (option == "--trust" and len(value) != 64):
                wanted = "64 hexadecimal digits" if option == "--trust" else "16 to 64 hexadecimal digits"
                fail(f"{option}: expected {wanted}, not {value!r}")
    if begin and end and begin > end:
        fail(f"--from: {begin} is after --to {end}")
    due = last_day_due(time.time() - GRACE_SECONDS, plan_of(config, catalogue()))
    for option, day in (("--from", begin), ("--to", end)):
        if day is not None and day > due:
            fail(f"{option}: the day that ends on {day} is not over yet")
    try:
        public, head = keys.public(), keys.head()
    except SigningError as error:
        _tell_damage(str(error))
    return Outside(
        key=public,
        head=head,
        trusted=frozenset(value.lower() for value in trust),
        anchors=tuple(value.lower() for value in anchors),
        due=due,
        begin=begin or date.min,
        end=end or date.max,
    )


def _folder_inspection(config: Config, named: Path | None, outside: Outside) -> FolderInspection | None:
    folder = named or getattr(config.exporters.get(FILED_BY), "folder", None)
    if named is not None and not named.is_dir():
        fail(f"--log-folder: {named} is not a folder")
    if folder is None:
        return None
    if not folder.is_dir():
        fail(f"the folder of the log, {folder}, is not there; name another with --log-folder, or say --records-only")
    try:
        return FolderInspection(folder, outside.begin, outside.end)
    except OSError as error:
        fail(f"cannot read the folder of the log, {folder}: {error.strerror}")


def _day(option: str, written: str) -> date | None:
    if not written:
        return None
    try:
        day = date.fromisoformat(written)
    except ValueError:
        day = None
    if day is None or day.isoformat() != written:
        fail(f"{option}: expected a day as YYYY-MM-DD, not {written!r}")
    return day
