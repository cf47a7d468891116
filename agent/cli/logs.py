"""What the program says of itself: structured lines on standard error."""

import contextlib
import logging
import sys

import structlog


class _StandardError:
    """Standard error as it is at the moment. A line that cannot be written is lost: it must not stop a round."""

    def write(self, text: str) -> int:
        """Write, if anybody can take it."""
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(text)
        return len(text)

    def flush(self) -> None:
        """Hand on what was written, if anybody can take it."""
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.flush()


def service_logs(level: str = "info") -> None:
    """For the daemon: readable lines on a terminal, JSON lines elsewhere."""
    terminal = sys.stderr.isatty()
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="%Y-%m-%d %H:%M:%S" if terminal else "iso", utc=not terminal),
    ]
    # JSON in ASCII: nothing that a host says can steer the terminal of whoever reads the log.
    last: list[structlog.typing.Processor] = (
        [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
        if terminal
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    )
    stream = _StandardError()
    structlog.configure(
        processors=[*shared, *last],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.WriteLoggerFactory(stream),  # type: ignore[arg-type]  # it needs no more of a file
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    _quiet_libraries()


def quiet_logs() -> None:
    """For commands that print their own result: only what broke inside us."""
    service_logs("error")


def _quiet_libraries() -> None:
    # paramiko logs each failure that it also raises, with a traceback from its own thread.
    logging.getLogger("paramiko").setLevel(logging.CRITICAL)
    # A late ring is in the metrics; APScheduler's warnings would repeat it for every host.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
