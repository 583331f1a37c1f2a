"""Photos through the JSON door."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.openapi.datastructures import ResponseSpec

from photos.keeping import read_photo
from photos.upload import LARGEST_REQUEST, REFUSALS, Upload, keep_upload
from workshop.record.events import Actor
from workshop.record.tickets.standing import envelope_by_code
from workshop.web.auth import STAFF


class KeptPhoto(msgspec.Struct):
    """A photo of an envelope."""

    id: UUID
    kind: str
    state: str
    """`pending` until the storage has it, then `stored`."""
    url: str
    sha256: str
    """Of the picture at `url`, in hexadecimal."""
    original_sha256: str
    """Of the bytes that were sent."""


@post(
    "/api/envelopes/{code:str}/photos", opt={"access": STAFF}, request_max_body_size=LARGEST_REQUEST,
    exception_handlers=REFUSALS,
)  # fmt: skip
async def send(request: Request[Any, Any, Any], code: str, data: Upload, by: Actor) -> KeptPhoto:
    """Add a photo to an envelope by its code or number: JPEG, PNG, WEBP or HEIC, 25 MB at most.

    The same picture sent again, or the same Idempotency-Key, gives the photo there is.
    """
    envelope = await envelope_by_code(code, shop=by.shop)
    photo = await keep_upload(request, envelope.code, data, by)
    return KeptPhoto(
        photo.id, photo.kind, photo.state, f"/api/photos/{photo.id}", photo.key, photo.original_sha256
    )


@get(
    "/api/photos/{photo:uuid}", opt={"access": STAFF}, media_type="image/jpeg",
    responses={200: ResponseSpec(data_container=bytes, media_type="image/jpeg", description="The picture")},
)  # fmt: skip
async def show(photo: UUID, by: Actor) -> Response[bytes]:
    """The picture: made again from its pixels, upright, at most 2560 pixels a side."""
    picture, media_type = await read_photo(photo, thumb=False, by=by)
    disposition = f'inline; filename="{photo}.jpg"'
    return Response(picture, media_type=media_type, headers={"Content-Disposition": disposition})


router = Router("/", route_handlers=[send, show], tags=["Photos"])
