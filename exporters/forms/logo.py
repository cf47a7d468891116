"""The organisation's picture: looked at before it stands in what people open."""

import base64
import re
import struct
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

LONGEST = 512 * 1024
"""Bytes: it stands in every file that is made."""

WIDEST = 4000
"""Pixels, either way."""

_PNG = b"\x89PNG\r\n\x1a\n"
_REFERENCE = re.compile(r"url\(\s*['\"]?(?!#)", re.IGNORECASE)
_OTHER_ENCODING = re.compile(r"<\?xml[^>]*encoding=['\"](?!utf-8['\"])", re.IGNORECASE)
_FORBIDDEN = frozenset({"script", "foreignobject", "iframe", "object", "embed", "handler", "set", "animate"})


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture with its media type, `image/png` or `image/svg+xml`."""

    content: bytes
    media_type: str

    @property
    def data_uri(self) -> str:
        """For the `src` of an HTML image, so that the file needs no other."""
        return f"data:{self.media_type};base64,{base64.b64encode(self.content).decode('ascii')}"


def read_logo(path: Path) -> Logo:
    """The picture in a file. Raises ValueError that says why it cannot be used."""
    try:
        if not path.is_file():
            raise ValueError(f"{path} is not a file" if path.exists() else f"no such file: {path}")
        with path.open("rb") as file:
            content = file.read(LONGEST + 1)
    except OSError as error:
        raise ValueError(f"cannot read {path}: {error.strerror}") from error
    if len(content) > LONGEST:
        raise ValueError(f"{path} is larger than {LONGEST // 1024} KiB, and would stand in every file that is made")
    if content.startswith(_PNG):
        _look_at_png(content, path)
        return Logo(content, "image/png")
    if path.suffix.lower() == ".svg":
        _look_at_svg(content, path)
        return Logo(content, "image/svg+xml")
    raise ValueError(f"{path} is neither a PNG nor an SVG picture")


def _look_at_png(content: bytes, path: Path) -> None:
    if len(content) < 33 or content[12:16] != b"IHDR" or b"IEND" not in content[-16:]:
        raise ValueError(f"{path} is a broken PNG picture")
    width, height = struct.unpack(">II", content[16:24])
    if not (0 < width <= WIDEST and 0 < height <= WIDEST):
        raise ValueError(f"{path} is {width} x {height} pixels; at most {WIDEST} either way can be used")


def _look_at_svg(content: bytes, path: Path) -> None:
    """A drawing and nothing else: no program, no other file, no entity that could grow."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text or _OTHER_ENCODING.match(text):
        raise ValueError(f"{path} is not an SVG picture in UTF-8")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise ValueError(f"{path} declares a document type; save it as a plain SVG")
    try:
        root = ElementTree.fromstring(text)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise ValueError(f"{path} is a broken SVG picture: {error}") from None
    if _local(root.tag) != "svg":
        raise ValueError(f"{path} is not an SVG picture: its root is {_local(root.tag)[:40]}")
    for element in root.iter():
        if _local(element.tag) in _FORBIDDEN:
            raise ValueError(f"{path} holds <{_local(element.tag)}>, which a picture needs not")
        for name, value in element.attrib.items():
            attribute = _local(name)
            refers = attribute in ("href", "src") and not value.startswith(("#", "data:image/"))
            if attribute.startswith("on") or refers or _REFERENCE.search(value):
                raise ValueError(f"{path} holds {attribute}={value[:40]!r}: a picture may not act, nor load others")
        if _local(element.tag) == "style" and (
            _REFERENCE.search(element.text or "") or "@import" in (element.text or "")
        ):
            raise ValueError(f"{path} loads other files from its style")


def _local(name: object) -> str:
    return str(name).rpartition("}")[2].lower()
