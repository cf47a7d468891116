"""The recordings of real commands that tests replay."""

from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent / "recordings"


@dataclass(frozen=True)
class Recording:
    collector: str
    path: Path

    @property
    def expected_path(self) -> Path:
        return self.path.with_suffix(".expected.json")

    @property
    def system(self) -> str:
        return self.path.stem

    @property
    def header(self) -> str:
        return self._decoded().partition("\n")[0]

    @property
    def output(self) -> str:
        """What the probe printed, decoded as `collectors.transport.script` decodes it."""
        return self._decoded().partition("\n")[2]

    def _decoded(self) -> str:
        return self.path.read_bytes().decode("utf-8", "backslashreplace")


def recordings() -> list[Recording]:
    return [Recording(path.parent.name, path) for path in sorted(HERE.glob("*/*.txt"))]
