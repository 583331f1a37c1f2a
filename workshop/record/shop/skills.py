"""Kinds of bench work: what somebody is called who does it, and what the work is called."""

SKILLS: dict[str, tuple[str, str]] = {
    "jeweler": ("Bench jeweler", "Jewelry work"),
    "setter": ("Setter", "Setting"),
    "polisher": ("Polisher", "Polishing"),
    "engraver": ("Engraver", "Engraving"),
    "stringer": ("Pearl stringer", "Restringing"),
    "watchmaker": ("Watchmaker", "Watch work"),
    "appraiser": ("Appraiser", "Appraisal"),
}


def work_words(skill: str) -> str:
    """`Watch work` for watchmaker; a shop's own word as it is written; `The bench` for work of any kind."""
    return SKILLS[skill][1] if skill in SKILLS else skill.replace("_", " ").capitalize() or "The bench"


def person_words(skill: str) -> str:
    """`Watchmaker`; a shop's own word as it is written."""
    return SKILLS[skill][0] if skill in SKILLS else skill.replace("_", " ").capitalize()
