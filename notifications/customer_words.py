"""Every word of the customer's page, in the languages we write to customers in."""

import json
from datetime import date, timedelta

from notifications.wording import day_words, hour_words, spoken
from workshop.record.promises.capacity import DAYS, is_open
from workshop.record.tables import Shop

CLOSED_TOLD = 21  # days ahead that closed days are told
STEPS = {
    "en": ("Received", "Being repaired", "Quality check", "Ready for pickup", "Collected"),
    "es": ("Recibido", "En reparación", "Control de calidad", "Listo para recoger", "Recogido"),
}
KINDS = {
    "en": {"ring": "Ring", "necklace": "Necklace", "bracelet": "Bracelet", "earrings": "Earrings",
           "pendant": "Pendant", "brooch": "Brooch", "watch": "Watch", "stone": "Stone", "other": "Piece"},
    "es": {"ring": "Anillo", "necklace": "Collar", "bracelet": "Pulsera", "earrings": "Aretes",
           "pendant": "Colgante", "brooch": "Broche", "watch": "Reloj", "stone": "Piedra", "other": "Pieza"},
}  # fmt: skip
_DAY_NAMES = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "es": ("lun", "mar", "mié", "jue", "vie", "sáb", "dom"),
}
# English, Spanish.
_WORDS = {
    "ticket": ("Ticket", "Comprobante"),
    "done": ("done", "hecho"),
    "now": ("now", "ahora"),
    "promised": ("Promised for", "Prometido para el"),
    "collected": ("All collected. Thank you!", "Todo recogido. ¡Gracias!"),
    "is_ready": ("Ready to collect", "Listo para recoger"),
    "one_ready": (
        "1 of {all} pieces is ready to collect.",
        "1 de {all} piezas está lista para recoger.",
    ),
    "some_ready": (
        "{ready} of {all} pieces are ready to collect.",
        "{ready} de {all} piezas están listas para recoger.",
    ),
    "hours": ("Hours", "Horario"),
    "closed": ("closed", "cerrado"),
    "closed_on": ("Closed on", "Cerrado el"),
    "call": ("Call us", "Llámenos"),
    "find": ("Find us", "Cómo llegar"),
    "waits": ("An estimate waits for your answer.", "Un presupuesto espera su respuesta."),
    "open_title": ("See photos, prices and your estimate", "Vea fotos, precios y su presupuesto"),
    "open_why": (
        "So that only you see them, type the last 4 digits of the phone number you gave us.",
        "Para que solo usted los vea, escriba los últimos 4 dígitos del teléfono que nos dio.",
    ),
    "digits": ("Last 4 digits of your phone", "Últimos 4 dígitos de su teléfono"),
    "open": ("Open", "Abrir"),
    "wrong": (
        "Those are not the digits we have. {left} more tries.",
        "No son los dígitos que tenemos. Quedan {left} intentos.",
    ),
    "wrong_last": (
        "Those are not the digits we have. One more try.",
        "No son los dígitos que tenemos. Queda un intento.",
    ),
    "locked": (
        "To protect you, this is closed until {time} after too many wrong tries. Nothing is lost. Call "
        "us if you need it sooner.",
        "Para protegerle, esto queda cerrado hasta las {time} por demasiados intentos. No se ha perdido "
        "nada. Llámenos si lo necesita antes.",
    ),
    "no_number": (
        "We have no phone number of yours on file, so photos and prices stay at the shop. Call us, we "
        "are glad to help.",
        "No tenemos su teléfono, así que fotos y precios se ven en la tienda. Llámenos, con gusto le ayudamos.",
    ),
    "estimate": ("Your estimate", "Su presupuesto"),
    "for": ("for your", "para su"),
    "version": ("version", "versión"),
    "tax": ("Tax", "Impuesto"),
    "total": ("Total", "Total"),
    "found": ("found at the bench", "visto en el taller"),
    "expires": ("Good until", "Válido hasta el"),
    "proof": ("What we engrave", "Lo que grabamos"),
    "proof_waits": ("The engraving waits for your word.", "El grabado espera su respuesta."),
    "proof_picture": ("The layout of the engraving", "El diseño del grabado"),
    "proof_why": (
        "Read it sign by sign: capitals, blanks, dots and dates. We engrave exactly this, and only after your word.",
        "Léalo letra por letra: mayúsculas, espacios, puntos y fechas. Grabamos exactamente esto, y solo con su sí.",
    ),
    "proof_yes": ("Engrave exactly this", "Graben exactamente esto"),
    "proof_change": ("Something shall be different", "Quiero cambiar algo"),
    "proof_what": ("What shall be different?", "¿Qué desea cambiar?"),
    "proof_send": ("Send the change", "Enviar el cambio"),
    "proof_approved": ("You approved this on {day}.", "Usted lo aprobó el {day}."),
    "proof_asked": ("You asked for a change on {day}:", "Usted pidió un cambio el {day}:"),
    "proof_moved_on": (
        "This was answered already, or there is a newer proof. Nothing was changed. Please look at what it says now.",
        "Esto ya tuvo respuesta, o hay un diseño más nuevo. No se cambió nada. Por favor, vea lo que dice ahora.",
    ),
    "say_change": ("Please say what shall be different.", "Por favor, díganos qué desea cambiar."),
    "name": ("Your name", "Su nombre"),
    "sign": ("Sign here with a finger, a pen or the mouse", "Firme aquí con el dedo, un lápiz o el ratón"),
    "typed": ("My typed name is my signature", "Mi nombre escrito es mi firma"),
    "typed_why": ("Tick this if you cannot draw here.", "Márquelo si no puede dibujar aquí."),
    "approve": ("Approve", "Aprobar"),
    "decline": ("Decline", "Rechazar"),
    "decline_why": (
        "We do none of this work and give you your piece back as it is. No signature needed, only your "
        "name above.",
        "No haremos este trabajo y le devolvemos su pieza como está. Sin firma, solo su nombre arriba.",
    ),
    "decline_yes": ("Yes, decline", "Sí, rechazar"),
    "no_work": ("We start only after you approve.", "Empezamos solo después de su aprobación."),
    "approved": (
        "You approved {total} on {day}. Thank you, we begin.",
        "Usted aprobó {total} el {day}. Gracias, empezamos.",
    ),
    "declined": (
        "You declined on {day}. We keep your piece safe until you collect it.",
        "Usted lo rechazó el {day}. Guardamos su pieza hasta que la recoja.",
    ),
    "expired": (
        "This estimate has run out. Call us for a fresh one; nothing was changed.",
        "Este presupuesto venció. Llámenos para uno nuevo; no se cambió nada.",
    ),
    "moved_on": (
        "This estimate changed while you read it. Nothing was done. Please look at what it says now.",
        "El presupuesto cambió mientras lo leía. No se hizo nada. Por favor, vea lo que dice ahora.",
    ),
    "answered": (
        "This estimate was answered already. Nothing was changed.",
        "Este presupuesto ya tuvo respuesta. No se cambió nada.",
    ),
    "write_name": ("Please write your name.", "Por favor, escriba su nombre."),
    "sign_please": (
        "Please sign in the box, or tick that your typed name is your signature.",
        "Firme en el recuadro, o marque que su nombre escrito es su firma.",
    ),
    "not_yet": (
        "That did not go through. Nothing was changed. Please look below.",
        "No se pudo completar. No se cambió nada. Por favor, mire abajo.",
    ),
    "photos": ("Photos", "Fotos"),
    "before": ("Before", "Antes"),
    "after": ("After", "Después"),
    "found_photo": ("Found at the bench", "Visto en el taller"),
    "compare": ("Before and after", "Antes y después"),
    "paid_on": ("Paid", "Pagado"),
    "returned": ("Given back", "Devuelto"),
    "warranty": ("We stand by the work", "Garantía del trabajo"),
    "until": ("until", "hasta el"),
    "cash": ("cash", "efectivo"),
    "card": ("card", "tarjeta"),
    "check": ("check", "cheque"),
    "other": ("other", "otro"),
    "was_well": ("Was all well?", "¿Quedó todo bien?"),
    "is_well": ("All is well", "Todo bien"),
    "not_well": ("Something is not right", "Algo no está bien"),
    "not_well_after_all": ("Something is not right after all", "Algo no está bien después de todo"),
    "thanks_well": ("Thank you, we are glad", "Gracias, nos alegra"),
    "thanks_well_more": (
        "Should anything turn up later, write to us or come by.", "Si nota algo más adelante, escríbanos o venga.",
    ),
    "thanks_not_well": ("We are sorry", "Lo sentimos"),
    "thanks_not_well_more": (
        "We call you as soon as we are in, and make it right. Tell us more below if you like.",
        "Le llamamos en cuanto abramos y lo arreglamos. Si quiere, cuéntenos más aquí abajo.",
    ),
    "care": ("How to look after it", "Cómo cuidarla"),
    "notes": ("Questions?", "¿Preguntas?"),
    "note_write": ("Write to us", "Escríbanos"),
    "note_label": ("Your message", "Su mensaje"),
    "note_hint": (
        "We read it during our hours, and answer by text or call you.",
        "Lo leemos en nuestro horario y le respondemos por texto o le llamamos.",
    ),
    "note_send": ("Send", "Enviar"),
    "note_taken": ("Thank you, we have your message.", "Gracias, tenemos su mensaje."),
    "note_empty": (
        "Write what you want to tell us, 600 letters at most.", "Escriba su mensaje, 600 letras como máximo.",
    ),
    "note_card": (
        "That looks like a card number, so it was not sent. Never write one down: you pay at our counter.",
        "Parece un número de tarjeta, así que no se envió. No lo escriba nunca: se paga en la tienda.",
    ),
    "note_enough": (
        "We have several messages from you and read them soon. Call us if it is urgent.",
        "Tenemos varios mensajes suyos y los leeremos pronto. Llámenos si es urgente.",
    ),
    "you": ("You", "Usted"),
    "sign_anew": ("Clear", "Borrar"),
    "other_language": ("Español", "English"),
    "not_me": ("This is not me", "No soy yo"),
    "not_me_why": (
        "If this came to you by mistake, tell us: no more texts come to this number about it, and this page closes. "
        "The shop looks into it.",
        "Si esto le llegó por error, díganoslo: no recibirá más textos sobre esto y esta página se cierra. "
        "La tienda lo revisa.",
    ),
    "not_me_yes": ("Yes, this is not me", "Sí, no soy yo"),
    "print": ("Print", "Imprimir"),
    "price": ("Price", "Precio"),
    "paid": ("Paid", "Pagado"),
    "balance": ("To pay at pickup", "A pagar al recoger"),
    "still_owed": ("Still to pay", "Pendiente de pago"),
    "free": ("Nothing to pay", "Nada que pagar"),
    "nothing_owed": ("Paid in full", "Pagado por completo"),
    "gone_title": ("This link has ended", "Este enlace terminó"),
    "title": ("Your repair", "Su reparación"),
}  # fmt: skip


def words_for(language: str | None) -> dict[str, str]:
    """The page's words in this person's language."""
    place = 1 if spoken(language) == "es" else 0
    return {name: both[place] for name, both in _WORDS.items()}


def hours_lines(shop: Shop, language: str | None) -> list[tuple[str, str]]:
    """`Mon – Fri`, `10 am – 6 pm`: days with the same hours together."""
    tongue = spoken(language)
    hours: dict[str, list[str]] = json.loads(shop.hours)
    if not hours:
        return []
    lines: list[tuple[int, int, str]] = []
    for day, key in enumerate(DAYS):
        words = _span(hours[key], tongue) if key in hours else words_for(tongue)["closed"]
        if lines and lines[-1][2] == words:
            lines[-1] = (lines[-1][0], day, words)
        else:
            lines.append((day, day, words))
    names = _DAY_NAMES[tongue]
    return [(names[a] if a == b else f"{names[a]} – {names[b]}", words) for a, b, words in lines]


def closed_soon(shop: Shop, language: str | None, today: date) -> list[str]:
    """`Thu 26 Nov`: days in the coming weeks on which the shop stays closed against its usual hours."""
    usual = json.loads(shop.hours) or dict.fromkeys(DAYS[:6])
    days = (today + timedelta(days=number) for number in range(CLOSED_TOLD))
    return [
        day_words(day, spoken(language)) for day in days if DAYS[day.weekday()] in usual and not is_open(shop, day)
    ]


def _span(hours: list[str], tongue: str) -> str:
    if tongue == "es":
        return f"{hours[0]} – {hours[1]}"
    return " – ".join(f"{hour_words(hour, tongue)} {'am' if hour < '12' else 'pm'}" for hour in hours)
