"""Where Twilio reports and hands over replies. Only what it signed is believed; nothing else writes."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, Router, post

from notifications.replies import Reply, take_reply
from notifications.reports import take_report
from notifications.signatures import is_genuine
from workshop.errors import Forbidden
from workshop.settings import settings
from workshop.web.auth import ANYONE

NOTHING_TO_SAY = "<?xml version='1.0' encoding='UTF-8'?><Response/>"


async def _genuine_form(request: Request[Any, Any, Any]) -> dict[str, str]:
    """The posted form, if Twilio signed it for our public address; else Forbidden, before any write."""
    pairs = [(key, str(value)) for key, value in (await request.form()).multi_items()]
    query = request.scope["query_string"].decode()
    path = request.url.path + (f"?{query}" if query else "")
    signature = request.headers.get("x-twilio-signature")
    named = request.headers.get("x-twilio-webhooks-signature-settings")
    if not is_genuine(settings(), path, pairs, signature, named):
        raise Forbidden("This call is not signed by Twilio for this address. Nothing was changed.")
    return dict(pairs)


@post("/twilio/status/{message_id:uuid}", opt={"access": ANYONE}, status_code=204, include_in_schema=False)
async def report_status(request: Request[Any, Any, Any], message_id: UUID) -> None:
    """One delivery report."""
    form = await _genuine_form(request)
    sid, status = form.get("MessageSid", ""), form.get("MessageStatus", "").strip().lower()
    code = form.get("ErrorCode", "")
    if sid and status:
        await take_report(message_id, sid[:64], status[:24], int(code) if code.isdigit() else None)


@post("/twilio/inbound", opt={"access": ANYONE}, status_code=200, include_in_schema=False)
async def receive_reply(request: Request[Any, Any, Any]) -> Response[str]:
    """One text from a customer. Answers go out as messages of their own, so that they are on record."""
    form = await _genuine_form(request)
    sid, sender = form.get("MessageSid", ""), form.get("From", "").removeprefix("whatsapp:")
    if sid and sender:
        await take_reply(Reply(sid[:64], sender[:20], form.get("Body", ""), form.get("OptOutType", "")))
    return Response(NOTHING_TO_SAY, media_type="text/xml")


router = Router("/", route_handlers=[report_status, receive_reply])
