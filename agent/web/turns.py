"""Turns at something that one alone can have at a time, shared fairly between lanes."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turns:
    """Those who wait in one lane come in order, and the lanes take turns: none waits for the length of another.

    To be used in one event loop.
    """

    def __init__(self) -> None:
        self._is_taken = False
        self._lanes: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    @asynccontextmanager
    async def turn(self, lane: str) -> AsyncIterator[None]:
        """Wait for one's turn, and have it."""
        if self._is_taken:
            called = asyncio.get_running_loop().create_future()
            self._lanes.setdefault(lane, deque()).append(called)
            await called
        self._is_taken = True
        try:
            yield
        finally:
            self._call_next()

    def _call_next(self) -> None:
        """It stays taken from one to the next, so that nobody comes between."""
        if not self._lanes:
            self._is_taken = False
            return
        lane, waiting = self._lanes.popitem(last=False)
        called = waiting.popleft()
        if waiting:
            self._lanes[lane] = waiting
        if called.cancelled():
            self._call_next()
        else:
            called.set_result(None)
