"""The landing page: what is wrong now, and every host."""

import base64
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from agent import __version__
from agent.board import Standing
from agent.config import Config
from agent.web.answers import HostOut, ResultOut, StateName, host_out, results_out
from exporters.daily.inert import plain

PROBLEMS_SHOWN = 200


def _clock(moment: datetime, zone: ZoneInfo) -> str:
    """`2026-11-21 08:00:00 CST`."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S %Z}"


_FOLDER = Path(__file__).parent / "pages"
_PAGES = Environment(loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined)
_PAGES.filters["plain"] = plain
_PAGES.filters["clock"] = _clock
_STYLE = (_FOLDER / "landing.css").read_text("utf-8")
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

CONTENT_SECURITY_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The page shows text that hosts sent: it loads nothing, and nothing in it can run."""


def page(template: str, **shown: object) -> str:
    """A page of this folder as HTML; what it shows is escaped."""
    return _PAGES.get_template(template).render(version=__version__, style=Markup(_STYLE), **shown)


def landing_page(config: Config, standing_of: Callable[[str], Standing | None]) -> str:
    """The page as HTML."""
    hosts = [host_out(host.card(), standing_of(host.name)) for host in config.hosts]
    down = {host.name for host in hosts if host.up is False}
    standings = [standing for host in config.on_rounds if (standing := standing_of(host.name)) is not None]
    found = [result for standing in standings for result in results_out(standing) if result.host not in down]
    problems = sorted(filter(_is_problem, found), key=_rank)
    return page(
        "landing.html",
        system=config.system,
        zone=config.zone,
        now=datetime.now(UTC),
        hosts=sorted(hosts, key=_host_rank),
        down=[host for host in hosts if host.in_service and host.up is False],
        problems=problems[:PROBLEMS_SHOWN],
        left_out=len(problems[PROBLEMS_SHOWN:]),
    )


def _is_problem(result: ResultOut) -> bool:
    if result.reason is not None:
        return not result.reason.is_harmless
    return result.state is not StateName.OK


def _rank(result: ResultOut) -> tuple[int, str, str, str]:
    return -_badness(result.state or StateName.UNKNOWN), result.host, result.check, result.item


def _host_rank(host: HostOut) -> tuple[bool, bool, int, str]:
    """The worst first, like what is wrong now: down, then by state, then what is not judged, then what rests."""
    return not host.in_service, host.up is not False, -_badness(host.state) if host.state else 1, host.name


def _badness(state: StateName) -> int:
    return list(StateName).index(state)
