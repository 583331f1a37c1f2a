"""What Twilio's error codes mean for the shop, and what to do about each."""

from dataclasses import dataclass
from enum import StrEnum


class Trouble(StrEnum):
    """Six kinds of trouble; each has one way on."""

    OPT_OUT = "opt_out"
    BAD_NUMBER = "bad_number"
    RETRY_BY_PERSON = "retry_by_person"
    CARRIER_PROBLEM = "carrier_problem"
    TEMPLATE = "template"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Explanation:
    """The kind of trouble, and the sentence staff read."""

    kind: Trouble
    sentence: str

    @property
    def is_opt_out(self) -> bool:
        """Whether the shop's own ledger must now say: no texts to this number."""
        return self.kind is Trouble.OPT_OUT

    @property
    def alerts_manager(self) -> bool:
        """Whether it will hit every text, so that somebody must mend the set-up."""
        return self.kind in {Trouble.CARRIER_PROBLEM, Trouble.TEMPLATE, Trouble.UNKNOWN}


_SENTENCES = {
    Trouble.OPT_OUT: "This number asked for no texts. None was sent. Call the customer instead.",
    Trouble.BAD_NUMBER: "This number cannot get texts. None arrived. "
    "Call the customer and ask for a mobile number.",
    Trouble.RETRY_BY_PERSON: "The phone could not be reached. The text did not arrive. "
    "Call the customer, or send it once more.",
    Trouble.CARRIER_PROBLEM: "The phone network or Twilio does not let our texts through. "
    "This one did not arrive. Call the customer, and tell the manager: others may fail too.",
    Trouble.TEMPLATE: "WhatsApp takes only approved wording now. Nothing was sent. "
    "Call the customer, and ask the manager to check the WhatsApp templates.",
    Trouble.UNKNOWN: "The text did not go through, for a reason we do not know. "
    "It will not be tried again by itself. Call the customer, and tell the manager.",
}

# Twilio's error dictionary, by number.
_KINDS = {
    21610: Trouble.OPT_OUT,  # the number sent STOP to this sender
    21211: Trouble.BAD_NUMBER,  # not a phone number
    21614: Trouble.BAD_NUMBER,  # not a mobile number
    21635: Trouble.BAD_NUMBER,  # a landline
    30005: Trouble.BAD_NUMBER,  # no longer in use
    30006: Trouble.BAD_NUMBER,  # a landline, or a network that takes no texts
    30003: Trouble.RETRY_BY_PERSON,  # switched off or out of reach
    20003: Trouble.CARRIER_PROBLEM,  # account or token refused
    21408: Trouble.CARRIER_PROBLEM,  # sending to this country is switched off
    21603: Trouble.CARRIER_PROBLEM,  # no sender
    21606: Trouble.CARRIER_PROBLEM,  # the sender is not ours, or cannot text
    21609: Trouble.CARRIER_PROBLEM,  # our status address is not public
    30007: Trouble.CARRIER_PROBLEM,  # filtered as spam
    30034: Trouble.CARRIER_PROBLEM,  # sender not registered (A2P 10DLC)
    63016: Trouble.TEMPLATE,  # free text outside WhatsApp's 24 hours
    21656: Trouble.TEMPLATE,  # template variables refused
}

_ADVICE = {
    20003: "Twilio refuses our account or token. No text leaves. "
    "Check WORKSHOP_TWILIO_ACCOUNT_SID and WORKSHOP_TWILIO_AUTH_TOKEN; call customers meanwhile.",
    21609: "Twilio cannot reach our address, so it refuses our texts. None leaves. "
    "Set WORKSHOP_PUBLIC_URL to the shop's public address; call customers meanwhile.",
}


_MAIL = Explanation(
    Trouble.BAD_NUMBER,
    "The mail server does not take mail for this address. None arrived. Call the customer and ask for another.",
)


def explain(code: int | None, channel: str = "sms") -> Explanation:
    """What a Twilio code, or a mail server's, means here. A code nobody has met alerts and is never retried."""
    if channel == "email":
        return _MAIL
    kind = _KINDS.get(code or 0, Trouble.UNKNOWN)
    return Explanation(kind, _ADVICE.get(code or 0, _SENTENCES[kind]))
