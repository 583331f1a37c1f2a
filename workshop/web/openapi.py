"""What other systems read at `/api/schema`: the JSON doors alone, with what holds at every one of them.

The answers' shapes come from the handlers. Added here: the problem documents every refusal is, and the
Idempotency-Key every change takes.
"""

from copy import deepcopy
from typing import Any

from litestar import Request
from litestar.openapi.plugins import JsonRenderPlugin

from workshop.web.api import PROBLEM

Schema = dict[str, Any]

HOW = (
    "Tickets, envelopes, photos, moves, queue, search and more: the same verbs as the pages. Make a token with "
    "`workshop token create --name till --role counter` and send it as `Authorization: Bearer TOKEN`. Bodies are JSON; "
    "photos are multipart. Amounts are whole cents, dates `2026-11-30`, times UTC. A refusal is a problem document "
    "(RFC 9457): `detail` is a sentence for a person, `fields` names each field that cannot be used. Send an "
    "`Idempotency-Key` with what must not happen twice: the same key and body get the first answer again."
)
_CHANGES = ("post", "put", "patch", "delete")
_KEY: Schema = {
    "name": "Idempotency-Key", "in": "header", "required": False, "schema": {"type": "string", "maxLength": 200},
    "description": "Any text of yours, new for each thing to be done. The same key and body get the first answer "
    "again, with the header `Idempotent-Replayed: true`; the same key with another body is refused (422).",
}  # fmt: skip
_PROBLEM: Schema = {
    "type": "object", "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What happened and what to do, for a person."},
        "fields": {"type": "object", "additionalProperties": {"type": "string"},
                   "description": "A sentence for each field that cannot be used, such as "
                   "`envelopes[0].tasks[0].code`."},
        "allowed": {"type": "array", "items": {"type": "string"}, "description": "The moves there are (409)."},
    },
}  # fmt: skip
_REFUSALS = {
    "401": "No token, or one that does not hold any more", "403": "Not for this token's role",
    "404": "Not in this shop", "409": "Not from where it stands now", "422": "Cannot be used as sent",
}  # fmt: skip
_HEALTH: Schema = {
    "get": {
        "tags": ["Health"], "summary": "Whether database and worker are well", "operationId": "Health",
        "security": [], "responses": {
            "200": {"description": "The database answers; `worker` says whether one is running"},
            "503": {"description": "The database is away"},
        },
    }
}  # fmt: skip


class ApiSchema(JsonRenderPlugin):
    """The OpenAPI document of the JSON doors."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: Schema) -> bytes:
        """The document as JSON bytes."""
        return self.render_json(request, told(openapi_schema))


def told(schema: Schema) -> Schema:
    """The generated document without pages, and with what holds at every door."""
    schema = deepcopy(schema)
    doors = {path: one for path, one in schema["paths"].items() if path.startswith("/api/")}
    for path, door in doors.items():
        for method, operation in door.items():
            _tell(path, method, operation)
    schema["paths"] = {**dict(sorted(doors.items())), "/health": _HEALTH}
    schema["components"].setdefault("schemas", {})["Problem"] = _PROBLEM
    return schema


def _tell(path: str, method: str, operation: Schema) -> None:
    answers = operation["responses"]
    answers.pop("400", None)  # the framework's own form of a refusal, which nobody gets
    refusals = {code: words for code, words in _REFUSALS.items() if _can_be(code, path, method)}
    for code, words in refusals.items():
        answers.setdefault(code, {"description": words, "content": {PROBLEM: {"schema": _PROBLEM_REF}}})
    for answer in answers.values():
        _not_a_string(answer)
    if method in _CHANGES:
        operation.setdefault("parameters", []).append(_KEY)
    if operation["summary"].isidentifier() and operation.get("description"):
        operation["summary"] = operation["description"].split(". ")[0].split("\n")[0].rstrip(".")


_PROBLEM_REF = {"$ref": "#/components/schemas/Problem"}


def _can_be(code: str, path: str, method: str) -> bool:
    """Whether this refusal can come here: a move only for a change, `not found` only where something is named."""
    if code == "409":
        return method in _CHANGES
    return code != "404" or "{" in path or method in _CHANGES


def _not_a_string(answer: Schema) -> None:
    """An answer the handler writes itself is an object, whatever its Python type says."""
    content = answer.get("content", {}).get("application/json")
    if content is not None and content.get("schema") == {"type": "string"}:
        content["schema"] = {"type": "object"}
