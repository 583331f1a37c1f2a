"""What stands behind a bar of the load: the pieces due that day."""

from datetime import date
from typing import Any

from litestar import Request, Response, get

from workshop.desk.load_read import rows_behind
from workshop.record.events import Actor
from workshop.record.promises.promise_words import say_minutes
from workshop.record.shop.shops import shop_of
from workshop.web.auth import MANAGER
from workshop.web.pages import page


@get("/desk/load", opt={"access": MANAGER})
async def show_rows(
    request: Request[Any, Any, Any], by: Actor, day: date | None = None, skill: str | None = None,
    person: int | None = None,
) -> Response[str]:  # fmt: skip
    """The pieces behind one bar: of one kind of work, of one colleague, or of nobody yet."""
    shop = await shop_of(by.shop)
    wanted = skill if skill is not None or person is not None else ""
    rows = await rows_behind(shop, day or date.min, skill=wanted, person=person)
    return await page(request, "desk/load.html", shop=shop, rows=rows, day=day, say_minutes=say_minutes)


handlers = [show_rows]
