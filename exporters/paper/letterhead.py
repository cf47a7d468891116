"""Who the papers are from: an organisation's own line and its logo, at the top of each of them."""

import struct
from dataclasses import dataclass

from checks.contract.text import Language
from exporters.daily.inert import plain
from exporters.forms import FormsSettings, Logo


@dataclass(frozen=True, slots=True)
class Letterhead:
    """`line` may be empty."""

    line: str = ""
    logo: Logo | None = None

    @classmethod
    def of(cls, settings: FormsSettings, language: Language) -> "Letterhead":
        """What the settings say, for readers of one language."""
        line = "" if settings.header is None else settings.header.text.in_language(language)
        return cls(plain(line), settings.picture)

    @property
    def png_size(self) -> tuple[int, int] | None:
        """Width and height in pixels of a logo that a spreadsheet can show; None: it has none, or a drawing."""
        if self.logo is None or self.logo.media_type != "image/png":
            return None
        width, height = struct.unpack(">II", self.logo.content[16:24])
        return width, height
