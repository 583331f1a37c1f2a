"""The demo shop: people to sign in as, customers to look up, pieces on their way. Made by the real verbs."""


from datetime import timedelta

from workshop import clock
from workshop.db import fetch_value, transaction
from workshop.demo_people import tell_of_people
from workshop.demo_pieces import tell_the_past
from workshop.record.customers.customers import SERVICE_WORDING, NewCustomer, add_customer, record_consent
from workshop.record.events import Actor
from workshop.record.pieces.pieces import NewPiece, NewStone
from workshop.record.prices.work import NewTask
from workshop.record.shop.shops import add_shop
from workshop.record.shop.staff import actor_of, add_staff
from workshop.record.tables import Customer, Shop, Staff
from workshop.record.tickets.envelopes import finish_work, start_work
from workshop.record.tickets.estimates import send_estimates
from workshop.record.tickets.tickets import NewEnvelope, NewTicket, take_in
from workshop.record.whereabouts.vendors import NewCover, NewVendor, add_cover, add_vendor

PASSWORD = "loupe and tongs"  # noqa: S105 - printed at start; the demo shop is never a real one
PEOPLE = [
    ("Noor Haddad", "noor", ["counter"], "111111", [], 0),
    ("Kai Lindqvist", "kai", ["bench"], "222222", ["jeweler"], 420),
    ("Ines Duarte", "ines", ["bench"], "333333", ["jeweler", "watchmaker"], 360),
    ("Maya Finch", "maya", ["manager"], "444444", ["appraiser"], 120),
    ("Theo Alder", "theo", ["owner", "manager"], "555555", [], 0),
]


def demo_people() -> list[dict[str, str]]:
    """One sign-in per role, as shown on the door and printed at start."""
    return [
        {
            "name": name, "login": login, "role": roles[0], "password": PASSWORD, "pin": pin,
            "initials": "".join(word[0] for word in name.split()),
        }
        for name, login, roles, pin, _, _ in PEOPLE
    ]  # fmt: skip


async def load_demo() -> None:
    """Fill an empty database with the demo shop; a database that has a shop is left alone."""
    if await fetch_value("SELECT count(*) FROM shop"):
        return
    async with transaction():
        shop = await add_shop(
            name="Alder & Finch", code="HR", zone="America/New_York", state="NY", phone="+12125550100",
            address="14 Mulberry Row, New York, NY 10012", insured_limit_cents=25_000_000, last_number=24_810,
        )  # fmt: skip
        staff = {
            login: await add_staff(
                shop=shop.id, name=name, sign_in_name=login, roles=roles, password=PASSWORD, pin=pin,
                skills=skills, minutes_a_day=minutes,
            )
            for name, login, roles, pin, skills, minutes in PEOPLE
        }  # fmt: skip
        customers = await _customers(actor_of(staff["noor"], "demo"))
    await tell_of_people(customers, actor_of(staff["noor"], "demo"))
    await _vendor(actor_of(staff["maya"], "demo"), shop)
    await _work(shop, staff, customers)
    await tell_the_past(shop, {login: actor_of(one, "demo") for login, one in staff.items()}, customers)


async def _vendor(by: Actor, shop: Shop) -> None:
    """One trade shop, insured for a while."""
    vendor = await add_vendor(
        NewVendor("Enamel House", "Enamel and pearls", "Mr. Iwata", "+1 212 555 0190", usual_days=4), by=by
    )
    until = clock.today(shop.zone) + timedelta(days=240)
    await add_cover(vendor, NewCover("Jewelers Mutual", "JM-20417", 5_000_000, until), by=by)


async def _customers(by: Actor) -> dict[str, Customer]:
    people = [
        ("rosa", "Rosa", "Bennett", "+12125550111"), ("james", "James", "Bennett", "+12125550111"),
        ("luc", "Luc", "Moreau", "+12125550122"), ("jun", "Jun", "Chen", "+12125550133"),
        ("amara", "Amara", "Okafor", "+16465550144"), ("eleni", "Eleni", "Papadaki", "+17185550155"),
    ]  # fmt: skip
    made = {}
    for key, first, last, number in people:
        customer = await add_customer(NewCustomer(last, first, number), by=by)
        await record_consent(
            number, "service", given=True, wording=SERVICE_WORDING, how="intake", customer=customer.id, by=by
        )
        made[key] = customer
    return made


async def _work(shop: Shop, staff: dict[str, Staff], customers: dict[str, Customer]) -> None:
    """A few pieces at different places on the path, so that no screen is empty."""
    noor, kai = actor_of(staff["noor"], "demo"), actor_of(staff["kai"], "demo")
    ring = await take_in(_rosas_ring(customers["rosa"].id), by=noor)
    await start_work(f"{ring.number}-1", by=kai)
    chain = await take_in(_lucs_chain(customers["luc"].id), by=noor)
    await start_work(f"{chain.number}-1", by=kai)
    await finish_work(f"{chain.number}-1", by=kai)
    await take_in(_juns_watch(customers["jun"].id), by=noor)
    head = await take_in(_amaras_ring(customers["amara"].id), by=noor)
    await send_estimates(head.id, by=noor)
    await take_in(_elenis_two(customers["eleni"].id), by=noor)


def _rosas_ring(customer: int) -> NewTicket:
    stones = [NewStone("diamond", 1, shape="oval", position="centre", basis="customer"),
              NewStone("diamond", 12, shape="round", position="halo", basis="appears")]  # fmt: skip
    piece = NewPiece("ring", "Oval halo ring, white", "14k", "stamped", "14K", origin="bought here", stones=stones)
    envelope = NewEnvelope(
        [NewTask("RS-UP", drivers={"metal": "14k", "sizes": "1", "stones": "13"}),
         NewTask("PR-TIP", drivers={"metal": "14k", "prongs": "4"}),
         NewTask("ST-TGT", drivers={"stones": "13"})],
        piece=piece, declared_value_cents=640_000, declared_words="about six and a half thousand",
        marks=[{"code": "PRW", "position": "2 o'clock", "picture": "ring-top", "x": 0.622, "y": 0.337},
               {"code": "SCR", "position": "3 o'clock", "picture": "ring-top", "x": 0.8, "y": 0.5},
               {"code": "THN", "position": "6 o'clock", "picture": "ring-side", "x": 0.5, "y": 0.915}],
        size_now="6", size_wanted="7", customer_says="Hears a stone rattle", shown_under_loupe=True,
    )  # fmt: skip
    return NewTicket([envelope], customer_id=customer, is_rush=True, may_text=True)


def _lucs_chain(customer: int) -> NewTicket:
    piece = NewPiece("necklace", "Box chain, 18 in", "18k", "stamped", "750")
    return NewTicket([NewEnvelope([NewTask("CH-SLD", drivers={"metal": "18k"})], piece=piece,
                                  declared_value_cents=90_000, declared_words="nine hundred")],
                     customer_id=customer, may_text=True)  # fmt: skip


def _juns_watch(customer: int) -> NewTicket:
    piece = NewPiece("watch", "Steel diver", "steel", "stamped", serial="7548-700B", reference="7548")
    return NewTicket([NewEnvelope([NewTask("WB-WR")], piece=piece, marks=[{"code": "NOR", "position": ""}],
                                  declared_value_cents=45_000, declared_words="450 or so")],
                     customer_id=customer, may_text=True)  # fmt: skip


def _amaras_ring(customer: int) -> NewTicket:
    stone = NewStone("diamond", 1, shape="old cut", position="centre", basis="appears")
    piece = NewPiece("ring", "Solitaire, yellow", "18k", "tested", "750", made_about=1938, origin="heirloom",
                     stones=[stone])  # fmt: skip
    prong = {"code": "PRM", "position": "11 o'clock", "picture": "ring-top", "x": 0.378, "y": 0.337}
    return NewTicket([NewEnvelope([NewTask("HD-NEW", drivers={"metal": "18k", "mm": "6.5"})], piece=piece,
                                  marks=[{"code": "HDL", "position": ""}, prong],
                                  declared_value_cents=850_000, declared_words="eight and a half, says my aunt")],
                     customer_id=customer, may_text=True)  # fmt: skip


def _elenis_two(customer: int) -> NewTicket:
    earrings = NewPiece("earrings", "Pearl studs", "14k", "appears")
    bracelet = NewPiece("bracelet", "Charm bracelet", "silver", "stamped", "925")
    return NewTicket(
        [NewEnvelope([NewTask("ER-POST", drivers={"metal": "14k", "each": "2"})], piece=earrings),
         NewEnvelope([NewTask("PL-CLN"), NewTask("CH-CLS", drivers={"metal": "silver"})], piece=bracelet)],
        customer_id=customer, may_text=True,
    )  # fmt: skip
