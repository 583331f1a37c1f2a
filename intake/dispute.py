"""The dispute file of one envelope: a document to print, and the same as JSON. For managers and the owner."""

import base64
import json
from datetime import date, datetime
from functools import partial
from hashlib import sha256
from typing import Any
from uuid import UUID

from litestar import Request, Response, get

from intake.history import PHOTO_WORDS, told
from photos.keeping import read_photo
from workshop import clock
from workshop.errors import WorkshopError
from workshop.record.events import Actor
from workshop.record.pieces.marked import seen
from workshop.record.pieces.photo_guide import angle_words
from workshop.record.pieces.piece_words import stone_in_words
from workshop.record.proof.dispute import Dispute, Row, read_dispute
from workshop.record.stages import WORDS, Stage
from workshop.record.trade import FAIL_REASONS
from workshop.web.auth import MANAGER
from workshop.web.pages import page

FIGURES = {
    "stones": "Stones counted", "size": "Size on the mandrel", "weight": "Weight, g", "explanation": "Why it differs",
}  # fmt: skip
ENDS = {"open": "under way", "passed": "passed", "failed": "failed", "left": "not finished"}


@get("/disputes/{code:str}", opt={"access": MANAGER})
async def show_dispute(request: Request[Any, Any, Any], code: str, by: Actor) -> Response[str]:
    """The whole file on paper, with the proof that it is unchanged. Reading it is written down."""
    file = await read_dispute(code, by=by)
    await look_at_files(file.photos, by)
    there = {photo["id"] for photo in file.photos if photo["file"] == "unchanged" and photo["removed_at"] is None}
    return await page(
        request, "intake/dispute.html", file=file, envelope=file.envelope, ticket=file.ticket, proof=file.proof,
        seen=seen(file.envelope.to_dict(), there), stones=[stone_in_words(stone) for stone in file.stones],
        photos=[photo | {"words": _photo_words(photo)} for photo in file.photos], ends=ENDS, figures=FIGURES,
        signatures=[one | {"image": _image(one["png"])} for one in file.signatures], reasons=FAIL_REASONS,
        events=[event | told(event, file.ticket["currency"]) for event in file.events],
        moment=partial(_moment, zone=file.ticket["zone"]), grams=_grams, stage=WORDS[Stage(file.envelope.stage)].label,
    )  # fmt: skip


async def look_at_files(photos: list[Row], by: Actor) -> None:
    """Read each picture's file again and compare it with the hash in the record: `file` says what was found."""
    for photo in photos:
        try:
            picture, _ = await read_photo(UUID(photo["id"]), thumb=False, by=by)
        except WorkshopError as error:
            photo["file"] = "on its way" if error.status == 503 else "missing or altered"
            continue
        photo["file"] = "unchanged" if sha256(picture).hexdigest() == photo["sha256"] else "altered"


def _photo_words(photo: Row) -> str:
    kind: str = PHOTO_WORDS.get(photo["kind"]) or photo["kind"]
    return f"{kind}, {angle_words(photo['angle']).lower()}" if photo["angle"] else kind


def _image(png: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(png).decode()


def _moment(at: datetime | None, zone: str) -> str:
    """`3 Nov 2026, 14:02:07`: to the second, since a dispute may turn on it."""
    if at is None:
        return ""
    here = clock.local(at, zone)
    return f"{here.day} {here:%b %Y, %H:%M:%S}"


def _grams(mg: int | None) -> str:
    return "" if mg is None else f"{mg / 1000:g} g"


@get("/disputes/{code:str}/file", opt={"access": MANAGER})
async def download_dispute(code: str, by: Actor) -> Response[bytes]:
    """The same as one JSON file, signatures and hashes included; pictures are named by their hash."""
    file = await read_dispute(code, by=by, how="json")
    await look_at_files(file.photos, by)
    name = f"dispute-{file.envelope.number}.json"
    return Response(
        json.dumps(as_json(file), indent=1, ensure_ascii=False, default=_plain).encode(),
        media_type="application/json", headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )  # fmt: skip


def as_json(file: Dispute) -> dict[str, Any]:
    """The file as plain data. Times are UTC, money in cents, weights in milligrams."""
    envelope = file.envelope
    return {
        "number": envelope.number, "code": envelope.code, "read_at": file.read_at, "read_by": file.read_by,
        "proof": {
            "is_whole": file.proof.is_whole, "events": file.proof.events, "checks": file.proof.checks,
            "faults": [fault.words for fault in file.proof.faults], "whole_history": _whole(file.proof.whole),
        },
        "ticket": file.ticket, "stage": envelope.stage, "declared_value_cents": envelope.declared_value_cents,
        "declared_words": envelope.declared_words, "customer_says": envelope.customer_says,
        "seal_no": envelope.seal_no, "shown_under_loupe": envelope.shown_under_loupe,
        "size_now": envelope.size_now, "size_wanted": envelope.size_wanted,
        "condition": {
            "marks": json.loads(envelope.marks), "found": json.loads(envelope.found_marks),
            "stone_points": json.loads(envelope.stone_points), "stone_count": envelope.stone_count,
        },
        "engravings": json.loads(envelope.engravings), "stones": file.stones, "tasks": file.tasks,
        "photos": file.photos, "weights": file.weights, "materials": file.materials, "watch": file.readings,
        "work": file.spans, "custody": file.custody, "quality_checks": file.checks,
        "estimates": file.estimates, "payments": file.payments, "messages": file.messages,
        "signatures": file.signatures,
        "events": [event | {"data": json.loads(event["data"])} for event in file.events],
    }  # fmt: skip


def _whole(last: Row | None) -> Row | None:
    return last and {name: last[name] for name in ("at", "links", "checks", "head", "is_whole", "faults")}


def _plain(value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)


handlers = [show_dispute, download_dispute]
