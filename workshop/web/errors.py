"""How errors are said: a problem document, a fragment, or a page; always what happened and what is safe."""

import re
import secrets
from typing import Any
from urllib.parse import quote, urlsplit

import asyncpg
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException

from workshop.errors import TooMany, WorkshopError
from workshop.web.api import problem
from workshop.web.auth import NotSignedIn, person_of
from workshop.web.pages import fill, go, shop_seen

log = structlog.get_logger()
TITLES = {
    400: "Bad request", 401: "Not signed in", 403: "Not allowed", 404: "Not found", 405: "Method not allowed",
    409: "Conflict", 413: "Too large", 422: "Invalid input", 429: "Too many tries", 503: "Not available",
}  # fmt: skip

HOW_TO_ASK = (
    "Send “Authorization: Bearer TOKEN” with a token that holds. `workshop token create --name till --role counter` "
    "prints one."
)
_TOKEN = re.compile(r"(/(?:t|wall)/)[^/]{16,}")
LOOK = {404: "Look for it in the box at the top: by name, phone or number."}


def say(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Answer an error in the form its asker reads."""
    status, sentence, details = _told(error)
    if status >= 500:
        reference = details.get("reference")
        path = without_secrets(request.url.path)
        log.error("request failed", path=path, error=repr(error), reference=reference, exc_info=error)
    if _wants_json(request):
        response: Response[Any] = _problem(request, error, status, sentence, details)
    elif isinstance(error, NotSignedIn):
        target = _page_of(request)
        return go(request, f"/sign-in?next={quote(target)}")
    else:
        response = _shown(request, status, sentence, details)
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def without_secrets(path: str) -> str:
    """A path as it may stand in a log: the token of a customer's link or a display opens what it names."""
    return _TOKEN.sub(r"\1…", path)


def _problem(
    request: Request[Any, Any, Any], error: Exception, status: int, sentence: str, details: dict[str, Any]
) -> Response[Any]:
    is_stranger = isinstance(error, NotSignedIn) and request.url.path.startswith("/api/")
    words = HOW_TO_ASK if is_stranger else sentence
    response = problem(status, TITLES.get(status, "Error"), words, **_public(details))
    if is_stranger:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _page_of(request: Request[Any, Any, Any]) -> str:
    """The page the person looks at, to come back to after signing in: for a fragment, the page around it."""
    if request.headers.get("hx-request"):
        return urlsplit(request.headers.get("hx-current-url", "")).path or "/"
    return request.url.path if request.method == "GET" else "/"


def _told(error: Exception) -> tuple[int, str, dict[str, Any]]:
    if isinstance(error, WorkshopError):
        return error.status, error.message, dict(error.details)
    if isinstance(error, ValidationException):
        fields = dict(_field(one) for one in _extra(error))
        names = ", ".join(fields) or "the request"
        return 422, f"Cannot be used as sent: {names}.", {"fields": fields}
    if isinstance(error, HTTPException):
        return error.status_code, error.detail or TITLES.get(error.status_code, "Error"), {}
    if type(error) is asyncpg.DataError:  # not sent at all: a number or a day that no row can have
        return 404, "There is nothing at this address.", {}
    reference = secrets.token_hex(4)
    return 500, "Something went wrong on our side.", {"reference": reference}


# As msgspec says it; the place is the thing around the field, which helps nobody.
_OF_A_THING = re.compile(r"Object (missing required|contains unknown) field `([^`]+)`")


def _field(one: dict[str, Any]) -> tuple[str, str]:
    """The field as it was sent, `envelopes[0].tasks[1].code`, and what is wrong with it."""
    place, words = str(one.get("key", "body")), str(one.get("message", ""))
    told = _OF_A_THING.match(words)
    if told is None:
        return place, words
    around = "" if place in ("data", "body") else f"{place}."
    return around + told[2], "This is needed." if told[1].startswith("missing") else "There is no such field here."


def _extra(error: ValidationException) -> list[dict[str, Any]]:
    return [one for one in error.extra if isinstance(one, dict)] if isinstance(error.extra, list) else []


def _wants_json(request: Request[Any, Any, Any]) -> bool:
    path = request.url.path
    return path.startswith(("/api/", "/twilio/")) or "application/json" in request.headers.get("accept", "")


def _public(details: dict[str, Any]) -> dict[str, Any]:
    if "fields" in details:
        return {**details, "errors": details["fields"]}
    return details


def _shown(request: Request[Any, Any, Any], status: int, sentence: str, details: dict[str, Any]) -> Response[Any]:
    template = "_error.html" if request.headers.get("hx-request") else "error.html"
    return fill(
        request, template, shop_seen(person_of(request)), status=status, happened=sentence, safe=None,
        now=details.get("now") or LOOK.get(status), reference=details.get("reference"), actions=details.get("actions"),
    )  # fmt: skip
