"""The installation's own secret, from the setting or made once in the data folder."""

import os
import secrets
from functools import cache

from workshop.settings import settings


@cache
def secret_key() -> str:
    """Peppers PINs and makes status links. Losing it makes links already sent dead."""
    if settings().secret_key:
        return settings().secret_key
    path = settings().data_dir / "secret_key"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()
