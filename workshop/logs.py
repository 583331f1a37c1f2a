"""Logs for people on a terminal, JSON for machines."""

import logging
import sys
from contextlib import suppress
from typing import Any

import structlog

from workshop.settings import settings


class _Steady:
    """Standard error as it is now; a terminal that was closed never stops the work."""

    def write(self, text: str) -> int:
        with suppress(OSError, ValueError):
            sys.stderr.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError, ValueError):
            sys.stderr.flush()


def set_up_logs() -> None:
    """Log to standard error; JSON when nobody is looking. Libraries' warnings go the same way."""
    as_json = settings().log_json
    if as_json is None:
        as_json = not sys.stderr.isatty()
    before: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if as_json:
        before.append(structlog.processors.format_exc_info)
    renderer = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer()
    structlog.configure(
        processors=[*before, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(_Steady()),  # type: ignore[arg-type]
        cache_logger_on_first_use=False,
    )
    _join_libraries(before, renderer)


def _join_libraries(before: list[Any], renderer: Any) -> None:
    handler = logging.StreamHandler(_Steady())
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
