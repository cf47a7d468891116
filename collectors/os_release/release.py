"""What os-release(5) says of the distribution."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from collectors.contract import Sample, UnreadableOutput


@dataclass(frozen=True, slots=True)
class Release:
    """What os-release says of the distribution, see os-release(5); empty where it says nothing."""

    id: str
    version_id: str
    pretty_name: str
    fields: tuple[tuple[str, str], ...]

    @property
    def with_version(self) -> str:
        """`Debian GNU/Linux 12 (bookworm)`; its version is added where the pretty name lacks it."""
        missing = self.version_id and self.version_id not in self.pretty_name
        return f"{self.pretty_name} {self.version_id}" if missing else self.pretty_name


def parse_release(text: str) -> Release | None:
    """The release an os-release file tells of, None where it is empty or not there. Raises `UnreadableOutput`."""
    fields: dict[str, str] = {}
    for line in text.split("\n"):
        if match := re.fullmatch(r"\s*([A-Za-z][A-Za-z0-9_]*)=(.*)", line):
            try:
                fields[match[1]] = " ".join(shlex.split(match[2]))
            except ValueError:
                raise UnreadableOutput("a shell assignment in os-release", line) from None
        elif line.strip() and not line.lstrip().startswith("#"):
            raise UnreadableOutput("a shell assignment in os-release", line)
    if not fields:
        return None
    return Release(
        id=fields.get("ID", "linux"),  # the default of os-release(5)
        version_id=fields.get("VERSION_ID", ""),
        pretty_name=fields.get("PRETTY_NAME", "Linux"),  # likewise
        fields=tuple(fields.items()),
    )


_OS_LABELS = (
    "build_id", "id", "id_like", "image_id", "image_version", "name", "pretty_name", "variant", "variant_id",
    "version", "version_codename", "version_id",
)  # fmt: skip


def release_samples(release: Release) -> Iterator[Sample]:
    """As node_exporter's `os` collector names them."""
    fields = dict(release.fields)
    yield Sample(
        "node_os_info",
        1,
        tuple((label, fields.get(label.upper(), "")) for label in _OS_LABELS),
        f"A metric with a constant '1' value labeled by {', '.join(_OS_LABELS)}.",
    )
    if version := re.match(r"[0-9]{1,9}(\.[0-9]{1,9})?", fields.get("VERSION_ID", ""), re.ASCII):
        yield Sample(
            "node_os_version",
            float(version[0]),
            tuple((label, fields.get(label.upper(), "")) for label in ("id", "id_like", "name")),
            "Metric containing the major.minor part of the OS version.",
        )
