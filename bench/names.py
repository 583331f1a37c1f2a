"""What the codes taped around the shop are called, so that a tablet can say so without asking."""

from workshop.db import fetch


async def names_here(shop: int) -> dict[str, str]:
    """Places and vendors in use, by the code on their label or card."""
    rows = await fetch(
        """SELECT code, name FROM place WHERE shop = $1 AND retired_at IS NULL AND code <> ''
           UNION ALL SELECT code, name FROM vendor WHERE shop = $1 AND retired_at IS NULL""",
        shop,
    )
    return {row["code"]: row["name"] for row in rows}
