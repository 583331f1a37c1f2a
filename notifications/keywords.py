"""What a customer's reply asks for: STOP, START, HELP, or a person's attention."""

import re
import unicodedata
from enum import StrEnum


class Keyword(StrEnum):
    """The three words with a legal meaning."""

    STOP = "stop"
    START = "start"
    HELP = "help"


# Twilio's own lists. CANCEL stops and YES starts, so never ask for them in an estimate.
STOP_WORDS = frozenset(
    {"stop", "unsubscribe", "end", "quit", "stopall", "revoke", "optout", "cancel"}
)
START_WORDS = frozenset({"start", "yes", "unstop"})
HELP_WORDS = frozenset({"help", "info"})

_SHORT_MESSAGE_WORDS = 4
_STOPPING = frozenset(
    {"stop", "unsubscribe", "quit", "stopall", "revoke", "optout", "baja", "alto"}
)
_VISITS = re.compile(r"\bstop(ping)? (by|in|over|at)\b")
_REQUESTS = re.compile(
    r"\bunsubscribe\b|\bopt(ing)? (me |us )?out\b|\brevoke\b|\bstopall\b"
    r"|\b(stop|quit|cease|end|enough|no more|no further|no mas)( \w+){0,3} "
    r"(text\w*|messag\w*|msgs?|sms|contact\w*|spam\w*|notif\w*|mensajes?)\b"
    r"|\b(stop|quit|cease) (texting|messaging|contacting|bothering|calling|writing)\b"
    r"|\b(stop|quit|cease) (it|this|them|now)\b"
    r"|\b(do not|don t|dont|never|no longer|not want|not wish)( \w+){0,4} "
    r"(text|texts|texting|message|messages|messaging|contact|sms|spam)\b"
    r"|\b(remove|delete|take) (me|us|my number|this number)\b|\bleave (me|us) alone\b"
    r"|\bwrong (number|person)\b|\bnumero equivocado\b"
    r"|\bno( me| nos)? (escrib|mand|envi|contact)\w*|\bno quiero( \w+){0,3} mensajes\b"
    r"|\b(dej|par)\w+ de (escrib|mand|envi|molest|contact)\w*|\b(dar|den|deme|denme)\w* de baja\b"
)


def keyword(text: str, opt_out_type: str | None = None) -> Keyword | None:
    """The keyword, if it is the whole message, whatever its case, blanks and punctuation.

    `opt_out_type` is Twilio's own reading (`OptOutType`), which counts when it is there.
    """
    if opt_out_type and opt_out_type.strip().lower() in set(Keyword):
        return Keyword(opt_out_type.strip().lower())
    word = _bare(text).replace(" ", "")
    if word in STOP_WORDS:
        return Keyword.STOP
    if word in START_WORDS:
        return Keyword.START
    return Keyword.HELP if word in HELP_WORDS else None


def looks_like_stop(text: str) -> bool:
    """Whether a free reply may mean "no more texts", so that a person must read it at once.

    Consent may be revoked by any reasonable words (47 CFR 64.1200), in the customer's language.
    """
    plain = _VISITS.sub(" ", _bare(text))
    words = plain.split()
    is_short = len(words) <= _SHORT_MESSAGE_WORDS and not _STOPPING.isdisjoint(words)
    return keyword(text) is Keyword.STOP or is_short or bool(_REQUESTS.search(plain))


def _bare(text: str) -> str:
    """Lower-case words with single blanks: no accents, punctuation or pictures."""
    parts = unicodedata.normalize("NFKD", text).casefold()
    letters = "".join(part for part in parts if not unicodedata.combining(part))
    return " ".join(re.sub(r"[\W_]+", " ", letters).split())
