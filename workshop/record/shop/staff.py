"""Who works here, and how we know it is they: password, PIN, badge, token."""

import asyncio
import hmac
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value, transaction
from workshop.errors import Forbidden, InvalidInput, NotFound, TooMany
from workshop.record.codes import BADGE, hashed, new_code, new_token
from workshop.record.events import Actor, record
from workshop.record.secret import secret_key
from workshop.record.tables import AccessToken, Device, Session, Staff

ROLES = ("counter", "bench", "manager", "owner")
IDLE = timedelta(minutes=15)  # on a shared station: then the PIN again (ASVS 7.3.1)
IDLE_OFFICE = timedelta(hours=8)
LONGEST = timedelta(hours=12)  # then the password again, whoever was busy (ASVS 7.3.2)
PIN_MISSES = 10
NEEDS_SIGN_IN = "This station needs a full sign-in with name and password first."
FREE_TRIES = 5  # then each miss doubles the wait, up to 15 minutes; nobody is locked out for good

# The commonest of the lists; length does the rest (ASVS 6.2.4).
_WORN_OUT = frozenset({"password", "password1", "12345678", "123456789", "qwertyuiop", "iloveyou", "jewelry1"})


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()  # argon2id, 64 MiB, 3 passes: the library's and OWASP's default


def hash_password(password: str) -> str:
    """argon2id of a password. Raises InvalidInput when it is too short, too long or worn out."""
    if not 8 <= len(password) <= 128 or password.casefold() in _WORN_OUT:
        sentence = "A password has 8 to 128 characters and is not one everybody tries first."
        raise InvalidInput(sentence, password=sentence)
    return _hasher().hash(password)


def hash_pin(pin: str) -> str:
    """argon2id of a PIN with the installation's pepper: six digits alone are soon tried."""
    if len(pin) != 6 or not pin.isdigit():
        raise InvalidInput("A PIN has six digits.", pin="Six digits.")
    return _hasher().hash(_peppered(pin))


def _peppered(pin: str) -> str:
    return hmac.digest(secret_key().encode(), pin.encode(), "sha256").hex()


def _matches(stored: str, given: str) -> bool:
    try:
        return _hasher().verify(stored, given)
    except (VerificationError, InvalidHashError):
        return False


async def password_fits(staff: Staff, password: str) -> bool:
    """Whether this is the person's password; takes as long for somebody who has none."""
    return await asyncio.to_thread(_matches, staff.password_hash or _nobody(), password)


@cache
def _nobody() -> str:
    """Checked for unknown names, so that they answer as slowly as known ones."""
    return _hasher().hash("nobody has this password")


async def add_staff(
    *, shop: int, name: str, sign_in_name: str, roles: list[str], password: str = "", pin: str = "",
    skills: list[str] | None = None, minutes_a_day: int = 0, is_system: bool = False,
) -> Staff:  # fmt: skip
    """Write down a new colleague, inside the caller's transaction if any."""
    unknown = set(roles) - set(ROLES)
    if unknown or not roles:
        raise InvalidInput(f"A role is one of: {', '.join(ROLES)}.", role="Not a role.")
    staff = Staff(
        shop=shop, name=name, sign_in_name=sign_in_name.casefold(), roles=roles,
        badge_code=new_code(BADGE), skills=skills or [], minutes_a_day=minutes_a_day, is_system=is_system,
        password_hash=await asyncio.to_thread(hash_password, password) if password else "",
        pin_hash=await asyncio.to_thread(hash_pin, pin) if pin else "",
    )  # fmt: skip
    await staff.save()
    return staff


def actor_of(staff: Staff, station: str = "", *, device: int | None = None) -> Actor:
    """This person, acting at this station."""
    return Actor(staff.id, staff.name, staff.shop, frozenset(staff.roles), station, device)


async def sign_in(name: str, password: str, *, source: str, device: int | None = None) -> tuple[str, Staff]:
    """Check name and password; a fresh session token. Raises InvalidInput or TooMany (429).

    Unknown names and wrong passwords answer alike, in the same time.
    """
    key = f"sign-in {name.casefold().strip()[:40]} {source}"
    await check_tries(key)
    await count_miss(key)  # before the slow look at the password, so that many at once are counted too
    staff = await Staff.objects().get(
        (Staff.sign_in_name == name.casefold().strip()) & (Staff.is_active == True)  # noqa: E712
    )
    stored = staff.password_hash if staff is not None and staff.password_hash else _nobody()
    ok = await asyncio.to_thread(_matches, stored, password)
    if not ok or staff is None:
        raise InvalidInput("Name or password is not right. Try again.", form="Name or password is not right.")
    await forget_misses(key)
    async with transaction():
        token = await _open_session(staff, device)
        if device is not None:
            await fetch("UPDATE device SET pin_misses = 0, full_sign_in_at = $2 WHERE id = $1", device, clock.now())
        await record("signed_in", shop=staff.shop, by=actor_of(staff))
    return token, staff


async def switch_by_pin(staff_id: int, pin: str, *, device: Device) -> tuple[str, Staff]:
    """Another colleague takes over this enrolled station. Ten misses end in a full sign-in."""
    staff = await prove_pin(staff_id, pin, device=device)
    async with transaction():
        token = await _open_session(staff, device.id)
        await record("switched", shop=staff.shop, by=actor_of(staff, device.name))
    return token, staff


async def prove_pin(staff_id: int, pin: str, *, device: Device) -> Staff:
    """The colleague whose PIN this is. Raises InvalidInput on a wrong one, Forbidden after ten at this station.

    Misses count for the person too: one's own PIN typed in between clears the station's count, not theirs.
    """
    staff = await Staff.objects().get(
        (Staff.id == staff_id) & (Staff.shop == device.shop) & (Staff.is_active == True)  # noqa: E712
    )
    check_station(device)
    # Counted before it is compared: many PINs sent at once get no more tries than one after another.
    counted = await fetch_value(
        "UPDATE device SET pin_misses = pin_misses + 1 WHERE id = $1 AND pin_misses < $2 RETURNING id",
        device.id, PIN_MISSES,
    )  # fmt: skip
    if counted is None:
        raise Forbidden(NEEDS_SIGN_IN)
    key = f"pin of {staff_id}"
    await check_tries(key, free=PIN_MISSES)
    await count_miss(key)
    stored = staff.pin_hash if staff is not None and staff.pin_hash else _nobody()
    ok = await asyncio.to_thread(_matches, stored, _peppered(pin))
    if not ok or staff is None:
        raise InvalidInput("That PIN is not right.", pin="That PIN is not right.")
    await fetch("UPDATE device SET pin_misses = 0 WHERE id = $1", device.id)
    await forget_misses(key)
    return staff


async def switch_by_badge(badge: str, *, device: Device) -> tuple[str, Staff]:
    """A badge scanned at an enrolled station switches the person."""
    check_station(device)
    staff = await Staff.objects().get(
        (Staff.badge_code == badge) & (Staff.shop == device.shop) & (Staff.is_active == True)  # noqa: E712
    )
    if staff is None:
        raise NotFound("That badge belongs to nobody here.")
    if not staff.roles or set(staff.roles) & {"manager", "owner"}:
        raise Forbidden("A manager signs in with a PIN, not with a badge alone.")
    async with transaction():
        token = await _open_session(staff, device.id)
        await record("switched", shop=staff.shop, by=actor_of(staff, device.name), badge=True)
    return token, staff


def check_station(device: Device) -> None:
    """Refuse a station that was taken back, tried too often, or left too long without a password."""
    stale = clock.now() - device.full_sign_in_at > LONGEST
    if device.revoked_at is not None or device.pin_misses >= PIN_MISSES or stale:
        raise Forbidden(NEEDS_SIGN_IN)


async def _open_session(staff: Staff, device: int | None) -> str:
    token, now = new_token(), clock.now()
    await Session(token_hash=hashed(token), staff=staff.id, device=device, created_at=now, seen_at=now).save()
    return token


async def session_of(token: str, *, is_act: bool = True) -> tuple[Session, Staff] | None:
    """The live session of a token; None if unknown, idle too long, ended or left.

    `is_act`: a person did something. A page that only re-reads itself keeps nobody signed in.
    """
    session = await Session.objects().get(Session.token_hash == hashed(token))
    if session is None or session.ended_at is not None:
        return None
    now = clock.now()
    idle = IDLE if session.device else IDLE_OFFICE
    if now - session.seen_at > idle or now - session.created_at > LONGEST:
        return None
    staff = await Staff.objects().get((Staff.id == session.staff) & (Staff.is_active == True))  # noqa: E712
    if staff is None:
        return None
    if is_act and now - session.seen_at > timedelta(minutes=1):
        await fetch("UPDATE session SET seen_at = $2 WHERE id = $1", session.id, now)
    return session, staff


async def sign_out(token: str) -> None:
    """End a session at once."""
    await fetch("UPDATE session SET ended_at = $2 WHERE token_hash = $1", hashed(token), clock.now())


async def enrol_device(staff: Staff, name: str) -> str:
    """Make this browser a shared station, on which colleagues switch by PIN. Gives its token."""
    token = new_token()
    await Device(
        shop=staff.shop, token_hash=hashed(token), name=name[:60], enrolled_by=staff.id,
        enrolled_at=clock.now(), full_sign_in_at=clock.now(),
    ).save()  # fmt: skip
    return token


async def device_of(token: str) -> Device | None:
    """The enrolled station of a token."""
    device = await Device.objects().get(Device.token_hash == hashed(token))
    return device if device is not None and device.revoked_at is None else None


async def colleagues(shop: int) -> list[Staff]:
    """Everybody who can sign in at this shop."""
    return await Staff.objects().where(
        (Staff.shop == shop) & (Staff.is_active == True) & (Staff.is_system == False)  # noqa: E712
    ).order_by(Staff.name)


async def make_token(*, shop: int, name: str, kind: str, role: str = "counter") -> str:
    """A bearer token for the API (acting as a colleague of that role), or a display's token."""
    token = new_token()
    staff_id = None
    async with transaction():
        if kind == "api":
            login = f"api-{hashed(token)[:12]}"
            staff = await add_staff(shop=shop, name=name, sign_in_name=login, roles=[role], is_system=True)
            staff_id = staff.id
        await AccessToken(
            shop=shop, kind=kind, name=name, token_hash=hashed(token), staff=staff_id, created_at=clock.now()
        ).save()
    return token


async def staff_of_token(token: str) -> Staff | None:
    """Whom an API token acts as."""
    row = await fetch_one(
        """SELECT staff FROM access_token WHERE token_hash = $1 AND kind = 'api' AND revoked_at IS NULL""",
        hashed(token),
    )
    if row is None:
        return None
    return await Staff.objects().get((Staff.id == row["staff"]) & (Staff.is_active == True))  # noqa: E712


async def display_shop(token: str) -> int | None:
    """The shop whose wall a display's token may read."""
    row = await fetch_one(
        "SELECT shop FROM access_token WHERE token_hash = $1 AND kind = 'display' AND revoked_at IS NULL",
        hashed(token),
    )
    return row["shop"] if row else None


async def check_tries(key: str, *, free: int = FREE_TRIES) -> None:
    """Refuse while the wait after too many misses runs. Counted in the database, for all processes."""
    row = await fetch_one("SELECT count, window_start FROM attempt WHERE key = $1", key)
    if row is None or row["count"] < free:
        return
    wait = timedelta(seconds=min(900, 2 ** min(row["count"] - free + 1, 10)))
    ends: datetime = row["window_start"] + wait
    if clock.now() < ends:
        seconds = int((ends - clock.now()).total_seconds()) + 1
        raise TooMany(f"Too many tries. Wait {seconds} seconds, then try again.", seconds)


async def count_miss(key: str) -> None:
    """One more miss; they fade after an hour of peace."""
    await fetch(
        """INSERT INTO attempt (key, count, window_start) VALUES ($1, 1, $2) ON CONFLICT (key) DO UPDATE
           SET count = CASE WHEN attempt.window_start < $2 - interval '1 hour' THEN 1
                       ELSE attempt.count + 1 END, window_start = $2""",
        key, clock.now(),
    )  # fmt: skip


async def forget_misses(key: str) -> None:
    """A success starts the count anew."""
    await fetch("DELETE FROM attempt WHERE key = $1", key)
