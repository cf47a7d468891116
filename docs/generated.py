"""Generated files that are kept in the repository: written anew, or compared with what the code says now."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Generated:
    """A folder of generated files. What fits the pattern and nothing makes is out of date, and goes."""

    folder: Path
    pattern: str
    make: Callable[[], Mapping[Path, str]]
    """The text of every file, by its path below the folder."""
    target: str
    """What of the Makefile writes them."""

    def stale(self) -> list[Path]:
        """The files that are missing, differ from what the code says now, or that nothing makes any more."""
        wanted = self._wanted()
        differing = [path for path, text in wanted.items() if not _holds(path, text)]
        return sorted([*differing, *self._left_over(wanted)])

    def write(self) -> None:
        """Write every file that differs; remove those that nothing makes."""
        wanted = self._wanted()
        for path in self._left_over(wanted):
            path.unlink()
        for path, text in wanted.items():
            if not _holds(path, text):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, "utf-8")

    def main(self, module: str, arguments: list[str]) -> int:
        """What `python -m MODULE` does. The exit code: 0, or 1 when `--check` found stale files."""
        if arguments not in ([], ["--check"]):
            print(f"usage: python -m {module} [--check]", file=sys.stderr)
            return 2
        if not arguments:
            self.write()
            return 0
        out_of_date = self.stale()
        for path in out_of_date:
            print(f"{path.relative_to(ROOT)} is out of date: make {self.target}", file=sys.stderr)
        return 1 if out_of_date else 0

    def _wanted(self) -> Mapping[Path, str]:
        return {self.folder / path: text for path, text in self.make().items()}

    def _left_over(self, wanted: Mapping[Path, str]) -> list[Path]:
        return [path for path in self.folder.rglob(self.pattern) if path not in wanted]


def _holds(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text("utf-8") == text
