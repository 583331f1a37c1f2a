"""Codes that scanners read: an opaque body and a check character that catches a slip of the hand."""

import hashlib
import hmac
import secrets

from workshop.record.stages import HOLD_REASONS
from workshop.record.trade import FAIL_REASONS

# No I, L, O, U: nothing that a tired eye confuses. All are QR alphanumeric.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ENVELOPE, BADGE, PLACE, VENDOR = "E", "B", "L", "V"
KINDS = {ENVELOPE: "envelope", BADGE: "badge", PLACE: "place", VENDOR: "vendor"}
BODY = 16  # 80 random bits

HOLD_CARDS = {f"A-HOLD-{reason.upper()}": reason for reason in HOLD_REASONS}
FAIL_CARDS = {f"A-FAIL-{reason.upper().replace('_', '-')}": reason for reason in FAIL_REASONS}
ACTIONS = {
    "A-START": ("START", "Begin work on the envelope"),
    "A-DONE": ("DONE", "Work finished, to quality check"),
    "A-FOUND": ("FOUND", "Something new: photo and price"),
    "A-PARTS": ("PARTS", "What was used on the piece"),
    "A-HOLD": ("HOLD", "Pause: ask for the reason"),
    "A-BACK": ("BACK", "Back to the queue, from the vendor or off hold"),
    "A-VENDOR": ("VENDOR", "It goes out to a vendor"),
    "A-PASS": ("QC PASS", "Open the check and pass it"),
    "A-FAIL": ("QC FAIL", "Back to the bench: ask for the reason"),
    "A-ASK": ("ASK", "Ask whoever has it to hand it over"),
    "A-GIVE": ("GIVE", "Hand it to whoever asked"),
    "A-UNDO": ("UNDO", "Take my last scan back, within a minute"),
    "A-CLEAR": ("PUT DOWN", "Nothing in hand; ends a row of scans"),
    **{card: (f"HOLD {card.removeprefix('A-HOLD-')}", HOLD_REASONS[reason]) for card, reason in HOLD_CARDS.items()},
    **{card: ("QC FAIL", FAIL_REASONS[reason]) for card, reason in FAIL_CARDS.items()},
}


def new_code(kind: str) -> str:
    """A fresh unguessable code of one kind."""
    body = kind + "".join(secrets.choice(ALPHABET) for _ in range(BODY))
    return body + check_character(body)


def check_character(body: str) -> str:
    """Catches every single slip and every swap of neighbours (weighted sum modulo 37)."""
    symbols = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*"
    total = sum((place + 2) * symbols.index(char) for place, char in enumerate(body))
    # 37 is prime: no weight up to 36 divides it, so one changed character always shows.
    return symbols[total % 37].replace("*", "$")


def is_code(text: str, kind: str | None = None) -> bool:
    """Whether a scan is a whole, unslipped code (of one kind)."""
    if len(text) != BODY + 2 or text[0] not in KINDS:
        return False
    if any(char not in ALPHABET for char in text[1:-1]):
        return False
    return (kind is None or text[0] == kind) and check_character(text[:-1]) == text[-1]


def tidy(scan: str) -> str:
    """A scan as typed by any scanner: blanks and case folded away."""
    return "".join(scan.split()).upper()


def new_token() -> str:
    """A 256-bit secret for sessions, devices, the API and displays."""
    return secrets.token_urlsafe(32)


def link_token(secret_key: str, ticket_number: str) -> str:
    """The status link's token of a ticket: 160 bits, made again from the key whenever a text needs it.

    Only its hash is stored (ASVS 8.2.2), so a copy of the database opens nobody's page.
    """
    digest = hmac.digest(secret_key.encode(), b"status link " + ticket_number.encode(), "sha256")
    return "".join(ALPHABET[byte % 32] for byte in digest)[:32].lower()


def hashed(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
