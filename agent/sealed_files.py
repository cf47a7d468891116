"""The files of the days' folders against what the ledger says of them: each edition is sealed when it is written."""

import hashlib
import json
import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from agent.history.flaws import Finding, Flaw
from agent.history.ledger import EntryKind
from agent.history.stored import Stored
from exporters.contract import PeriodKind
from exporters.periodic import read_name

_CHUNK = 1 << 20
_EDITION = re.compile(r"(\d{4}-(?:\d\d-\d\d|W\d\d|\d\d))(?:\.([1-9]\d{0,8}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Manifest:
    """The files of one edition: their SHA-256 by their paths in `folder`, for the record `record`."""

    record: str
    folder: str
    files: dict[str, str]

    @classmethod
    def of(cls, record: str, paths: Sequence[Path], root: Path | None) -> "Manifest":
        """Of files as they were just written; `root` is the folder that `folder` is told from. Raises OSError."""
        folder = Path(os.path.commonpath([path.parent for path in paths]))
        told = folder.relative_to(root) if root is not None and folder.is_relative_to(root) else folder
        files = {path.relative_to(folder).as_posix(): sha256(path) for path in sorted(paths)}
        return cls(record, told.as_posix(), files)

    def json(self) -> str:
        """As it is kept; the same for the same files."""
        return json.dumps({"record": self.record, "folder": self.folder, "files": self.files}, sort_keys=True)


_MANIFEST = TypeAdapter(Manifest)


def sha256(path: Path) -> str:
    """Of a file's content, hexadecimal. Raises OSError, also for a pipe or a device: it might never end."""
    digest = hashlib.sha256()
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError("it is not a file")
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


class FolderInspection:
    """Looks at the folder of the log; `hear` is given the entries of the ledger, `findings` then tells.

    To be made before the ledger is read: an agent at work seals what it writes a moment after it is there. Raises
    OSError when the folder cannot be read. `unsealed` counts folders from before their files were sealed: nothing can
    be said of them.
    """

    def __init__(self, root: Path, begin: date = date.min, end: date = date.max) -> None:
        self._root = root
        self._there = sorted(path.name for path in root.iterdir())
        self._begin, self._end = begin, end
        self._manifests: dict[str, tuple[Stored, Manifest]] = {}
        self._contradictions: list[Finding] = []
        self._days: set[str] = set()
        self._days_of_old: set[str] = set()
        """Of an older version, that neither signed its records nor sealed its files."""
        self.unsealed = 0
        self.files = 0

    def hear(self, row: Stored, body: str) -> None:
        """An entry that is whole."""
        if row.kind == EntryKind.DAY:
            self._days.add(row.date)
            if row.signature is None:
                self._days_of_old.add(row.date)
        if row.kind != EntryKind.FILES:
            return
        try:
            manifest = _MANIFEST.validate_json(body)
        except ValidationError:
            return  # of a later version, that says it otherwise
        first, known = self._manifests.setdefault(manifest.folder, (row, manifest))
        if known.files != manifest.files:
            words = (
                f"the folder {manifest.folder} was sealed again with other files than by {first.number}, which holds"
            )
            self._contradictions.append(Finding(Flaw.ALTERED, words, row.kind, row.number, row.date))

    def findings(self) -> Iterator[Finding]:
        """What is not as it was written."""
        yield from self._contradictions
        for row, manifest in self._manifests.values():
            for flaw, words in self._folder(self._root / manifest.folder, manifest):
                yield Finding(flaw, words, row.kind, manifest.record, row.date)
        yield from self._unknown_folders()

    def _folder(self, folder: Path, manifest: Manifest) -> Iterator[tuple[Flaw, str]]:
        if not folder.is_dir():
            yield Flaw.MISSING, f"the folder {folder} is gone"
            return
        for name, digest in manifest.files.items():
            self.files += 1
            try:
                if sha256(folder / name) != digest:
                    yield Flaw.ALTERED, f"the file {folder / name}"
            except FileNotFoundError:
                yield Flaw.MISSING, f"the file {folder / name}"
            except OSError as error:
                yield Flaw.DAMAGED, f"the file {folder / name} cannot be read: {error.strerror or error}"
        others = (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
        for name in sorted({path.relative_to(folder).as_posix() for path in others} - manifest.files.keys()):
            yield Flaw.ADDED, f"the file {folder / name}"

    def _unknown_folders(self) -> Iterator[Finding]:
        """Folders that look like those of a day, a week or a month, and that no entry tells of."""
        first_day = min(self._days, default=date.max.isoformat())
        sealed = [_named(folder) for folder in self._manifests]
        for folder in self._there:
            name, edition = _named(folder)
            day = _day_of(name)
            if day is None or folder in self._manifests or not self._begin <= day <= self._end:
                continue
            is_of_old = day.isoformat() < first_day or name in self._days_of_old
            if is_of_old and all(edition < later for other, later in sealed if other == name):
                self.unsealed += 1
            else:
                yield Finding(Flaw.ADDED, f"the folder {self._root / folder}", EntryKind.FILES, "", day.isoformat())


def _named(folder: str) -> tuple[str, int]:
    """What an edition's folder is called after, and the number of the edition."""
    found = _EDITION.fullmatch(folder)
    return (found[1], int(found[2] or 1)) if found else (folder, 1)


def _day_of(name: str) -> date | None:
    """The day that ends what an edition is called after; None: it is no edition's name."""
    if not _EDITION.fullmatch(name):
        return None
    try:
        if "W" in name:
            return read_name(PeriodKind.WEEK, name)
        return read_name(PeriodKind.MONTH, name) if len(name) == len("2026-11") else date.fromisoformat(name)
    except ValueError:
        return None
