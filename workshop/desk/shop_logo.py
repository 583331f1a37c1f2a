"""The shop's sign: a picture made anew from its pixels, shown to customers."""

import hashlib
import re
from typing import Any, cast

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile

from photos.sanitise import sanitise
from workshop.db import fetch, fetch_value, transaction
from workshop.desk.shop_routes import refused_group
from workshop.errors import InvalidInput, NotFound
from workshop.record.events import Actor
from workshop.record.shop.shop_changes import change_shop
from workshop.web.auth import ANYONE, MANAGER
from workshop.web.pages import go

Req = Request[Any, Any, Any]
MOST = 5_000_000


@post("/desk/logo", opt={"access": MANAGER}, status_code=200)
async def save_logo(request: Req, by: Actor) -> Response[Any]:
    """Show this picture as the shop's sign, or none."""
    form = await request.form()
    try:
        key = "" if form.get("remove") else await _keep(cast("UploadFile | None", form.get("logo")), by)
    except InvalidInput as error:
        return await refused_group(request, "look", by, {"logo": error.message})
    await change_shop({"logo_key": key}, group="look", by=by)
    return go(request, "/desk/shop#look", flash="The logo is saved." if key else "The logo is taken away.")


async def _keep(file: UploadFile | None, by: Actor) -> str:
    content = await file.read(MOST + 1) if isinstance(file, UploadFile) else b""
    if not content:
        raise InvalidInput("Choose a picture first.")
    if len(content) > MOST:
        raise InvalidInput("This picture is larger than 5 MB. Save it smaller and choose it again.")
    picture = (await sanitise(content)).thumb
    key = hashlib.sha256(picture).hexdigest()
    async with transaction():
        await fetch(
            "INSERT INTO shop_logo (shop, key, picture) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            by.shop, key, picture,
        )  # fmt: skip
    return key


@get("/shop/logo/{key:str}", opt={"access": ANYONE})
async def show_logo(key: str) -> Response[bytes]:
    """The sign as customers see it. Its address changes with the picture, so browsers may keep it."""
    picture = await fetch_value("SELECT picture FROM shop_logo WHERE key = $1 LIMIT 1", key)
    if picture is None:
        raise NotFound("There is no such picture.")
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
    return Response(picture, media_type="image/jpeg", headers=headers)


@get("/shop/colours/{name:str}", opt={"access": ANYONE})
async def show_colours(name: str) -> Response[str]:
    """A shop's own colour as a style sheet; it stands in its address, so that browsers may keep it."""
    found = re.fullmatch(r"\d{1,9}-([0-9a-f]{6})\.css", name)
    if found is None:
        raise NotFound("There is no such colour.")
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
    return Response(f":root {{ --accent: #{found[1]}; }}", media_type="text/css", headers=headers)


handlers = [show_colours, save_logo, show_logo]
