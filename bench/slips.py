"""A code typed by hand with one sign wrong: found by its check character, and the sign named where it can be."""

from workshop.db import fetch
from workshop.errors import InvalidInput
from workshop.record.codes import BODY, ENVELOPE, KINDS, PLACE

LENGTH = BODY + 2
NEAR = 2  # signs too many or too few and still meant as a code
_TABLES = {ENVELOPE: "envelope", PLACE: "place"}
_ORDINALS = {1: "st", 2: "nd", 3: "rd"}


async def refuse_slip(code: str, *, shop: int) -> None:
    """Refuse what is nearly a code, saying which sign to look at. Anything else passes."""
    if code[:1] not in KINDS or set(code) & set("-/:") or not LENGTH - NEAR <= len(code) <= LENGTH + NEAR:
        return
    if not any(sign.isdigit() for sign in code):
        return
    sentence = f"Not read right. Scan it again; if typed by hand, {await _where(code, shop)}"
    raise InvalidInput(sentence, code=sentence)


async def _where(code: str, shop: int) -> str:
    if len(code) != LENGTH:
        return f"it has {len(code)} signs, and {LENGTH} are printed."
    table = _TABLES.get(code[0])  # badges are secrets: nobody is told how near a guess was
    found = await _nearest(code, table, shop) if table else []
    if len(found) != 1:
        return "look at each sign again."
    wrong = [place for place, sign in enumerate(code) if found[0][place] != sign]
    if len(wrong) == 2:
        return f"check the {_nth(wrong[0] + 1)} and {_nth(wrong[1] + 1)} sign, they changed places."
    return f"check the {_nth(wrong[0] + 1)} sign."


async def _nearest(code: str, table: str, shop: int) -> list[str]:
    """Codes in use here that differ by one sign, or by two neighbours that changed places."""
    one_off = [f"{_plain(code[:place])}_{_plain(code[place + 1 :])}" for place in range(1, LENGTH)]
    swapped = [_plain(code[:at] + code[at + 1] + code[at] + code[at + 2 :]) for at in range(1, LENGTH - 1)]
    open_only = "AND stage <> 'picked_up'" if table == "envelope" else ""
    rows = await fetch(
        f"SELECT code FROM {table} WHERE shop = $1 AND code LIKE ANY($2::text[]) {open_only} LIMIT 2",  # noqa: S608
        shop, [*one_off, *swapped],
    )  # fmt: skip
    return [row["code"] for row in rows]


def _plain(part: str) -> str:
    return part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _nth(place: int) -> str:
    ending = "th" if 10 <= place % 100 <= 20 else _ORDINALS.get(place % 10, "th")
    return f"{place}{ending}"


