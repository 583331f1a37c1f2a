"""Where somebody wants their alarms mailed."""

import re

from workshop.db import fetch, transaction
from workshop.errors import InvalidInput
from workshop.record.events import Actor, record

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


async def set_alarm_email(address: str, *, by: Actor) -> None:
    """Mail this colleague's alarms there from now on; nowhere for an empty address. Raises InvalidInput."""
    if address and (len(address) > 120 or not _ADDRESS.fullmatch(address)):
        sentence = "That is no e-mail address. Leave it empty to get no mail."
        raise InvalidInput(sentence, address=sentence)
    async with transaction():
        await fetch("UPDATE staff SET alarm_email = $2 WHERE id = $1", by.id, address)
        await record("alarm_mail_set", shop=by.shop, by=by, is_on=bool(address))
