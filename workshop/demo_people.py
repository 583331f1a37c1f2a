"""What the demo shop knows of its people: whom they belong with, their numbers, sizes, days and notes."""

from datetime import date

from workshop.db import transaction
from workshop.record.customers.contact_log import log_contact
from workshop.record.customers.contacts import EMAIL, PHONE, add_contact
from workshop.record.customers.customers import NewCustomer, add_customer
from workshop.record.customers.days import set_day
from workshop.record.customers.households import join_household
from workshop.record.customers.notes import add_note
from workshop.record.customers.profile import CustomerChange, change_customer
from workshop.record.customers.relations import relate
from workshop.record.customers.sizes import NewSize, measure
from workshop.record.events import Actor
from workshop.record.tables import Customer


async def tell_of_people(customers: dict[str, Customer], by: Actor) -> None:
    """By the real verbs, as a colleague would over the years."""
    rosa, james, amara, luc = (customers[key].id for key in ("rosa", "james", "amara", "luc"))
    await join_household(rosa, james, "spouse", by=by)
    await relate(amara, rosa, "referred by", by=by)
    await change_customer(
        rosa, CustomerChange(allergies=["nickel"], tags=["weddings"], style_notes="White gold, nothing that catches"),
        by=by,
    )  # fmt: skip
    await change_customer(luc, CustomerChange(preferred_channel="call", tags=["trade"]), by=by)
    await add_contact(PHONE, rosa, "646 555 0112", label="Mobile", by=by)
    for one in (rosa, james):
        await add_contact(EMAIL, one, "bennetts@example.com", label="Home", by=by)
    await set_day(rosa, "birthday", 3, 14, by=by)
    await set_day(rosa, "anniversary", 12, 18, 2009, by=by)
    await measure(rosa, NewSize("left", "ring", "6", "ring", date(2019, 10, 10)), by=by)
    await measure(rosa, NewSize("left", "ring", "6.25", "measured", date(2023, 3, 7)), by=by)
    await measure(rosa, NewSize("right", "middle", "7", "told", date(2023, 3, 7)), by=by)
    await add_note(rosa, "Fetches on Saturdays. Please show her the before and after.", by=by)
    await log_contact(rosa, "they_called", note="Asked whether we are open on Sunday", by=by)
    await log_contact(rosa, "dropped_by", note="Looked at matching bands", by=by)
    async with transaction():  # written down twice in a hurry, for somebody to notice
        await add_customer(NewCustomer("Papadakis", "Eleni", "718 555 0155"), by=by)
