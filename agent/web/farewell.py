"""Goodbye: whoever was not let in leaves with his answer, so that a place is kept only by those who were."""

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

LEAVES = "leaves"
"""Of the state of a request: its connection ends soon after its answer."""

LISTENED = 64 * 1024
"""Bytes of a request's body that are heard out first: who still speaks when the door closes may miss the answer."""


async def turn_away(answer: Response, scope: Scope, receive: Receive, send: Send) -> None:
    """Give the answer to a request whose body nobody has read, and close its connection."""
    if answer.status_code == 413:  # a body that nobody wants to hear out: it goes on for a moment behind the answer
        scope.setdefault("state", {})[LEAVES] = True
        await answer(scope, receive, send)
        return
    if not any(name == b"expect" for name, _ in scope["headers"]):  # the body is sent only when it is asked for
        await _hear_out(receive)
    await answer(scope, receive, leaving(scope, send))


def leaving(scope: Scope, send: Send) -> Send:
    """A `send` whose answer is the last of its connection."""
    scope.setdefault("state", {})[LEAVES] = True

    async def send_last(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message)["connection"] = "close"
        await send(message)

    return send_last


async def _hear_out(receive: Receive) -> None:
    heard, more = 0, True
    while more and heard <= LISTENED:
        message = await receive()
        heard += len(message.get("body", b""))
        more = message.get("more_body", False)
