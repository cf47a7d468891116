"""What every answer of the web side goes through: whom it answers, and what a browser may do with the answer."""

import ipaddress
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agent.web.access import Access
from agent.web.farewell import turn_away
from agent.web.refusals import Refused

_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
"""Of every answer, unless the page has its own; `web.config.yml` may set some of them."""


LONGEST_BODY = 64 * 1024
"""Bytes that a request may bring: a review or a note, all its fields full."""


class Guard:
    """Wraps the application.

    An agent that listens on loopback answers only who calls it by an IP address, by `localhost` or by a name in
    `web.names`: a web page elsewhere can make its own name point here (DNS rebinding), and would read what only this
    machine may. One that is open to the network answers to every name.
    A page of another origin may not make the agent do anything, so its POST is refused.
    """

    def __init__(self, app: ASGIApp, *, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                for name, value in self._access.file.http_server_config.headers.items():
                    if name == "Content-Security-Policy":
                        headers.append(name, value)  # the page's own policy holds as well
                    else:
                        headers[name] = value
            await send(message)

        refusal = self._refusal(scope["method"], Headers(scope=scope))
        if refusal is None:
            await self._app(_as_get(scope), receive, send_guarded)
            return
        reason, answer = refusal
        self._access.refusals.add(reason, scope["client"][0] if scope.get("client") else "")
        await turn_away(answer, scope, receive, send_guarded)

    def _refusal(self, method: str, headers: Headers) -> tuple[Refused, PlainTextResponse] | None:
        host = headers.get("host", "")
        if self._access.web.is_at_home and not self._is_ours(_name(host)):
            words = f"rounds does not answer to the name {_name(host)!r}; web.names in config.yaml may list it\n"
            return Refused.FOREIGN_NAME, PlainTextResponse(words, 421)
        length = headers.get("content-length", "0")
        if "transfer-encoding" in headers or not length.isdecimal() or int(length) > LONGEST_BODY:
            words = f"a request may bring {LONGEST_BODY} bytes, and has to say how many\n"
            return Refused.TOO_LONG, PlainTextResponse(words, 413)
        origin = headers.get("origin")
        is_foreign = origin is not None and origin.partition("://")[2] != host
        if method == "POST" and (is_foreign or headers.get("sec-fetch-site", "none") not in ("none", "same-origin")):
            return Refused.FOREIGN_ORIGIN, PlainTextResponse("not from a page of another origin\n", 403)
        return None

    def _is_ours(self, name: str) -> bool:
        return _is_address(name) or name == "localhost" or name.endswith(".localhost") or name in self._access.web.names


def _as_get(scope: Scope) -> Scope:
    """HEAD is GET for everything behind this: routes, scopes, answers. The server itself knows, and sends no body."""
    return {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope


def _name(host: str) -> str:
    """The name or address in a Host header, without the port; empty when it is none."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
