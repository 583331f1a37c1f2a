"""A TV is paired by a short code: nobody types forty signs with a remote control."""

import secrets
from datetime import timedelta

from workshop import clock
from workshop.db import fetch, fetch_one, transaction
from workshop.errors import InvalidInput
from workshop.record.codes import ALPHABET, hashed, new_token, tidy
from workshop.record.events import record
from workshop.record.shop.staff import check_tries, count_miss

SIGNS = 8  # 40 random bits, for a quarter of an hour and once
HOLDS = timedelta(minutes=15)
FREE = 20  # wrong codes of one place before it waits
WRONG = "That code is not known, or its quarter of an hour is over. Ask for a new one at the desk."


async def pairing_code(token: str) -> str:
    """A code for the display of a token, as it is read out: `K7QF-2MXR`."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(SIGNS))
    await fetch(
        "UPDATE access_token SET pairing_hash = $2, pairing_until = $3 WHERE token_hash = $1 AND kind = 'display'",
        hashed(token), hashed(code), clock.now() + HOLDS,
    )  # fmt: skip
    return f"{code[:4]}-{code[4:]}"


async def pair(typed: str, *, source: str) -> str:
    """The token of the display whose code was typed on the TV. The link made with the code opens nothing any more.

    Raises InvalidInput for a code that is not known, used or too old; TooMany after many of them.
    """
    key = f"tv {source}"[:120]
    await check_tries(key, free=FREE)
    token = new_token()
    async with transaction():
        row = await fetch_one(
            """UPDATE access_token SET token_hash = $2, pairing_hash = '', pairing_until = NULL
               WHERE pairing_hash = $1 AND pairing_until > $3 AND kind = 'display' AND revoked_at IS NULL
               RETURNING shop, name""",
            hashed(tidy(typed).replace("-", "")), hashed(token), clock.now(),
        )  # fmt: skip
        if row is not None:
            await record("display_paired", shop=row["shop"], display=row["name"])
    if row is None:
        await count_miss(key)
        raise InvalidInput(WRONG, code=WRONG)
    return token
