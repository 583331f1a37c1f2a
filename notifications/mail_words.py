"""A message as a mail: a subject people find again, the words of the text, and who writes."""

import re

from notifications.texts import Template
from notifications.texts.nouns import noun_for

_SUBJECTS = {
    Template.TAKEN_IN: ("We have your {piece}", "Tenemos {su} {piece}"),
    Template.ESTIMATE_READY: ("The estimate for your {piece}", "El presupuesto para {su} {piece}"),
    Template.ESTIMATE_REMINDER: ("Your estimate is waiting", "Su presupuesto le espera"),
    Template.PROOF_READY: ("The engraving of your {piece}", "El grabado de {su} {piece}"),
    Template.APPROVED: ("Thank you, we begin", "Gracias, empezamos"),
    Template.READY_FOR_PICKUP: ("Your {piece}: ready to collect", "Puede recoger {su} {piece}"),
    Template.RETURNED_UNREPAIRED: ("Your {piece}: ready to collect", "Puede recoger {su} {piece}"),
    Template.PROMISE_MOVED: ("A new day for your {piece}", "Nueva fecha para {su} {piece}"),
    Template.RECEIPT: ("Your receipt", "Su recibo"),
    Template.PICKUP_CODE: ("Your code to collect", "Su código para recoger"),
    Template.THANK_YOU: ("Thank you for your visit", "Gracias por su visita"),
    Template.NOT_COLLECTED: ("Your {piece} still with us", "{su} {piece} en nuestra tienda"),
}
_OTHER = ("About your visit", "Sobre su visita")
_FOR_PHONES = re.compile(r"\s(Reply|Responda) STOP\b.*$")


def subject_of(template: str, language: str, *, kind: str, shop: str) -> str:
    """What stands in the list of mails: the news, then the shop. No value, metal or name, as in a text."""
    english, spanish = _SUBJECTS.get(Template(template), _OTHER)
    noun = noun_for(kind, language)
    words = (spanish if language == "es" else english).format(piece=noun.word, su=noun.pick("su", "sus"))
    return f"{words[0].upper()}{words[1:]} · {shop}"


def letter_of(words: str, *, shop: str, address: str, phone: str) -> str:
    """The words without what only phones need, and the shop's name and ways to reach it under them."""
    signed = "\n".join(line for line in (shop, address, phone) if line)
    return f"{_FOR_PHONES.sub('', words)}\n\n{signed}\n"
