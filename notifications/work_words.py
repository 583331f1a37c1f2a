"""Lines of work in Spanish, for as long as the shop calls them as the book came. A name of its own stays its own."""

from typing import Any

from workshop.record.prices.pricebook import STARTER

_ENGLISH = {item["code"]: item["name"] for item in STARTER}
_SPANISH = {
    "RS-DN": "Reducir talla", "RS-UP": "Aumentar talla", "RS-BD": "Bolitas de ajuste", "SH-HALF": "Medio aro nuevo",
    "SH-FULL": "Aro nuevo", "PR-TIP": "Rehacer puntas de garras", "PR-RBLD": "Reconstruir garra",
    "PR-V": "Garra en V", "HD-NEW": "Montura nueva y engaste", "ST-TGT": "Revisar y ajustar piedras",
    "ST-SET": "Engastar su piedra", "ST-RPL": "Reponer piedra", "CH-SLD": "Soldar cadena",
    "CH-CLS": "Cambiar cierre", "CH-JR": "Argolla", "BL-NEW": "Asa nueva", "ER-POST": "Poste de arete",
    "PN-STM": "Aguja o cierre de broche", "RH-PLT": "Baño de rodio", "PL-CLN": "Limpiar y revisar",
    "PL-REF": "Pulir y dar acabado", "PE-STR": "Reensartar perlas", "EN-HND": "Grabado a mano",
    "EN-MCH": "Grabado a máquina o láser", "LW-SPT": "Soldadura láser", "AP-VAL": "Tasación",
    "IN-INSP": "Inspección", "WB-STD": "Pila", "WB-WR": "Pila, junta y prueba de presión",
    "WS-OVH": "Revisión completa", "WX-CRY": "Cristal", "WC-CRN": "Corona o tija", "WG-GSK": "Juntas",
    "WL-LNK": "Poner o quitar eslabones", "WL-SB": "Pasadores", "WP-TST": "Prueba de presión",
    "WF-POL": "Acabado de caja y brazalete", "XX-DIAG": "Presupuesto en el taller", "XX-RUSH": "Urgente",
}  # fmt: skip


def in_language(line: dict[str, Any], language: str) -> str:
    """The name of a line of work as its customer reads it."""
    name = str(line["name"])
    spanish = _SPANISH.get(str(line.get("code", "")))
    return spanish if language == "es" and spanish and name in (_ENGLISH.get(line["code"]), "Rush", "Express") else name
