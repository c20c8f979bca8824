"""How log lines look: JSON in production, readable in development; ids only, no personal data."""

import logging
import time
from typing import Any

import structlog

SHARED: list[structlog.types.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]


REPEATED_AFTER = 30.0  # seconds; who looks each second for a server that is away says so as often as this
LOST = {"OperationalError", "InterfaceError", "ConnectionError", "ConnectionRefusedError", "TimeoutError"}


class InOneLine(logging.Filter):
    """Leaves out the traces that tell nothing: of a refusal that a page made, and of a server that is away.

    A refusal (403, 404) is one line. A lost database or broker is one line each half minute from each place; what is
    wrong with our own code keeps its trace.
    """

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[tuple[str, int], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to write the line, without its trace where that tells nothing."""
        error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        is_lost = type(error).__name__ in LOST
        if error is None or not (is_lost or getattr(record, "status_code", 500) < 500):
            return True
        record.msg, record.args = f"{record.getMessage()} ({type(error).__name__})"[:300].partition("\n")[0], None
        record.exc_info = record.exc_text = None
        where, now = (record.name, record.lineno), time.monotonic()
        if is_lost and now - self._said.get(where, -REPEATED_AFTER) < REPEATED_AFTER:
            return False
        self._said[where] = now
        return True


def line_formatter() -> logging.Formatter:
    """A formatter that writes one JSON object a line."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=SHARED,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(),
        ],
    )


def log_to_console(*, level: str) -> dict[str, Any]:
    """Every log line to the output, for whoever collects it."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": "config.logs.line_formatter"}},
        "filters": {"in one line": {"()": "config.logs.InOneLine"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["in one line"]}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {"django.server": {"handlers": ["console"], "level": "WARNING", "propagate": False}},
    }


structlog.configure(
    processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
