"""Only a picture that does nothing stands in what people open."""

import struct
import zlib
from pathlib import Path

import pytest

from exporters.contract import Known
from exporters.forms import FormsSettings
from exporters.forms.logo import LONGEST, read_logo

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">{}</svg>'


def png(width: int = 2, height: int = 2) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\xff\0\0" * width for _ in range(min(height, 9)))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def written(tmp_path: Path, content: bytes | str, name: str = "logo.svg") -> Path:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_a_png_and_an_svg(tmp_path):
    found = read_logo(written(tmp_path, png(), "logo.png"))
    assert (found.media_type, found.content) == ("image/png", png())
    assert found.data_uri.startswith("data:image/png;base64,iVBOR")
    drawing = SVG.format('<defs><linearGradient id="g"/></defs><path d="M0 0h9" fill="url(#g)"/><use xlink:href="#g"/>')
    declared = '<?xml version="1.0" encoding="UTF-8"?>' + drawing
    assert read_logo(written(tmp_path, declared)).media_type == "image/svg+xml"
    assert read_logo(written(tmp_path, drawing)).media_type == "image/svg+xml"


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"", "logo.png", "neither a PNG nor an SVG"),
        (b"\xff\xd8\xff\xe0JFIF", "logo.png", "neither a PNG nor an SVG"),
        (png()[:20], "logo.png", "broken PNG"),
        (png()[:-8], "logo.png", "broken PNG"),
        (png(5000, 2), "logo.png", "5000 x 2 pixels"),
        (png() + b"\0" * LONGEST, "logo.png", "larger than 512 KiB"),
        ("<svg", "logo.svg", "broken SVG"),
        ("<html/>", "logo.svg", "its root is html"),
        ('<!DOCTYPE svg [<!ENTITY a "b">]><svg/>', "logo.svg", "document type"),
        (SVG.format("<script>alert(1)</script>"), "logo.svg", "holds <script>"),
        (SVG.format("<foreignObject/>"), "logo.svg", "holds <foreignobject>"),
        (SVG.format('<path onclick="x()"/>'), "logo.svg", "holds onclick"),
        (SVG.format('<image href="http://example.org/x.png"/>'), "logo.svg", "holds href"),
        (SVG.format('<a xlink:href="javascript:x()"/>'), "logo.svg", "holds href"),
        (SVG.format('<path style="fill:url(http://example.org)"/>'), "logo.svg", "holds style"),
        (SVG.format("<style>@import 'x.css';</style>"), "logo.svg", "from its style"),
        (SVG.format("<style>path{fill:url(//x)}</style>"), "logo.svg", "from its style"),
        ("<!DOCTYPE svg><svg/>".encode("utf-16"), "logo.svg", "in UTF-8"),
        ('<?xml version="1.0" encoding="cp037"?>' + SVG, "logo.svg", "in UTF-8"),
    ],
)
def test_what_is_no_harmless_picture_is_refused(tmp_path, content, name, message):
    path = written(tmp_path, content, name)
    with pytest.raises(ValueError, match=message):
        read_logo(path)
    settings = FormsSettings(logo=path)
    (fault,) = settings.faults(Known(frozenset(), frozenset(), frozenset()))
    assert (fault.keys, settings.picture) == (("logo",), None)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(ValueError, match="no such file"):
        read_logo(tmp_path / "logo.png")
    with pytest.raises(ValueError, match="is not a file"):
        read_logo(tmp_path)


def test_settings_hold_the_picture(tmp_path):
    path = written(tmp_path, png(), "logo.png")
    before = FormsSettings(logo=path)
    assert before.picture is not None
    path.write_bytes(png(3, 3))
    assert FormsSettings(logo=path) != before
