"""What is in force at the door: TLS, users and headers of `web.config.yml`, read anew when a file changes."""

import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import structlog

from agent.config import ConfigError, Problem, Scope, WebConfig
from agent.config.tls import TlsError, certificate_ends, server_context
from agent.config.web import stands_open
from agent.config.web_file import NO_WEB_FILE, WebFile
from agent.config.web_loading import doubts, read_web_file
from agent.web.refusals import Refusals
from collectors.contract import Sample
from exporters.exposition import vocabulary as told

log = structlog.get_logger()

SETTLED_SECONDS = 1.0
"""A file younger than that may still be being written: half of it could name no user, and would open the door."""

AGAIN_SECONDS = 5.0
"""How often a file that could not be used is tried again although it did not change: what it names may have."""

Stamp = tuple[tuple[Path, tuple[int, int, int, int, int] | None], ...]
"""Device, inode, size and the times of content and of status of each file; None: not there."""


@dataclass(frozen=True, slots=True)
class InForce:
    """A file that was read, what was made of it, and how the files looked then."""

    file: WebFile
    context: ssl.SSLContext | None
    certificate_ends: float | None


class Access:
    """The door's rules. `web` gives the section of config.yaml in force. Raises `ConfigError` when they cannot be.

    A file that cannot be used later changes nothing: the one before stays in force, and log and metrics tell.
    TLS itself is not turned on or off without a restart.
    """

    def __init__(self, web: Callable[[], WebConfig]) -> None:
        self._web = web
        self._listen = web().listen
        self._section = self._bound = web()
        self.refusals = Refusals()
        self._seen: tuple[Stamp, float] = (), 0.0
        self._now = _read(self._section)
        self._stamp = self._look_after()
        self._failed = ""
        self._tried_at = 0.0
        self._read_at = time.time()
        self._tell_doubts()

    @property
    def web(self) -> WebConfig:
        """The section of config.yaml, but with the address that is bound: another one needs a restart."""
        section = self._web()
        if section is not self._section:
            self._section = section
            self._bound = section.model_copy(update={"listen": self._listen})
        return self._bound

    @property
    def file(self) -> WebFile:
        """The file in force."""
        return self._now.file

    @property
    def context(self) -> ssl.SSLContext | None:
        """What the next connection is to speak TLS with; None: it speaks none."""
        return self._now.context

    def is_held(self, scope: Scope) -> bool:
        """Whether anybody holds a scope, so that it is asked for."""
        return scope in self.web.held(self.file)

    @property
    def stands_open(self) -> bool:
        """Whether a change of config.yaml took away whoever was asked, on an address that it does not mean any more."""
        return bool(stands_open(self.web, self.file))

    def refresh(self) -> None:
        """Look whether a file changed, and if so take it; some microseconds when none did."""
        stamp = self._look()
        if stamp == self._stamp and not self._failed:
            return
        if stamp == self._stamp and time.monotonic() - self._tried_at < AGAIN_SECONDS:
            return
        if not self._is_settled(stamp):
            return
        self._stamp, self._tried_at = stamp, time.monotonic()
        try:
            new = _read(self.web)
            if self._look() != stamp:  # it changed under our eyes: what was read may be half of it
                self._stamp = ()
                return
            self._take(new)
        except ConfigError as error:
            if str(error) != self._failed:
                log.error("web_config_refused", problems=[str(problem) for problem in error.problems])
            self._failed = str(error)

    def samples(self) -> Iterator[Sample]:
        """What Prometheus is told of it."""
        yield from self.refusals.samples()
        yield told.WEB_RELOAD_SUCCESSFUL.sample(not self._failed)
        yield told.WEB_RELOADED.sample(self._read_at)
        if self._now.certificate_ends is not None:
            yield told.CERTIFICATE_ENDS.sample(self._now.certificate_ends)

    def _take(self, new: InForce) -> None:
        if (new.context is None) is not (self.context is None):
            raise _error(self.web, "tls_server_config", "TLS is turned on or off by a restart only")
        is_news = new.file != self.file or new.certificate_ends != self._now.certificate_ends or self._failed
        self._now, self._failed, self._read_at = new, "", time.time()
        self._stamp = self._look_after()  # it may name other files now
        if is_news:
            log.info("web_config_read", users=len(new.file.basic_auth_users))
            self._tell_doubts()

    def _tell_doubts(self) -> None:
        for doubt in doubts(self.web, self.file):
            log.warning("web_config_doubtful", doubt=doubt)

    def _look_after(self) -> Stamp:
        """How the files look that were just read; nothing where one may have changed while it was."""
        stamp = self._look()
        return stamp if self._is_settled(stamp) else ()

    def _is_settled(self, stamp: Stamp) -> bool:
        """Whether nothing was written lately. The time of content may be set to anything, that of status may not; and
        where the clock was wrong, it is enough that nothing changes while we look."""
        now = time.monotonic()
        if stamp != self._seen[0]:
            self._seen = stamp, now
        ages = [time.time() - seen[4] / 1e9 for _, seen in stamp if seen]
        return all(age >= SETTLED_SECONDS for age in ages) or now - self._seen[1] >= SETTLED_SECONDS

    def _look(self) -> Stamp:
        tls, path = self.file.tls_server_config, self.web.config_file
        return tuple((one, _seen(one)) for one in (*([path] if path else []), *(tls.files if tls else ())))


def _read(web: WebConfig) -> InForce:
    """Raises `ConfigError`."""
    file = read_web_file(web.config_file) if web.config_file is not None else NO_WEB_FILE
    if words := stands_open(web, file):
        raise _error(web, "web", words)
    tls = file.tls_server_config
    if tls is None:
        return InForce(file, None, None)
    try:
        return InForce(file, server_context(tls), certificate_ends(tls).timestamp())
    except (TlsError, OSError, ValueError) as error:  # it was fine a moment ago, and is being replaced
        raise _error(web, "tls_server_config", str(error)) from error


def _error(web: WebConfig, key: str, words: str) -> ConfigError:
    return ConfigError([Problem(web.config_file or Path("config.yaml"), None, None, key, words)])


def _seen(path: Path) -> tuple[int, int, int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns
