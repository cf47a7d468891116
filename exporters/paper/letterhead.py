"""Who the papers are from: an organisation's name and its logo, at the top of each of them."""

import base64
import struct
from dataclasses import dataclass

from exporters.daily.inert import plain

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_JPEG_SIZES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})


@dataclass(frozen=True, slots=True)
class Letterhead:
    """`organisation` may be empty. `logo` is a PNG or a JPEG, or empty."""

    organisation: str = ""
    logo: bytes = b""

    @property
    def name(self) -> str:
        """The organisation's name in one line."""
        return plain(self.organisation)

    @property
    def logo_url(self) -> str:
        """The logo as a data URL: no page loads anything."""
        kind = "png" if self.logo.startswith(_PNG) else "jpeg"
        return f"data:image/{kind};base64,{base64.b64encode(self.logo).decode('ascii')}" if self.logo else ""

    @property
    def logo_size(self) -> tuple[int, int]:
        """Width and height of the logo in pixels. Raises ValueError for what is no PNG and no JPEG."""
        return image_size(self.logo)


def image_size(content: bytes) -> tuple[int, int]:
    """Width and height of a PNG or JPEG in pixels. Raises ValueError for anything else."""
    if content.startswith(_PNG) and content[12:16] == b"IHDR" and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
    elif content.startswith(_JPEG):
        width, height = _jpeg_size(content)
    else:
        raise ValueError("not a PNG or JPEG image")
    if not (0 < width <= 20_000 and 0 < height <= 20_000):
        raise ValueError(f"an image of {width} x {height} pixels")
    return width, height


def _jpeg_size(content: bytes) -> tuple[int, int]:
    """The size from the frame's header: segments are skipped until there is one."""
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker in _JPEG_SIZES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + int(struct.unpack(">H", content[at + 2 : at + 4])[0])
    raise ValueError("a JPEG without a size")
