"""Photos on staff's pages: sending one, looking at one, the album, taking one back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import UUID

import structlog
from litestar import Litestar, Request, Response, Router, get, post

from photos.album import album
from photos.keeping import read_photo
from photos.kinds import KINDS, find_bag
from photos.naming import name_angle
from photos.removing import remove_photo, restore_photo
from photos.sanitise import close_darkroom
from photos.upload import LARGEST_REQUEST, REFUSALS, Upload, keep_upload
from photos.waiting import move_waiting
from workshop.db import start_outside_transactions
from workshop.record.cards import refuse_card_number
from workshop.record.events import Actor
from workshop.record.pieces.photo_guide import angle_words
from workshop.web.auth import STAFF, person_of
from workshop.web.forms import form_of
from workshop.web.pages import page, shop_for

_PATIENCE = 30  # seconds between looks into this machine's waiting folder
_KEEP_AN_HOUR = "private, max-age=3600"
_log = structlog.get_logger()


@post(
    "/photos/of/{code:str}", opt={"access": STAFF}, request_max_body_size=LARGEST_REQUEST,
    exception_handlers=REFUSALS,
)  # fmt: skip
async def send(request: Request[Any, Any, Any], code: str, data: Upload, by: Actor) -> dict[str, str]:
    """Keep a photo of an envelope, or of a piece whose take-in is being typed (JSON for the camera)."""
    photo = await keep_upload(request, code, data, by)
    at = f"/photos/{photo.id}"
    return {"id": str(photo.id), "url": f"{at}/thumb", "large": f"{at}/large", "state": photo.state}


@get("/photos/of/{code:str}", opt={"access": STAFF})
async def show_album(request: Request[Any, Any, Any], code: str, by: Actor, kind: str = "") -> Response[str]:
    """The photos of one envelope, as a fragment."""
    return await _album(request, code, kind, by)


async def _album(
    request: Request[Any, Any, Any], code: str, kind: str, by: Actor, removed: UUID | None = None
) -> Response[str]:
    shop = await shop_for(person_of(request))
    bag, wanted = await find_bag(code, shop=by.shop), kind if kind in KINDS else ""
    pictures = await album(bag, wanted, by=by, zone=shop.zone)
    return await page(
        request, "photos/_album.html", shop=shop, pictures=pictures, kind=wanted, removed=removed
    )


@get(["/photos/{photo:uuid}/thumb", "/photos/{photo:uuid}/large"], opt={"access": STAFF})
async def show(request: Request[Any, Any, Any], photo: UUID, by: Actor) -> Response[bytes]:
    """One picture, small or large.

    Its bytes pass through here even when they are in a bucket: the pages' policy lets pictures come
    from this shop's own address only, and so nobody ever holds a link that opens without a sign-in.
    """
    size = request.url.path.rsplit("/", 1)[1]
    picture, media_type = await read_photo(photo, thumb=size == "thumb", by=by)
    return Response(
        picture,
        media_type=media_type,
        headers={
            "Cache-Control": _KEEP_AN_HOUR,
            "Content-Disposition": f'inline; filename="{photo}-{size}.jpg"',
            "X-Content-Type-Options": "nosniff",
        },
    )


@post("/photos/{photo:uuid}/remove", opt={"access": STAFF}, status_code=200)
async def remove(request: Request[Any, Any, Any], photo: UUID, by: Actor, kind: str = "") -> Response[str]:
    """Take a photo back; the album comes again with a way to undo it."""
    return await _album(request, await remove_photo(photo, by), kind, by, removed=photo)


@post("/photos/{photo:uuid}/restore", opt={"access": STAFF}, status_code=200)
async def restore(request: Request[Any, Any, Any], photo: UUID, by: Actor, kind: str = "") -> Response[str]:
    """Undo the taking back."""
    return await _album(request, await restore_photo(photo, by), kind, by)


@post("/photos/{photo:uuid}/angle", opt={"access": STAFF}, status_code=200)
async def name(request: Request[Any, Any, Any], photo: UUID, by: Actor) -> dict[str, str]:
    """Say from which side it was taken (JSON for the strip)."""
    angle = (await form_of(request)).text("angle")
    refuse_card_number(angle, "angle")
    await name_angle(photo, angle, by)
    return {"angle": angle, "words": angle_words(angle)}


@asynccontextmanager
async def lifespan(_: Litestar) -> AsyncIterator[None]:
    """While the server runs, what this machine received moves on; at the end no photo is left half open.

    The worker does the same. A web server with a disk of its own, without a worker beside it, would
    otherwise keep its photos to itself.
    """
    moving = start_outside_transactions(_keep_moving())
    try:
        yield
    finally:
        moving.cancel()
        with suppress(asyncio.CancelledError):
            await moving
        await close_darkroom()


async def _keep_moving() -> None:
    while True:
        await asyncio.sleep(_PATIENCE)
        try:
            await move_waiting()
        except Exception as error:  # one bad turn never ends it
            _log.error("waiting photos not moved", error=repr(error))


router = Router("/", route_handlers=[send, show_album, show, remove, restore, name], include_in_schema=False)
