"""HTML pages as PDF, by WeasyPrint: the extra `pdf` of the distribution, and Pango and a CJK font of the system."""

import importlib.util
import logging
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Any

HOW_TO_INSTALL = (
    "PDF needs the extra `pdf` (pip install 'rounds[pdf]') and Pango"
    " (Debian, Ubuntu: apt-get install libpango-1.0-0 libpangoft2-1.0-0 fonts-noto-cjk)"
)


class NoPdfError(Exception):
    """PDF is wanted and cannot be made: on this machine, or of this page."""


def is_installed() -> bool:
    """Whether the extra is there; it is not loaded for that, and Pango may still be missing."""
    return all(importlib.util.find_spec(name) is not None for name in ("weasyprint", "pypdf"))


def pdf(*pages: str, system: str, day: str, identifier: str) -> bytes:
    """Self-contained HTML pages as one PDF; the sheets of each are numbered by themselves, under a line of their own.

    Each is laid out by itself, which takes less memory than all at once. `identifier` is what the file is
    known by: with it the same pages give the same bytes. Nothing but `data:` URLs is ever loaded. Raises `NoPdfError`
    where WeasyPrint, or a library of the system that it needs, is missing, or fails over a page.
    """
    library = _libraries()
    style = f"body {{ string-set: system {_string(system)}, day {_string(day)}; }}\n"
    sheet = library["CSS"](string=files("exporters").joinpath("templates/pdf.css").read_text("utf-8") + style)
    printed = [_printed(page, sheet, identifier, library) for page in pages]
    return printed[0] if len(printed) == 1 else _bound(printed, library)


def _printed(page: str, sheet: object, identifier: str, library: Mapping[str, Any]) -> bytes:
    fetch = library["URLFetcher"](allowed_protocols=("data",), allow_redirects=False)
    document = library["HTML"](string=page, base_url=None, url_fetcher=fetch)
    try:
        content = document.write_pdf(stylesheets=[sheet], pdf_identifier=identifier.encode("utf-8", "replace"))
    except Exception as error:
        said = " ".join(f"{type(error).__name__} {error}".split())[:200]
        raise NoPdfError(f"WeasyPrint {library['version']} could not lay out a page: {said}") from error
    assert isinstance(content, bytes)
    return content


def _bound(printed: Sequence[bytes], library: Mapping[str, Any]) -> bytes:
    """Several PDFs as one, with the bookmarks of all."""
    binder = library["PdfWriter"]()
    for content in printed:
        binder.append(BytesIO(content))
    target = BytesIO()
    binder.write(target)
    return target.getvalue()


@cache
def _libraries() -> Mapping[str, Any]:
    try:
        from pypdf import PdfWriter  # noqa: PLC0415 (optional, and slow to load)
        from weasyprint import CSS, HTML, __version__  # noqa: PLC0415
        from weasyprint.urls import URLFetcher  # noqa: PLC0415
    except (ImportError, OSError) as error:  # OSError: a shared library is not there
        raise NoPdfError(f"{HOW_TO_INSTALL}; {' '.join(str(error).split())[:200]}") from error
    # It warns of each rule that is for screens, page by page: hundreds of lines a day that nobody can act on.
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    return {"CSS": CSS, "HTML": HTML, "URLFetcher": URLFetcher, "PdfWriter": PdfWriter, "version": __version__}


def _string(text: str) -> str:
    """A CSS string: every character but letters and digits written as its number."""
    return '"' + "".join(c if c.isalnum() else f"\\{ord(c):06x}" for c in text) + '"'
