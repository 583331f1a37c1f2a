"""What the page of one piece at take-in shows: what we know, photos asked for, work, engraving, a manager's word."""

from typing import Any
from uuid import UUID

from intake.contract import listed_stones, stone_count
from intake.draft_fields import Data, piece_at
from intake.engraving_step import engraving_of
from intake.frame import frame_of
from intake.marking import marking_of
from workshop.record.customers.sizes import sizes_of
from workshop.record.events import Actor
from workshop.record.pieces.condition import codes_for
from workshop.record.pieces.engraving import FONTS, SIDES
from workshop.record.pieces.pieces import pieces_of
from workshop.record.prices.packages import packages
from workshop.record.prices.prices import METALS, drivers_of
from workshop.record.prices.work import price_items
from workshop.record.trade import BASES, KINDS, SIZES

STONES = ["diamond", "sapphire", "ruby", "emerald", "opal", "pearl", "amethyst", "topaz", "garnet", "tanzanite",
          "cubic zirconia", "moissanite", "not known"]  # fmt: skip
ORIGINS = [("bought here", "Bought here"), ("heirloom", "Heirloom"), ("elsewhere", "From elsewhere")]
EXAMPLES = {
    "ring": "Oval halo ring, white", "necklace": "Box chain, 18 in", "bracelet": "Tennis bracelet",
    "earrings": "Pearl studs", "pendant": "Cross with bail", "brooch": "Cameo brooch", "watch": "Steel diver",
    "stone": "Round, about 6 mm", "other": "Silver thimble",
}  # fmt: skip
MOST_KNOWN = 12


async def piece_frame(data: Data, draft: UUID, place: int, by: Actor) -> dict[str, Any]:
    """Everything the page of one piece is given; `place` 1 is the first piece."""
    piece = piece_at(data, place - 1)
    frame = await frame_of(data, draft, by, "piece", place)
    book = await price_items(by.shop)
    kind = piece.get("kind", "")
    chosen = {task["code"] for task in piece["tasks"]}
    fitting = [item for item in book if not item["kinds"] or kind in item["kinds"]]
    by_code = {item["code"]: item for item in book}
    offered = [item for item in fitting if item["code"] not in chosen]
    goes_with = _goes_with(piece, offered, by_code)
    plain = [item for item in offered if item not in goes_with]
    return frame | {
        "piece": piece, "place": place, "known": await _known(data, piece), "kind_words": KINDS,
        "conditions_by_group": codes_for(kind),
        "metals": [(key, word) for key, (word, _) in METALS.items()], "bases_list": list(BASES.items()),
        "stone_names": STONES, "origins": ORIGINS, "sizes": [(size, size or "–") for size in SIZES],
        "favourites": [item for item in plain if item["is_favourite"]],
        "others": [item for item in plain if not item["is_favourite"]],
        "packages": _packages(await packages(by.shop, kind), piece),
        "goes_with": goes_with, "by_code": by_code, "drivers_of": drivers_of,
        "stone_total": stone_count(piece), "listed_stones": listed_stones(piece),
        "marking_data": await marking_of(piece, frame["photos"][piece["code"]]),
        "engravings": {at: engraving_of(task) for at, task in enumerate(piece["tasks"]) if "engraving" in task},
        "finger_sizes": await _finger_sizes(data) if kind == "ring" else [],
        "value": frame["values"][piece["code"]], "fonts": list(FONTS.items()), "sides": list(SIDES.items()),
        "examples": EXAMPLES,
    }  # fmt: skip


def _packages(offered: list[dict[str, Any]], piece: Data) -> list[dict[str, Any]]:
    """The packages of the book for this kind of piece; `is_chosen` where all its work is on the piece by it."""
    for row in offered:
        mine = {task["code"] for task in piece["tasks"] if task.get("package") == row["id"]}
        row["is_chosen"] = mine >= set(row["codes"])
    return offered


def _goes_with(piece: Data, offered: list[dict[str, Any]], book: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Work the book offers with what is chosen, and that is not chosen yet."""
    wanted = [code for task in piece["tasks"] if task["code"] in book for code in book[task["code"]]["next_tasks"]]
    return [item for item in offered if item["code"] in wanted]


async def _known(data: Data, piece: Data) -> list[dict[str, Any]]:
    """The customer's pieces we know, but for those on this ticket already (the one shown here stays)."""
    customer = data.get("customer_id")
    if not customer:
        return []
    others = {one.get("piece_id") for one in data["pieces"] if one is not piece}
    return [one for one in await pieces_of(customer) if one["id"] not in others][:MOST_KNOWN]


async def _finger_sizes(data: Data) -> list[dict[str, Any]]:
    """Sizes measured on this customer's fingers, to tap instead of choosing."""
    customer = data.get("customer_id")
    return [row for row in await sizes_of(customer) if row["is_now"]] if customer else []
