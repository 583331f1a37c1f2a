"""The page of a piece: its whole life to the counter, to each owner their own time, to the bench the work alone."""

from datetime import UTC, date, datetime

import httpx
import pytest

from tests.belongings import a_household, a_person, a_piece
from tests.factories import World, a_jpeg, a_photo_row, an_envelope, handed_over, passed, sign_in
from tests.reading import without_codes
from tests.test_other_shop import open_other_shop
from workshop import clock
from workshop.db import fetch, fetch_value
from workshop.record.customers.customers import NewCustomer
from workshop.record.customers.sales import NewSale, NewSaleLine, record_sale
from workshop.record.pieces.appraisals import NewAppraisal, add_appraisal
from workshop.record.pieces.ownership import Handing, give_piece, keep_secret
from workshop.record.pieces.stones import stones_of
from workshop.record.prices.work import NewTask
from workshop.record.tickets.envelopes import finish_work, start_work
from workshop.record.tickets.tickets import NewEnvelope, NewTicket, take_in

pytestmark = pytest.mark.anyio
RETIP = [NewTask("PR-TIP", drivers={"metal": "14k", "prongs": "4"})]


def on(year: int, month: int, day: int) -> None:
    clock.run_on(lambda: datetime(year, month, day, 15, tzinfo=UTC))


async def serviced(world: World, piece: int, customer: int, work: list[NewTask]) -> str:
    """A whole visit of a known piece; gives its ticket's number."""
    ticket = await take_in(NewTicket([NewEnvelope(work, piece_id=piece)], customer_id=customer), by=world.counter)
    code = await fetch_value("SELECT code FROM envelope WHERE ticket = $1", ticket.id)
    await a_photo_row(code, world)
    await start_work(code, by=world.bench)
    await finish_work(code, by=world.bench)
    await passed(code, world)
    await handed_over(ticket, [code], world)
    return str(ticket.number)


async def a_long_life(world: World) -> dict[str, object]:
    """Bought and retipped by Quilliam in 2019 and 2022, given to Grace in 2024, polished for her in 2025."""
    quilliam = await a_person(world, "Zyxwvutton", "Quilliam", "646 555 0188")
    grace = await a_person(world, "Vandersloot", "Grace", "646 555 0199")
    on(2019, 5, 2)
    piece = await a_piece(world, quilliam, bought_on=date(2019, 5, 2))
    sale = NewSale([NewSaleLine("Halo ring", 765_432, piece=piece)], customer=quilliam)
    await record_sale(sale, by=world.counter)
    on(2022, 3, 2)
    first = await serviced(world, piece, quilliam, RETIP)
    on(2022, 4, 2)
    await add_appraisal(piece, NewAppraisal(date(2022, 4, 1), "Wilhelmina Papersmith", 987_654), by=world.counter)
    on(2024, 1, 5)
    await give_piece(piece, Handing(grace, "gift", given_by=quilliam, note="at the wedding"), by=world.counter)
    on(2025, 6, 1)
    second = await serviced(world, piece, grace, [NewTask("PL-REF")])
    on(2026, 2, 1)
    return {"piece": piece, "quilliam": quilliam, "grace": grace, "first": first, "second": second}


async def test_the_counter_sees_a_whole_life_on_one_page(client: httpx.AsyncClient, shop: World) -> None:
    life = await a_long_life(shop)
    await sign_in(client, shop.staff["counter"])
    html = (await client.get(f"/pieces/{life['piece']}")).text
    for told in ("Oval halo ring, stamped 14K", "Quilliam Zyxwvutton", "Grace Vandersloot",
                 "4 prongs retipped 2 Mar 2022", "by Kai, warranty over", "Polished 1 Jun 2025", "$7,654.32",
                 "$9,876.54", "Wilhelmina Papersmith", str(life["first"]), str(life["second"]), "at the wedding",
                 "12 round stones, appear diamonds",
                 "Gift to", "2 May 2019 to 5 Jan 2024"):  # fmt: skip
        assert told in html, told
    assert html.count("/photos/") > 2


async def test_its_new_owner_hears_of_the_work_before_and_of_nobody(client: httpx.AsyncClient, shop: World) -> None:
    life = await a_long_life(shop)
    await sign_in(client, shop.staff["counter"])
    page = (await client.get(f"/pieces/{life['piece']}?for={life['grace']}")).text
    html = without_codes(page)
    for told in ("4 prongs retipped 2 Mar 2022", "Polished 1 Jun 2025", str(life["second"]), "Gift to"):
        assert told in html, told
    for kept in ("Zyxwvutton", "Quilliam", str(life["first"]), "7,654.32", "9,876.54", "Papersmith"):
        assert kept not in html, kept
    assert "/edit/what" not in html
    earlier = await fetch(
        """SELECT p.id, k.number FROM photo p JOIN envelope v ON v.code = p.envelope_code
           JOIN ticket k ON k.id = v.ticket"""
    )
    assert {row["number"] for row in earlier if str(row["id"]) in page} == {life["second"]}


async def test_a_past_owner_hears_of_their_own_time_only(client: httpx.AsyncClient, shop: World) -> None:
    life = await a_long_life(shop)
    await sign_in(client, shop.staff["counter"])
    html = without_codes((await client.get(f"/pieces/{life['piece']}?for={life['quilliam']}")).text)
    for told in ("4 prongs retipped 2 Mar 2022", str(life["first"]), "$7,654.32", "Papersmith"):
        assert told in html, told
    for kept in ("Vandersloot", "Grace", str(life["second"]), "Polished 1 Jun 2025", "wedding"):
        assert kept not in html, kept
    stranger = await a_person(shop, "Moreau")
    assert (await client.get(f"/pieces/{life['piece']}?for={stranger}")).status_code == 404
    page = without_codes((await client.get(f"/customers/{life['quilliam']}")).text)
    assert "theirs until 5 Jan 2024" in page and "Vandersloot" not in page


async def test_the_bench_sees_the_work_and_nobody(client: httpx.AsyncClient, shop: World) -> None:
    life = await a_long_life(shop)
    await sign_in(client, shop.staff["bench"])
    for url in (f"/pieces/{life['piece']}", f"/pieces/{life['piece']}?for={life['grace']}"):
        answer = await client.get(url)
        html = without_codes(answer.text)
        assert "4 prongs retipped 2 Mar 2022" in html and "12 round stones" in html
        for kept in ("Zyxwvutton", "Vandersloot", "7,654.32", "9,876.54", "Papersmith", "wedding", "/customers/"):
            assert kept not in html, kept
    for url in ("before", "edit/what", "owner", "appraisals/new", "stones/new"):
        assert (await client.get(f"/pieces/{life['piece']}/{url}")).status_code == 403


async def test_a_surprise_is_read_out_to_its_owner_alone(client: httpx.AsyncClient, shop: World) -> None:
    james, rosa = await a_person(shop, "Bennett", "James"), await a_person(shop, "Bennett", "Rosa")
    await a_household(james, rosa)
    piece = await a_piece(shop, james, description="Emerald pendant for Rosa")
    await keep_secret(piece, True, by=shop.counter)
    await sign_in(client, shop.staff["counter"])
    assert "do not mention" in (await client.get(f"/pieces/{piece}?for={james}")).text
    assert (await client.get(f"/pieces/{piece}?for={rosa}")).status_code == 404
    assert "Emerald pendant" not in (await client.get(f"/customers/{rosa}")).text
    assert "Emerald pendant" in (await client.get(f"/customers/{james}")).text


async def test_another_shop_reads_the_piece_and_none_of_our_numbers_values_or_pictures(
    client: httpx.AsyncClient, shop: World
) -> None:
    life = await a_long_life(shop)
    other = await open_other_shop()
    await sign_in(client, other.staff["manager"])
    html = without_codes((await client.get(f"/pieces/{life['piece']}")).text)
    assert "4 prongs retipped 2 Mar 2022" in html and "Alder &amp; Finch" in html
    for kept in (str(life["first"]), str(life["second"]), "7,654.32", "9,876.54", "Papersmith", "/photos/0", "/thumb"):
        assert kept not in html, kept
    before = (await client.get(f"/pieces/{life['piece']}/before")).text
    assert "4 prongs retipped" in before and str(life["first"]) not in before


async def post(client: httpx.AsyncClient, url: str, **form: object) -> httpx.Response:
    return await client.post(url, data={name: str(value) for name, value in form.items()})


async def test_facts_are_corrected_part_by_part_and_what_was_typed_stays(
    client: httpx.AsyncClient, shop: World
) -> None:
    piece = await a_piece(shop, await a_person(shop, "Bennett"))
    await sign_in(client, shop.staff["counter"])
    measures = {"ring_size": "6", "length_mm": "18 in"}
    refused = await post(client, f"/pieces/{piece}/edit/measures", **measures, weight_mg="heavy as lead")
    assert refused.status_code == 422
    assert "heavy as lead" in refused.text and "is not a weight" in refused.text
    done = await post(client, f"/pieces/{piece}/edit/measures", **measures, weight_mg="2.77 dwt")
    assert done.status_code == 303
    html = (await client.get(f"/pieces/{piece}")).text
    for told in ("6 (six)", "18 in (457 mm)", "4.31 g · 2.77 dwt", "ring size, 6"):
        assert told in html, told
    await post(client, f"/pieces/{piece}/edit/watch", reference="5513", calibre="1520", water_bar="200 m",
               warranty_until="2031-01-01", serviced_on="", movement_no="M-77")  # fmt: skip
    assert "marked 20 bar" in (await client.get(f"/pieces/{piece}")).text
    assert (await client.get(f"/pieces/{piece}/edit/price")).status_code == 404


async def test_a_stone_is_written_down_with_its_ground(client: httpx.AsyncClient, shop: World) -> None:
    piece = await a_piece(shop, await a_person(shop, "Bennett"), stones=[])
    await sign_in(client, shop.staff["counter"])
    stone = {"count": 1, "identity": "sapphire", "nature": "laboratory-grown", "basis": "report", "size_mm": "8 x 6",
             "carat": "1.50", "inscription": "read", "laboratory": "GIA"}  # fmt: skip
    refused = await post(client, f"/pieces/{piece}/stones", **stone)
    assert refused.status_code == 422 and "needs the report" in refused.text and "8 x 6" in refused.text
    assert (await post(client, f"/pieces/{piece}/stones", **stone, report_no="77")).status_code == 303
    said = "1 laboratory-grown sapphire, by GIA report 77; 8 × 6 mm, 1.50 ct; inscription read"
    assert said in (await client.get(f"/pieces/{piece}")).text
    known = (await stones_of(piece))[0]["id"]
    assert "8 × 6" in (await client.get(f"/pieces/{piece}/stones/{known}")).text
    assert (await post(client, f"/pieces/{piece}/stones/{known}/off")).status_code == 303
    assert await stones_of(piece) == []


async def test_a_mark_is_written_down_as_it_reads(client: httpx.AsyncClient, shop: World) -> None:
    piece = await a_piece(shop, await a_person(shop, "Bennett"))
    await sign_in(client, shop.staff["counter"])
    mark = {"kind": "hallmark", "words": "lion, anchor, H", "basis": "appears", "position": "shank"}
    await post(client, f"/pieces/{piece}/marks", **mark)
    html = (await client.get(f"/pieces/{piece}")).text
    assert "hallmark, hard to read: “lion, anchor, H”, shank" in html


async def test_passing_it_on_to_somebody_new_writes_both_down_or_neither(
    client: httpx.AsyncClient, shop: World
) -> None:
    piece = await a_piece(shop, await a_person(shop, "Bennett"))
    await sign_in(client, shop.staff["counter"])
    new = {"last_name": "Okafor", "first_name": "Grace", "how": "inherited", "on": "2020-01-01"}
    refused = await post(client, f"/pieces/{piece}/owner", **new | {"how": ""})
    assert refused.status_code == 422 and "Okafor" in refused.text
    assert await fetch_value("SELECT count(*) FROM customer") == 1
    assert (await post(client, f"/pieces/{piece}/owner", **new)).status_code == 303
    html = (await client.get(f"/pieces/{piece}")).text
    assert "Inherited by" in html and "Grace Okafor" in html


async def test_who_may_collect_who_wears_it_and_that_it_is_a_surprise(client: httpx.AsyncClient, shop: World) -> None:
    rosa, james = await a_person(shop, "Bennett", "Rosa"), await a_person(shop, "Bennett", "James")
    await fetch("UPDATE customer SET allergies = '{nickel}' WHERE id = $1", james)
    piece = await a_piece(shop, rosa)
    await sign_in(client, shop.staff["counter"])
    await post(client, f"/pieces/{piece}/collector", name="Otto Vandersloot", how="phone")
    await post(client, f"/pieces/{piece}/wearer", person=james)
    await post(client, f"/pieces/{piece}/surprise", secret="yes")
    html = (await client.get(f"/pieces/{piece}")).text
    for told in ("Otto Vandersloot", "by phone", "James Bennett", "nickel", "do not mention it"):
        assert told in html, told
    collector = await fetch_value("SELECT id FROM piece_collector")
    await post(client, f"/pieces/{piece}/collectors/{collector}/end")
    assert await fetch_value("SELECT ended_at IS NOT NULL FROM piece_collector")


async def test_a_paper_is_photographed_beside_its_value_and_not_for_the_bench(
    client: httpx.AsyncClient, shop: World
) -> None:
    piece = await a_piece(shop, await a_person(shop, "Bennett"))
    await sign_in(client, shop.staff["counter"])
    form = {"appraised_on": "2024-05-01", "appraiser": "Wilhelmina Papersmith", "value": "9,876.54"}
    refused = await post(client, f"/pieces/{piece}/appraisals", **form | {"value": "a lot"})
    assert refused.status_code == 422 and "a lot" in refused.text
    saved = await post(client, f"/pieces/{piece}/appraisals", **form)
    assert "9,876.54" in (await client.get(saved.headers["location"])).text
    appraisal = await fetch_value("SELECT id FROM appraisal")
    scan = {"photo": ("paper.jpg", a_jpeg(), "image/jpeg")}
    wrong = await client.post(f"/photos/of/appraisal-{appraisal}", data={"kind": "take_in"}, files=scan)
    assert wrong.status_code == 422
    kept = await client.post(f"/photos/of/appraisal-{appraisal}", data={"kind": "document"}, files=scan)
    assert kept.status_code == 201, kept.text
    assert (await client.get(kept.json()["url"])).status_code == 200
    assert "1 scan" in (await client.get(f"/pieces/{piece}")).text
    await sign_in(client, shop.staff["bench"])
    assert (await client.get(kept.json()["url"])).status_code == 404
    assert kept.json()["id"] not in (await client.get(f"/photos/of/appraisal-{appraisal}")).text


async def test_a_portrait_is_the_picture_the_piece_is_known_by(client: httpx.AsyncClient, shop: World) -> None:
    envelope = await an_envelope(shop, customer=NewCustomer("Bennett", "Rosa"))
    await a_photo_row(envelope.code, shop)
    await sign_in(client, shop.staff["counter"])
    files = {"photo": ("ring.jpg", a_jpeg(), "image/jpeg")}
    assert (await client.post(f"/photos/of/{envelope.code}", data={"kind": "piece"}, files=files)).status_code == 422
    kept = (await client.post(f"/photos/of/piece-{envelope.piece}", data={"kind": "piece"}, files=files)).json()
    page = (await client.get(f"/pieces/{envelope.piece}")).text
    assert page.index(kept["large"]) < page.index('id="what"')
    assert (await client.get(kept["url"])).status_code == 200


async def test_taking_in_a_piece_that_is_here_leads_to_where_it_is(client: httpx.AsyncClient, shop: World) -> None:
    envelope = await an_envelope(shop)
    await sign_in(client, shop.staff["counter"])
    shown = await client.get(f"/pieces/{envelope.piece}/before")
    assert "This ring is in the shop now as HR-10001-1 (received)" in shown.text
    assert 'href="/tickets/HR-10001#HR-10001-1"' in shown.text
    other = await open_other_shop()
    await sign_in(client, other.staff["counter"])
    there = (await client.get(f"/pieces/{envelope.piece}/before")).text
    assert "at Alder &amp; Finch now" in there and "HR-10001" not in there


async def test_a_known_piece_is_taken_in_from_its_page_with_nothing_typed_again(
    client: httpx.AsyncClient, shop: World
) -> None:
    piece = await a_piece(shop, await a_person(shop, "Bennett", "Rosa"), ring_size="6.5", engraving="toujours")
    await sign_in(client, shop.staff["counter"])
    begun = await post(client, f"/pieces/{piece}/take-in", idempotency_key="once")
    assert begun.status_code == 303
    again = await post(client, f"/pieces/{piece}/take-in", idempotency_key="once")
    assert again.headers["location"] == begun.headers["location"]
    step = (await client.get(begun.headers["location"])).text
    assert f"/pieces/{piece}/before" in step and '<option value="6.5" selected>' in step and "Rosa" in step
    drafted = await fetch_value("SELECT data->'pieces'->0 FROM intake_draft")
    assert '"engraving": "toujours"' in drafted and '"count": "12"' in drafted


async def test_a_purchase_is_written_down_on_the_customers_page(client: httpx.AsyncClient, shop: World) -> None:
    james, rosa = await a_person(shop, "Bennett", "James"), await a_person(shop, "Bennett", "Rosa")
    await a_household(james, rosa)
    await sign_in(client, shop.staff["counter"])
    await post(client, f"/customers/{rosa}/wishes", words="Oval studs to match", style_no="OS-0310")
    wish = await fetch_value("SELECT id FROM wish")
    prompt = await fetch_value(
        """INSERT INTO prompt (shop, rule, customer, reason, words, state, answered_at, created_at)
           VALUES ($1, 'matching', $2, 'Her ring has a band to match', 'x', 'accepted', $3, $3) RETURNING id""",
        shop.shop.id, james, clock.now(),
    )  # fmt: skip
    assert "Her ring has a band to match" in (await client.get(f"/customers/{james}/sales/new")).text
    form = {"prompt": prompt, "line-0-description": "Oval studs", "line-0-price": "1,950.00",
            "line-0-style_no": "OS-0310", "line-0-keep_as": "earrings", "line-1-description": "Box",
            "line-1-price": "0", "recipient": rosa, "occasion": "birthday", "wish": wish,
            "colleague": shop.manager.id, "colleague_percent": "40"}  # fmt: skip
    refused = await client.post(f"/customers/{james}/sales", data=form | {"line-0-price": "dear"})
    assert refused.status_code == 422 and "Oval studs" in refused.text and "dear" in refused.text
    assert (await client.post(f"/customers/{james}/sales", data=form)).status_code == 303
    his, hers = [without_codes((await client.get(f"/customers/{one}")).text) for one in (james, rosa)]
    assert "$1,950.00" in his and "for Rosa Bennett" in his and "sold by Noor and Maya" in his
    assert "1,950.00" not in hers and "a gift from James Bennett" in hers
    assert await fetch_value("SELECT state FROM wish") == "bought"
    assert await fetch_value("SELECT prompt FROM sale") == prompt
    assert "Oval studs" in hers and await fetch_value("SELECT kind FROM piece") == "earrings"


async def test_wishes_take_one_tap_each_way(client: httpx.AsyncClient, shop: World) -> None:
    rosa = await a_person(shop, "Bennett", "Rosa")
    await sign_in(client, shop.staff["counter"])
    tap = {"HX-Request": "true", "HX-Target": "section#wishes"}
    shown = await client.post(f"/customers/{rosa}/wishes", data={"words": "Oval studs"}, headers=tap)
    assert "Oval studs" in shown.text and "Not any more" in shown.text
    empty = await client.post(f"/customers/{rosa}/wishes", data={"words": " "}, headers=tap)
    assert empty.status_code == 422 and "Write what they wish for" in empty.text
    wish = await fetch_value("SELECT id FROM wish")
    shown = await client.post(f"/customers/{rosa}/wishes/{wish}", data={"state": "done"}, headers=tap)
    assert "Put back" in shown.text
    shown = await client.post(f"/customers/{rosa}/wishes/{wish}", data={"state": "open"}, headers=tap)
    assert "Put back" not in shown.text


async def test_only_a_manager_strikes_a_purchase(client: httpx.AsyncClient, shop: World) -> None:
    rosa = await a_person(shop, "Bennett", "Rosa")
    sale, _ = await record_sale(NewSale([NewSaleLine("Band", 100)], customer=rosa), by=shop.counter)
    await sign_in(client, shop.staff["counter"])
    assert (await client.post(f"/sales/{sale}/strike", data={"reason": "mistake"})).status_code == 403
    await sign_in(client, (await open_other_shop()).staff["manager"])
    assert (await client.post(f"/sales/{sale}/strike", data={"reason": "mistake"})).status_code == 404
    await sign_in(client, shop.staff["manager"])
    assert (await client.get(f"/sales/{sale}/strike")).status_code == 200
    assert (await client.post(f"/sales/{sale}/strike", data={"reason": ""})).status_code == 422
    assert (await client.post(f"/sales/{sale}/strike", data={"reason": "taken back"})).status_code == 303
    assert "Struck: taken back" in (await client.get(f"/customers/{rosa}")).text
