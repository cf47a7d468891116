"""The files of the days' folders against what the ledger says of them: each edition is sealed when it is written."""

import hashlib
import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from agent.history.flaws import Finding, Flaw
from agent.history.ledger import EntryKind
from agent.history.stored import Stored

_CHUNK = 1 << 20
_DAY_FOLDER = re.compile(r"(\d{4}-\d\d-\d\d)(\.\d+)?")


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
    """Of a file's content, hexadecimal. Raises OSError."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


class FolderInspection:
    """Looks at the folder of the log; `hear` is given the entries of the ledger, `findings` then tells.

    `unsealed` counts folders from before their files were sealed: nothing can be said of them.
    """

    def __init__(self, root: Path, begin: date = date.min, end: date = date.max) -> None:
        self._root = root
        self._begin, self._end = begin, end
        self._manifests: dict[str, tuple[Stored, Manifest]] = {}
        self.unsealed = 0
        self.files = 0

    def hear(self, row: Stored, body: str) -> None:
        """An entry that is whole."""
        if row.kind == EntryKind.FILES:
            try:
                manifest = _MANIFEST.validate_json(body)
            except ValidationError:
                return  # of a later version, that says it otherwise
            self._manifests[manifest.folder] = row, manifest

    def findings(self) -> Iterator[Finding]:
        """What is not as it was written."""
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
        there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}
        for name in sorted(there - manifest.files.keys()):
            yield Flaw.ADDED, f"the file {folder / name}"

    def _unknown_folders(self) -> Iterator[Finding]:
        """Folders that look like a day's and that no entry tells of."""
        first = min((row.date for row, _ in self._manifests.values()), default=None)
        for folder in sorted(self._root.iterdir()):
            named = _DAY_FOLDER.fullmatch(folder.name)
            if named is None or folder.name in self._manifests or not self._is_in_range(named[1]):
                continue
            if first is None or named[1] < first:
                self.unsealed += 1
            else:
                yield Finding(Flaw.ADDED, f"the folder {folder}", EntryKind.FILES, "", named[1])

    def _is_in_range(self, written: str) -> bool:
        try:
            return self._begin <= date.fromisoformat(written) <= self._end
        except ValueError:
            return True
