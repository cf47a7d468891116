"""In which format, and whether compressed, a page is sent: what the scraper asks for with `Accept`."""

import gzip
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from fastapi import Request, Response

from exporters.exposition import Format

GZIP_LEVEL = 1
"""See benchmarks/scrape.py: level 4 takes half as long again, and sends a twentieth less."""

_VERSIONS = {Format.TEXT: "0.0.4", Format.OPENMETRICS: "1.0.0"}


def exposition(request: Request, render: Callable[[Format], bytes]) -> Response:
    """The page that `render` makes, as the request wants it."""
    form = wanted_format(request.headers.get("accept", ""))
    page = render(form)
    headers = {"Vary": "Accept, Accept-Encoding"}
    if wants_gzip(request.headers.get("accept-encoding", "")):
        headers["Content-Encoding"] = "gzip"
        page = gzip.compress(page, GZIP_LEVEL, mtime=0)
    return Response(page, headers=headers, media_type=form.value)


def wanted_format(accept: str) -> Format:
    """The format a header `Accept` likes best; text when it likes neither, or both alike without naming OpenMetrics."""
    ranges = tuple(_ranges(accept))
    (by_name, openmetrics), (_, text) = (_liking(form, ranges) for form in (Format.OPENMETRICS, Format.TEXT))
    better = openmetrics > text or (openmetrics == text > 0 and by_name)
    return Format.OPENMETRICS if better else Format.TEXT


def wants_gzip(accept_encoding: str) -> bool:
    """Whether a header `Accept-Encoding` takes gzip, and likes it at least as well as no compression at all."""
    quality = {one.name: one.quality for one in _ranges(accept_encoding)}
    gzipped = max(quality.get("gzip", 0.0), quality.get("x-gzip", 0.0))
    if "gzip" not in quality and "x-gzip" not in quality:
        gzipped = quality.get("*", 0.0)
    return gzipped > 0 and gzipped >= quality.get("identity", 0.0)


@dataclass(frozen=True, slots=True)
class _Range:
    """One of the things a header lists, in lower case: how much it is liked is from 0 (not at all) to 1."""

    name: str
    quality: float
    parameters: dict[str, str] = field(default_factory=dict)


def _ranges(header: str) -> Iterator[_Range]:
    for one in header.lower().split(","):
        name, *parameters = (part.strip() for part in one.split(";"))
        if name:
            pairs = (parameter.partition("=") for parameter in parameters)
            known = {key.strip(): value.strip().strip('"') for key, _, value in pairs}
            yield _Range(name, _quality(known.pop("q", "1")), known)


def _quality(text: str) -> float:
    """What cannot be read is not asked for."""
    try:
        quality = float(text)
    except ValueError:
        return 0.0
    return quality if 0.0 <= quality <= 1.0 else 0.0


def _liking(form: Format, ranges: tuple[_Range, ...]) -> tuple[bool, float]:
    """Whether a format is named, and how well it is liked: the range that fits it closest says so."""
    kind = form.value.partition(";")[0]
    family = f"{kind.partition('/')[0]}/*"
    for fitting in (kind, family, "*/*"):
        likings = [one.quality for one in ranges if one.name == fitting and _is_of_version(form, one)]
        if likings:
            return fitting == kind, max(likings)
    return False, 0.0


def _is_of_version(form: Format, asked: _Range) -> bool:
    return asked.parameters.get("version", _VERSIONS[form]) == _VERSIONS[form]
