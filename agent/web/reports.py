"""The written logs and forms, to be read in a browser: what dashboards and mails link to."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, HTTPException, Query
from fastapi import Path as InPath
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse

from agent.web.landing import CONTENT_SECURITY_POLICY, page
from checks.contract.text import Language
from exporters.daily import archive
from exporters.maintenance_log import MaintenanceLogExport, MaintenanceLogSettings

if TYPE_CHECKING:
    from agent.daemon import Daemon

SHOWN = 62
"""Days on the list: two months. Older ones are found by their address."""

_OF_A_REPORT = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:;"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Reports carry their style and pictures in them, load nothing, and nothing in them can run."""

_MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".md": "text/plain; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".json": "application/json",
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

_GONE: dict[int | str, dict[str, Any]] = {404: {"description": "There is no such report, or none is written here."}}

Wanted = Annotated[Language | None, Query(description="zh or en; default: the first that reports are written in")]
Name = Annotated[
    str, InPath(description="a day, a week or a month", max_length=10, examples=["2026-11-21", "2026-W47", "2026-11"])
]
File = Annotated[
    str, InPath(description="a file of its folder", max_length=100, examples=["maintenance-log-2026-11-21.en.html"])
]


@dataclass(frozen=True, slots=True)
class _Row:
    name: str
    files: Sequence[str]


def report_routes(daemon: "Daemon") -> APIRouter:
    """The routes."""
    routes = APIRouter(prefix="/reports", tags=["reports"], responses=_GONE)

    def log() -> MaintenanceLogSettings:
        """The settings in force now: a change of configuration may put others in their place."""
        for export in daemon.conductor.exports.values():
            if isinstance(export, MaintenanceLogExport):
                return export.settings
        raise HTTPException(404, "no log is written here: config.yaml has no maintenance_log")

    @routes.get("", response_class=HTMLResponse)
    def reports() -> HTMLResponse:
        """The list of what is written."""
        written = log()
        folder = written.folder
        days, periods = archive.days(folder), archive.periods(folder)
        html = page(
            "reports.html",
            system=daemon.config.system,
            days=[_row(folder, name) for name in days[:SHOWN]],
            periods=[_row(folder, name) for name in periods],
            left_out=len(days[SHOWN:]),
            at=written.at,
        )
        return HTMLResponse(html, headers={"Content-Security-Policy": CONTENT_SECURITY_POLICY})

    @routes.get("/latest", status_code=307, response_class=RedirectResponse)
    def latest(language: Wanted = None) -> RedirectResponse:
        """On to the log of the newest day; to the list, while there is none."""
        written = log()
        for name in archive.days(written.folder)[:1]:
            for wanted in (language,) if language else written.languages:
                file = f"maintenance-log-{name}.{wanted}.html"
                if file in _row(written.folder, name).files:
                    return RedirectResponse(f"{name}/{file}")  # relative: a proxy may have put a prefix before
        return RedirectResponse("../reports")  # nothing yet, or not in that language: the list says what there is

    @routes.get("/{name}/{file}", response_class=FileResponse)
    def one_file(name: Name, file: File) -> FileResponse:
        """One file of a day, a week or a month, of the edition in force."""
        folder = archive.in_force(log().folder, name)
        # Looked up among what is there, so that no file can be asked for by a path.
        found = next((path for path in sorted(folder.iterdir()) if path.name == file), None) if folder else None
        if found is None or not found.is_file():
            raise HTTPException(404, f"there is no {file!r} of {name!r}")
        return FileResponse(
            found,
            media_type=_MEDIA_TYPES.get(found.suffix, "application/octet-stream"),
            headers={"Content-Security-Policy": _OF_A_REPORT},
            filename=found.name,
            content_disposition_type="attachment" if found.suffix == ".xlsx" else "inline",
        )

    return routes


def _row(root: Path, name: str) -> _Row:
    folder = archive.in_force(root, name)
    return _Row(name, sorted(path.name for path in folder.iterdir()) if folder else ())
