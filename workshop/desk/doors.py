"""The doors of the desk: everything a manager looks up or sets up, by what it is for."""

# group, (address, words, icon)
Door = tuple[str, str, str]

FIRST: list[Door] = [
    ("/bench/plan", "Plan the bench", "calendar-event"),
    ("/unclaimed", "Not collected", "shopping-bag-check"),
    ("/drawer/days", "Day closes", "cash"),
    ("/desk/prices", "Price book", "receipt"),
    ("/desk/staff", "Staff", "users"),
    ("/desk/shop", "Shop settings", "settings"),
]
DOORS: list[tuple[str, list[Door]]] = [
    ("The work", [
        FIRST[0], ("/alarms", "Alarms", "bell"), ("/desk/redo", "Sent back, and why", "arrow-back-up"),
        ("/desk/time", "Hours against the book", "clock"), ("/vendors", "Vendors", "truck-delivery"),
    ]),
    ("What we hold", [
        ("/desk/liability", "Customers’ goods", "shield-check"), FIRST[1], ("/counts", "Evening counts", "checklist"),
        ("/places", "Places", "map-pin"), ("/desk/proof", "Proof of history", "link"),
    ]),
    ("Prices and money", [
        FIRST[3], ("/desk/packages", "Packages", "package"), ("/desk/taxes", "Sales tax", "percentage"),
        ("/drawer", "Drawer", "cash"), FIRST[2],
    ]),
    ("The shop", [
        FIRST[5], FIRST[4], ("/desk/quality", "Checklists", "checklist"),
        ("/wall/displays", "Wall displays", "device-tv"), ("/customers/duplicates", "Duplicate customers", "copy"),
    ]),
]  # fmt: skip
