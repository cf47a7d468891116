"""The gate: who is asked for what, before any route sees the request."""

from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from agent.config import Scope as Right
from agent.config.web import OF_PASSWORDS
from agent.web.access import Access
from agent.web.credentials import Login, Token, credentials
from agent.web.farewell import leaving, turn_away
from agent.web.passwords import Passwords, TooManyLoginsError
from agent.web.rates import Rates
from agent.web.refusals import Refused
from agent.web.scopes import AT_HOME_WITHOUT_OPERATORS, needed
from agent.web.tokens import owner

_BASIC = 'Basic realm="rounds", charset="UTF-8"'
_BEARER = 'Bearer realm="rounds"'


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who is known, and what he may do."""

    name: str
    rights: frozenset[Right]


class RefusedError(Exception):
    """The request is answered here and goes no further."""

    def __init__(self, reason: Refused, status: int, words: str, challenges: tuple[str, ...] = ()) -> None:
        self.reason = reason
        self.status = status
        self.words = words
        self.challenges = challenges
        super().__init__(words)


class Gate:
    """Wraps the application. A scope that somebody holds is asked for; writing always is.

    Whoever got through with a password or a token is `request.state.account`.
    """

    def __init__(self, app: ASGIApp, *, access: Access) -> None:
        self._app = app
        self._access = access
        self._passwords = Passwords()
        self._rates = Rates()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        self._access.refresh()
        client = scope["client"][0] if scope.get("client") else ""
        route, right = needed(scope["method"], scope["path"])
        try:
            holder = await self._let_in(scope, route, right, client)
        except RefusedError as refused:
            self._access.refusals.add(refused.reason, client)
            await turn_away(_answer(refused), scope, receive, send)
            return
        if holder is not None:
            scope.setdefault("state", {})["account"] = holder.name
        elif right is None:  # open to everybody who can reach the door
            send = leaving(scope, send)
        await self._app(scope, receive, send)

    async def _let_in(self, scope: Scope, route: str, right: Right | None, client: str) -> Holder | None:
        """Who it is, for a route that needs `right`; None: nobody is asked. Raises `RefusedError`."""
        given = credentials(Headers(scope=scope).get("authorization", ""))
        holder = self._remembered(given)
        if not self._is_in_time(holder, given):
            raise RefusedError(Refused.RATE_LIMITED, 429, "more requests than rate_limit in web.config.yml allows")
        asked = self._asked(route, right)
        if asked is None:
            return holder
        holder = holder or await self._known(given, asked, client)
        if asked not in holder.rights:
            words = f"{holder.name} does not hold the scope {asked.value}, which this needs"
            challenge = f'{_BEARER}, error="insufficient_scope", scope="{asked.value}"'
            raise RefusedError(Refused.MISSING_SCOPE, 403, words, (challenge,))
        return holder

    def _asked(self, route: str, right: Right | None) -> Right | None:
        """The scope that this request has to bring. Raises `RefusedError` when nobody can."""
        if right is None or self._access.is_held(right):
            return right
        if right is not Right.OPERATE:
            if self._access.stands_open:
                raise RefusedError(Refused.MISSING_SCOPE, 403, f"nobody holds the scope {right.value} any more")
            return None
        instead = AT_HOME_WITHOUT_OPERATORS.get(route)
        if instead is None or not self._access.web.is_at_home:
            words = "nobody may do this: no token under web.tokens in config.yaml has the scope operate"
            raise RefusedError(Refused.MISSING_SCOPE, 403, words)
        return instead if self._access.is_held(instead) else None

    def _remembered(self, given: Token | Login | None) -> Holder | None:
        """Whose credentials these are, as far as it can be told at once."""
        users = self._access.file.basic_auth_users
        if isinstance(given, Token):
            token = owner(self._access.web.tokens, given.text)
            return Holder(token.name, frozenset(token.scopes)) if token else None
        if given and users and self._passwords.remembers(users, given.name, given.password):
            return Holder(given.name, OF_PASSWORDS)
        return None

    def _is_in_time(self, holder: Holder | None, given: Token | Login | None) -> bool:
        """Whether `rate_limit` lets the request through."""
        limit = self._access.file.rate_limit
        if holder is not None:
            return self._rates.take_as_holder(limit)
        if isinstance(given, Login) and given.name in self._access.file.basic_auth_users:
            return self._rates.take_as_user(given.name, limit)
        return self._rates.take_as_stranger(limit)

    async def _known(self, given: Token | Login | None, right: Right, client: str) -> Holder:
        """Whose login came with a request that nobody remembers. Raises `RefusedError`."""
        users = self._access.file.basic_auth_users
        if isinstance(given, Token):
            raise self._unknown(Refused.WRONG_TOKEN, "nobody has this token", right)
        if given is None or not users:
            raise self._unknown(Refused.NO_CREDENTIALS, f"this needs {self._wanted(right)}", right)
        try:
            is_right = await self._passwords.is_right(users, given.name, given.password, client)
        except TooManyLoginsError as error:
            raise RefusedError(Refused.TOO_MANY_LOGINS, 429, "too many logins wait to be looked at") from error
        if not is_right:
            raise self._unknown(Refused.WRONG_PASSWORD, "nobody has this name and password", right)
        return Holder(given.name, OF_PASSWORDS)

    def _unknown(self, reason: Refused, words: str, right: Right) -> RefusedError:
        challenges = []
        if right in OF_PASSWORDS and self._access.file.basic_auth_users:
            challenges.append(_BASIC)  # first: it is the one that browsers know
        if any(right in token.scopes for token in self._access.web.tokens):
            challenges.append(_BEARER)
        return RefusedError(reason, 401, words, tuple(challenges))

    def _wanted(self, right: Right) -> str:
        if right in OF_PASSWORDS and self._access.file.basic_auth_users:
            return f"a name and a password, or a token with the scope {right.value}"
        return f"a token with the scope {right.value}: Authorization: Bearer TOKEN"


def _answer(refused: RefusedError) -> PlainTextResponse:
    answer = PlainTextResponse(f"{refused.words}\n", refused.status)
    for challenge in refused.challenges:
        answer.headers.append("WWW-Authenticate", challenge)
    if refused.status == 429:
        answer.headers["Retry-After"] = "1"
    return answer
