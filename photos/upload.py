"""How a photo arrives over HTTP: one file and a few words, within a limit."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from litestar import Request, Response
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.exceptions import ValidationException
from litestar.exceptions.http_exceptions import RequestEntityTooLarge
from litestar.params import Body

from photos.keeping import add_photo
from photos.sanitise import PhotoTooLarge
from workshop.errors import InvalidInput
from workshop.record.events import Actor
from workshop.record.tables import Photo
from workshop.web.errors import say

LARGEST_REQUEST = 26_000_000  # bytes: a photo of 25 MB and the words around it
_Request = Request[Any, Any, Any]


@dataclass
class PhotoForm:
    """`photo` is the file, `kind` one of take_in, condition, found, during, after."""

    photo: UploadFile
    kind: str = "take_in"
    angle: str = ""


Upload = Annotated[PhotoForm, Body(media_type=RequestEncodingType.MULTI_PART)]


async def keep_upload(request: _Request, code: str, form: PhotoForm, by: Actor) -> Photo:
    """Keep the photo that was sent, once for each Idempotency-Key."""
    try:
        original = await form.photo.read()
    finally:
        await form.photo.close()
    key = request.headers.get("idempotency-key", "")
    return await add_photo(code, form.kind, original, by=by, angle=form.angle.strip(), key=key)


def _say_too_large(request: _Request, _: RequestEntityTooLarge) -> Response[Any]:
    return say(request, PhotoTooLarge())


def _say_not_a_file(request: _Request, _: Exception) -> Response[Any]:
    sentence = "Send one photo as a file in the field “photo”. Nothing was added."
    return say(request, InvalidInput(sentence, photo=sentence))


REFUSALS: dict[int | type[Exception], Callable[..., Response[Any]]] = {
    RequestEntityTooLarge: _say_too_large,
    ValidationException: _say_not_a_file,
    UnicodeDecodeError: _say_not_a_file,  # bytes in a field without a file name
}
