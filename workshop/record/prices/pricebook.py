"""The starter price book of a new shop: TRADE.md's codes, with amounts to begin from (US cents)."""

from typing import Any

RING, CHAIN, EARRING, PIN, WATCH = "ring", ("necklace", "bracelet"), "earrings", "brooch", "watch"
PRONGED = ["ring", "earrings", "pendant", "brooch", "bracelet", "other"]
JEWELRY = ["ring", "necklace", "bracelet", "earrings", "brooch", "pendant", "other"]

_SIZING = {"included": 4, "up_to": 40, "surcharge": 2500}


def _item(
    code: str, name: str, category: str, unit: str, base: int, minutes: int,
    kinds: list[str], asks: str = "", **more: Any,
) -> dict[str, Any]:  # fmt: skip
    rule: dict[str, Any] = {"base": base, "asks": asks.split()}
    rule |= {key: more.pop(key) for key in ("material", "per", "width", "stones", "labels") if key in more}
    if "metal" in rule["asks"]:
        rule["metal"] = True
    return {
        "code": code, "name": name, "category": category, "unit": unit, "rule": rule,
        "minutes": minutes, "kinds": kinds, **more,
    }  # fmt: skip


STARTER: list[dict[str, Any]] = [
    _item("RS-DN", "Size down", "Sizing", "ring", 4200, 30, [RING], "metal sizes width_mm stones",
          per={"driver": "sizes", "included": 1, "further": 600}, width={"from": 3, "each": 500},
          stones=_SIZING, is_favourite=True, labels={"sizes": ["Sizes down", "sizes"]},
          next_tasks=["ST-TGT", "PL-CLN"]),
    _item("RS-UP", "Size up", "Sizing", "ring", 5800, 40, [RING], "metal sizes width_mm stones",
          per={"driver": "sizes", "included": 1, "further": 2800}, width={"from": 3, "each": 1500},
          stones=_SIZING, is_favourite=True, labels={"sizes": ["Sizes up", "sizes"]},
          parts=["Sizing stock in the ring's metal"], next_tasks=["ST-TGT", "RH-PLT", "PL-CLN"]),
    _item("RS-BD", "Sizing beads", "Sizing", "pair", 4500, 25, [RING], "metal"),
    _item("SH-HALF", "Half shank", "Sizing", "ring", 10500, 75, [RING], "metal width_mm", material=13900,
          width={"from": 3, "each": 4600}, parts=["Half shank"], next_tasks=["RH-PLT", "PL-REF"]),
    _item("SH-FULL", "Full shank", "Sizing", "ring", 16500, 110, [RING], "metal width_mm", material=23000,
          width={"from": 3, "each": 7800}, parts=["Full shank"], next_tasks=["RH-PLT", "PL-REF"]),
    _item("PR-TIP", "Retip prongs", "Prongs", "prong", 2300, 15, PRONGED, "metal prongs",
          per={"driver": "prongs", "included": 1, "further": 1300}, is_favourite=True,
          next_tasks=["ST-TGT", "RH-PLT"]),
    _item("PR-RBLD", "Rebuild prong", "Prongs", "prong", 3800, 25, PRONGED, "metal prongs",
          per={"driver": "prongs", "included": 1, "further": 3000}),
    _item("PR-V", "V-prong", "Prongs", "prong", 4800, 30, PRONGED, "metal prongs",
          per={"driver": "prongs", "included": 1, "further": 4000}),
    _item("HD-NEW", "New head and set", "Setting", "head", 16500, 60, PRONGED, "metal mm",
          per={"driver": "mm", "included": 5, "further": 2500}, needs_estimate=True,
          labels={"mm": ["Centre stone", "mm"]}, parts=["Head, 4 or 6 prongs"], next_tasks=["RH-PLT"]),
    _item("ST-TGT", "Check and tighten stones", "Setting", "piece", 2500, 15, PRONGED, "stones",
          stones={"included": 4, "up_to": 20, "surcharge": 2500}, is_favourite=True),
    _item("ST-SET", "Set customer's stone", "Setting", "stone", 4500, 30, PRONGED, "mm each",
          per={"driver": "each", "included": 1, "further": 3500},
          labels={"each": ["Stones to set", "stones"]}),
    _item("ST-RPL", "Replace stone", "Setting", "stone", 6500, 35, PRONGED, "mm each",
          per={"driver": "each", "included": 1, "further": 5500}, needs_estimate=True, tax_class="part",
          labels={"each": ["Stones to replace", "stones"]}, parts=["Stone"]),
    _item("CH-SLD", "Solder chain", "Chain", "break", 2800, 15, [*CHAIN], "metal each",
          per={"driver": "each", "included": 1, "further": 1800}, is_favourite=True,
          labels={"each": ["Breaks", "breaks"]}, risk="Hollow and rope chains may stiffen or mark at the joint."),
    _item("CH-CLS", "Replace clasp", "Chain", "clasp", 3400, 15, [*CHAIN], "metal", tax_class="part", parts=["Clasp"]),
    _item("CH-JR", "Jump ring", "Chain", "each", 1800, 10, [*CHAIN, "pendant", EARRING], "metal each",
          per={"driver": "each", "included": 1, "further": 1200}, labels={"each": ["Jump rings", "rings"]}),
    _item("BL-NEW", "New bail", "Chain", "each", 4200, 20, ["pendant", "necklace"], "metal"),
    _item("ER-POST", "Earring post", "Earrings", "each", 3200, 20, [EARRING], "metal each",
          per={"driver": "each", "included": 1, "further": 2600}, labels={"each": ["Posts", "posts"]}, parts=["Post"]),
    _item("PN-STM", "Pin stem or catch", "Brooch", "each", 3800, 25, [PIN], "metal"),
    _item("RH-PLT", "Rhodium plating", "Finish", "piece", 5500, 25, JEWELRY, is_favourite=True,
          risk="Rhodium wears with use; we suggest renewing it about once a year.", warranty_days=90),
    _item("PL-CLN", "Clean, inspect and steam", "Finish", "piece", 0, 10, JEWELRY, is_favourite=True,
          tax_class="cleaning", warranty_days=0),
    _item("PL-REF", "Polish and refinish", "Finish", "piece", 4000, 25, JEWELRY, is_favourite=True),
    _item("PE-STR", "Restring pearls", "Pearls", "inch", 800, 60, ["necklace", "bracelet"], "inches",
          per={"driver": "inches", "included": 1, "further": 400}, labels={"inches": ["Strand length", "inches"]}),
    _item("EN-HND", "Hand engraving", "Engraving", "character", 1200, 10, [], "characters",
          per={"driver": "characters", "included": 1, "further": 800}, tax_class="engraving"),
    _item("EN-MCH", "Machine or laser engraving", "Engraving", "character", 2500, 15, [], "characters",
          per={"driver": "characters", "included": 10, "further": 200}, tax_class="engraving"),
    _item("LW-SPT", "Laser weld", "Finish", "spot", 3000, 15, JEWELRY, "metal each",
          per={"driver": "each", "included": 1, "further": 1500}, labels={"each": ["Weld spots", "spots"]}),
    _item("AP-VAL", "Appraisal", "Papers", "item", 9500, 45, [], "each", skill="appraiser",
          per={"driver": "each", "included": 1, "further": 6500}, tax_class="appraisal", warranty_days=0,
          labels={"each": ["Items to appraise", "items"]}),
    _item("IN-INSP", "Inspection", "Papers", "piece", 0, 10, [], tax_class="cleaning", warranty_days=0),
    _item("WB-STD", "Battery", "Watch", "watch", 1800, 10, [WATCH], skill="watchmaker",
          is_favourite=True, counts_stones=False, warranty_days=365, parts=["Battery"], next_tasks=["WP-TST"]),
    _item("WB-WR", "Battery, gasket and pressure test", "Watch", "watch", 8700, 35, [WATCH],
          skill="watchmaker", is_favourite=True, counts_stones=False, parts=["Battery", "Gasket"],
          risk="Water resistance is tested on the day and is not permanent."),
    _item("WS-OVH", "Overhaul", "Watch", "watch", 39500, 240, [WATCH], skill="watchmaker",
          needs_estimate=True, counts_stones=False, warranty_days=730),
    _item("WX-CRY", "Crystal", "Watch", "watch", 9500, 40, [WATCH], "mm", skill="watchmaker",
          needs_estimate=True, counts_stones=False, tax_class="part", labels={"mm": ["Crystal diameter", "mm"]},
          parts=["Crystal"], next_tasks=["WP-TST"]),
    _item("WC-CRN", "Crown or stem", "Watch", "each", 7500, 35, [WATCH], skill="watchmaker",
          needs_estimate=True, counts_stones=False),
    _item("WG-GSK", "Gaskets", "Watch", "each", 2500, 15, [WATCH], skill="watchmaker", counts_stones=False),
    _item("WL-LNK", "Links in or out", "Watch", "each", 1500, 10, [WATCH, "bracelet"], "links",
          per={"driver": "links", "included": 2, "further": 400}, skill="watchmaker", counts_stones=False,
          labels={"links": ["Links in or out", "links"]}),
    _item("WL-SB", "Spring bars", "Watch", "each", 1200, 10, [WATCH], skill="watchmaker", counts_stones=False),
    _item("WP-TST", "Pressure test", "Watch", "watch", 3500, 15, [WATCH], skill="watchmaker",
          counts_stones=False, warranty_days=0),
    _item("WF-POL", "Refinish case and bracelet", "Watch", "watch", 14500, 90, [WATCH], skill="watchmaker",
          counts_stones=False, risk="Polishing removes metal; for vintage watches only if you ask for it."),
    _item("XX-DIAG", "Bench estimate", "Other", "piece", 2500, 20, [], "", needs_estimate=True,
          risk="Credited when you approve the work."),
]  # fmt: skip

# (code, name, what is in it, price of the plain work in cents, kinds of piece)
STARTER_PACKAGES = [
    ("PK-SPA", "Ring spa", ["PL-CLN", "ST-TGT", "RH-PLT"], 7000, ["ring"]),
    ("PK-WATCH", "Watch refresh", ["WB-WR", "WL-SB"], 9000, ["watch"]),
]

# Per 100,000. New York taxes repair, cleaning and engraving; an appraisal is a service it does not.
DEMO_TAX = {"repair": 8875, "part": 8875, "engraving": 8875, "cleaning": 8875, "fabrication": 8875, "appraisal": 0}

STARTER_PLANS = [
    ("cleaning-6", "Cleaning and prong inspection", 6,
     ["PL-CLN", "IN-INSP", "PR-TIP", "PR-RBLD", "PR-V", "ST-TGT", "ST-SET", "ST-RPL", "HD-NEW"]),
    ("rhodium-12", "Rhodium renewal", 12, ["RH-PLT"]),
    ("battery-24", "Battery and seals", 24, ["WB-STD", "WB-WR"]),
]  # fmt: skip
