"""HTML pages as PDF, by WeasyPrint: the extra `pdf` of the distribution, and Pango and a CJK font of the system."""

import importlib.util
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

HOW_TO_INSTALL = (
    "PDF needs the extra `pdf` (pip install 'rounds[pdf]') and Pango"
    " (Debian, Ubuntu: apt-get install libpango-1.0-0 libpangoft2-1.0-0 fonts-noto-cjk)"
)


class NoPdfError(Exception):
    """PDF is wanted and cannot be made on this machine."""


def is_installed() -> bool:
    """Whether the extra is there; it is not loaded for that, and Pango may still be missing."""
    return importlib.util.find_spec("weasyprint") is not None


def pdf(page: str, *, system: str, day: str, identifier: str) -> bytes:
    """A self-contained HTML page as PDF, its pages numbered, with a line at their head and foot.

    `identifier` is what the file is known by: with it the same page gives the same bytes. Nothing but `data:` URLs is
    ever loaded. Raises `NoPdfError` where WeasyPrint, or a library of the system that it needs, is missing.
    """
    made = _weasyprint()
    fetch = made["URLFetcher"](allowed_protocols=("data",), allow_redirects=False)
    style = f"body {{ string-set: system {_string(system)}, day {_string(day)}; }}\n"
    document = made["HTML"](string=page, base_url=None, url_fetcher=fetch)
    sheet = made["CSS"](string=files("exporters").joinpath("templates/pdf.css").read_text("utf-8") + style)
    content = document.write_pdf(stylesheets=[sheet], pdf_identifier=identifier.encode("utf-8", "replace"))
    assert isinstance(content, bytes)
    return content


@cache
def _weasyprint() -> Mapping[str, Any]:
    try:
        from weasyprint import CSS, HTML  # noqa: PLC0415 (optional, and slow to load)
        from weasyprint.urls import URLFetcher  # noqa: PLC0415
    except (ImportError, OSError) as error:  # OSError: a shared library is not there
        raise NoPdfError(f"{HOW_TO_INSTALL}; {' '.join(str(error).split())[:200]}") from error
    return {"CSS": CSS, "HTML": HTML, "URLFetcher": URLFetcher}


def _string(text: str) -> str:
    """A CSS string: every character but letters and digits written as its number."""
    return '"' + "".join(c if c.isalnum() else f"\\{ord(c):06x}" for c in text) + '"'
