"""Who is logged in, put together from terminals, logind's sessions and what `who` knows."""

from collectors.logins.login import Login
from collectors.logins.origins import origins_by_terminal
from collectors.logins.sessions import Session, sessions
from collectors.logins.terminals import Terminal, terminals

__all__ = ["Login", "Session", "Terminal", "origins_by_terminal", "sessions", "terminals"]
