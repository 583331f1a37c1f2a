"""What a text may call a piece: its kind and nothing else, in the customer's language."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Noun:
    """A kind of piece, with what grammar needs around it."""

    word: str
    is_plural: bool = False
    is_feminine: bool = False

    def pick(self, one: str, many: str) -> str:
        """The form of another word that goes with this noun: "is" or "are"."""
        return many if self.is_plural else one

    def agree(self, masculine: str) -> str:
        """A Spanish ending for this noun: `listo` gives `lista`, `listos` or `listas`."""
        stem = masculine[:-1] + "a" if self.is_feminine else masculine
        return stem + "s" if self.is_plural else stem


ENGLISH = {
    "piece": Noun("piece"),
    "pieces": Noun("pieces", is_plural=True),
    "ring": Noun("ring"),
    "watch": Noun("watch"),
    "necklace": Noun("necklace"),
    "chain": Noun("chain"),
    "bracelet": Noun("bracelet"),
    "earrings": Noun("earrings", is_plural=True),
    "earring": Noun("earring"),
    "pendant": Noun("pendant"),
    "brooch": Noun("brooch"),
}

SPANISH = {
    "piece": Noun("pieza", is_feminine=True),
    "pieces": Noun("piezas", is_plural=True, is_feminine=True),
    "ring": Noun("anillo"),
    "watch": Noun("reloj"),
    "necklace": Noun("collar"),
    "chain": Noun("cadena", is_feminine=True),
    "bracelet": Noun("pulsera", is_feminine=True),
    "earrings": Noun("aretes", is_plural=True),
    "earring": Noun("arete"),
    "pendant": Noun("colgante"),
    "brooch": Noun("broche"),
}


def noun_for(kind: str, language: str) -> Noun:
    """The word for a kind of piece; anything unusual is just "piece"."""
    nouns = SPANISH if language == "es" else ENGLISH
    return nouns.get(kind.strip().lower(), nouns["piece"])
