"""The price book, packages and taxes on their pages: what a manager types is what customers pay, from that day."""

import io
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tests.factories import World, a_ticket, sign_in
from tests.test_other_shop import open_other_shop
from workshop import clock
from workshop.db import fetch, fetch_one, fetch_value
from workshop.desk.price_sheets import COLUMNS, read_book, write_book
from workshop.errors import InvalidInput
from workshop.record.money.money_owed import sum_of
from workshop.record.prices.price_fields import fields_of
from workshop.record.prices.price_versions import book, item_of
from workshop.record.prices.work import NewTask, price_task

pytestmark = pytest.mark.anyio
NOON = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
TODAY, TOMORROW = "2026-11-24", "2026-11-25"


@pytest.fixture
async def manager(client: httpx.AsyncClient, shop: World) -> httpx.AsyncClient:
    clock.run_on(lambda: NOON)
    await sign_in(client, shop.staff["manager"])
    return client


async def typed(shop: World, line: str, **changes: str) -> dict[str, str]:
    """The form of a line as a browser would send it, with some boxes typed over."""
    row = next(one for one in await book(shop.shop.id) if one["code"] == line)
    fields = {name: value for name, value in fields_of(row).items() if value != ""}
    return fields | {"from": TODAY, "note": ""} | {name.replace("__", "-"): value for name, value in changes.items()}


async def test_the_book_is_found_by_name_code_and_state(manager: httpx.AsyncClient, shop: World) -> None:
    page = (await manager.get("/desk/prices")).text
    assert "RS-UP" in page and "WS-OVH" in page and "Sizing" in page
    found = (await manager.get("/desk/prices?q=rhodium", headers={"HX-Request": "true"})).text
    assert "Rhodium plating" in found and "Overhaul" not in found
    assert "Nothing in the book is called that" in (await manager.get("/desk/prices?q=zeppelin")).text
    await manager.post("/desk/prices/PE-STR/favourite", data={"on": "yes", "name": "Restring pearls"})
    assert "Restring pearls" in (await manager.get("/desk/prices?show=favourites")).text
    assert "No change is planned" in (await manager.get("/desk/prices?show=planned")).text


async def test_a_price_is_changed_tried_and_remembered(manager: httpx.AsyncClient, shop: World) -> None:
    ticket = await a_ticket(shop, tasks=[NewTask("RS-UP", drivers={"sizes": "2"})])
    before = (await sum_of(ticket)).total
    form = await typed(shop, "RS-UP", base="62.00", further__sizes="30", note="Gold went up")
    tried = (await manager.post("/desk/prices/try", data=form | {"try-sizes": "2"})).text
    assert "$86.00" in tried and "$92.00" in tried
    assert (await manager.post("/desk/prices/RS-UP", data=form)).status_code == 303
    assert (await price_task(NewTask("RS-UP", drivers={"sizes": "2"}), shop=shop.shop.id)).cents == 9200
    page = (await manager.get("/desk/prices/RS-UP")).text
    for words in ("Gold went up", "Maya Finch", "From the starter book", "Labour: ", "$58.00", "→ $62.00"):
        assert words in page
    assert (await sum_of(ticket)).total == before


async def test_a_change_for_later_waits_and_is_called_off(manager: httpx.AsyncClient, shop: World) -> None:
    form = await typed(shop, "PL-REF", base="45") | {"from": TOMORROW}
    assert (await manager.post("/desk/prices/PL-REF", data=form)).status_code == 303
    assert "Changes 25 Nov" in (await manager.get("/desk/prices?show=planned")).text
    planned = await fetch_value("SELECT id FROM price_item WHERE code = 'PL-REF' ORDER BY id DESC LIMIT 1")
    assert (await manager.post(f"/desk/prices/versions/{planned}/call-off")).status_code == 303
    clock.run_on(lambda: NOON + timedelta(days=1))
    assert (await price_task(NewTask("PL-REF"), shop=shop.shop.id)).cents == 4000


async def test_a_refused_price_keeps_what_was_typed_and_says_why(manager: httpx.AsyncClient, shop: World) -> None:
    form = await typed(shop, "RS-UP", base="sixty", minutes="soon", note="Gold went up") | {"from": "2026-11-01"}
    answer = await manager.post("/desk/prices/RS-UP", data=form)
    assert answer.status_code == 422
    for words in ("is not an amount", "Whole minutes", 'value="sixty"', 'value="soon"', "Gold went up"):
        assert words in answer.text
    late = await manager.post("/desk/prices/RS-UP", data=await typed(shop, "RS-UP", base="61") | {"from": "2026-11-01"})
    assert late.status_code == 422 and "The past is not changed" in late.text
    assert "Nothing is different" in (await manager.post("/desk/prices/RS-UP", data=await typed(shop, "RS-UP"))).text
    assert await fetch_value("SELECT count(*) FROM price_item WHERE code = 'RS-UP'") == 1


async def test_new_work_is_copied_priced_and_ended(manager: httpx.AsyncClient, shop: World) -> None:
    copied = (await manager.get("/desk/prices/new?copy=WX-CRY")).text
    assert "Crystal (copy)" in copied and "Crystal diameter" in copied
    form = await typed(shop, "WX-CRY", code="WX-SAP", name="Sapphire crystal", included__mm="30", further__mm="2")
    assert (await manager.post("/desk/prices", data=form)).headers["location"] == "/desk/prices/WX-SAP"
    assert (await price_task(NewTask("WX-SAP", drivers={"mm": "34"}), shop=shop.shop.id)).cents == 10300
    again = await manager.post("/desk/prices", data=form)
    assert again.status_code == 422 and "in the book already" in again.text
    assert (await manager.post("/desk/prices/WX-SAP/end", data={"last": TODAY})).status_code == 303
    assert "In the book until" in (await manager.get("/desk/prices/WX-SAP")).text
    clock.run_on(lambda: NOON + timedelta(days=1))
    await sign_in(manager, shop.staff["manager"])
    assert "Sapphire crystal" in (await manager.get("/desk/prices?show=gone")).text


async def test_a_raise_is_shown_before_it_is_made(manager: httpx.AsyncClient, shop: World) -> None:
    form = {"category": "Sizing", "percent": "5", "to": "100", "from": TODAY, "note": "Gold went up"}
    shown = await manager.post("/desk/prices/raise", data=form | {"look": "yes"}, headers={"HX-Request": "true"})
    assert "5 prices would change" in shown.text and "$58.00" in shown.text and "$61.00" in shown.text
    assert await fetch_value("SELECT count(*) FROM price_item WHERE note <> ''") == 0
    key = {"idempotency_key": "raise once"}
    for _ in range(2):
        assert (await manager.post("/desk/prices/raise", data=form | key)).status_code == 303
    assert await fetch_value("SELECT count(*) FROM price_item WHERE note = 'Gold went up'") == 5
    for wrong in ("", "five", "0", "999"):
        assert (await manager.post("/desk/prices/raise", data=form | {"percent": wrong})).status_code == 422


async def test_the_book_goes_out_and_comes_back_as_a_file(manager: httpx.AsyncClient, shop: World) -> None:
    text = (await manager.get("/desk/prices/file/book.csv")).text
    same = await manager.post("/desk/prices/file", data={"from": TODAY}, files={"file": ("book.csv", text)})
    assert "Bring in" not in same.text
    lines = text.splitlines()
    lines = [line.replace("42.00", "44.00") if line.startswith("RS-DN") else line for line in lines]
    lines += ["XX-BAD,,Other,piece,,many" + "," * (len(COLUMNS) - 6)]
    lines += ["ZZ-NEW,Ear piercing,Other,pair,,35.00" + "," * (len(COLUMNS) - 6)]
    upload = {"file": ("book.csv", "\n".join(lines))}
    looked = await manager.post("/desk/prices/file", data={"from": TODAY}, files=upload)
    for words in ("Bring in 2 lines", "Ear piercing", "Size down", "is not an amount", "Say what the work is called"):
        assert words in looked.text
    assert await fetch_value("SELECT count(*) FROM price_item WHERE code = 'ZZ-NEW'") == 0
    done = await manager.post("/desk/prices/file", data={"from": TODAY, "text": "\n".join(lines), "do_it": "yes"})
    assert done.status_code == 303
    assert (await price_task(NewTask("RS-DN"), shop=shop.shop.id)).cents == 4400
    assert (await price_task(NewTask("ZZ-NEW"), shop=shop.shop.id)).cents == 3500


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "name the columns"), (b"code;name\nRS-UP;x", "Missing: category"), (b"\xff\xfe\x00\x00\x81", "no CSV file"),
     (b"code,name,category,unit,base\n", "no rows")],
)  # fmt: skip
async def test_a_file_that_is_none_is_refused_kindly(
    manager: httpx.AsyncClient, shop: World, content: bytes, words: str
) -> None:
    upload = {"file": ("x.csv", io.BytesIO(content))}
    answer = await manager.post("/desk/prices/file", data={"from": TODAY}, files=upload)
    assert answer.status_code == 422
    assert words in answer.text


async def test_a_sheet_reads_back_as_it_was_written_and_holds_no_formula(shop: World) -> None:
    rows = await book(shop.shop.id)
    rows[0]["risk"] = '=HYPERLINK("http://evil.example")'
    text = write_book(rows)
    assert "'=HYPERLINK" in text
    held = {row["code"]: item_of(row) for row in rows}
    sheet = read_book(text, held, set())
    assert (sheet.same, sheet.new, sheet.changed, sheet.refused) == (len(rows), [], [], [])
    semicolons = "code;name;category;unit;base\nZZ-1;One;Other;piece;10\nZZ-1;Two;Other;piece;10\n"
    twice = read_book(semicolons, held, set())
    assert [item.name for item in twice.new] == ["One"]
    assert twice.refused[0][0] == 3
    with pytest.raises(InvalidInput):
        read_book("nothing here", held, set())


async def test_packages_are_put_together_at_the_desk(manager: httpx.AsyncClient, shop: World) -> None:
    assert "Ring spa" in (await manager.get("/desk/packages")).text
    form = {"code": "PK-TIP", "name": "Prong care", "codes": ["PR-TIP", "ST-TGT"], "kinds": ["ring"], "how": "off",
            "off": "12.5", "from": TODAY, "note": ""}  # fmt: skip
    assert (await manager.post("/desk/packages", data=form)).status_code == 303
    row = await fetch_one("SELECT * FROM price_package WHERE code = 'PK-TIP'")
    assert row is not None
    assert (row["off_per_mille"], row["price_cents"], row["kinds"]) == (125, None, '["ring"]')
    refused = await manager.post("/desk/packages", data=form | {"code": "PK-2", "codes": ["PR-TIP"], "off": "lots"})
    assert refused.status_code == 422
    dearer = {"name": "Prong care", "codes": ["PR-TIP", "ST-TGT"], "how": "price", "price": "45", "from": TOMORROW}
    assert (await manager.post("/desk/packages/PK-TIP", data=dearer)).status_code == 303
    page = (await manager.get("/desk/packages/PK-TIP")).text
    assert "12.5 % off" in page and "$45.00" in page and "Call it off" in page
    assert (await manager.post("/desk/packages/PK-TIP/end", data={"last": TODAY})).status_code == 303
    clock.run_on(lambda: NOON + timedelta(days=1))
    await sign_in(manager, shop.staff["manager"])
    assert "Earlier" in (await manager.get("/desk/packages")).text


async def test_the_tax_table_is_kept_in_words_and_per_cent(manager: httpx.AsyncClient, shop: World) -> None:
    page = (await manager.get("/desk/taxes")).text
    assert "Repair labour" in page and "8.875 %" in page and "not taxed" in page
    form = {"tax_class": "repair", "rate": "9.125", "from": TOMORROW}
    assert (await manager.post("/desk/taxes", data=form)).status_code == 303
    planned = await fetch_value("SELECT id FROM tax_rate WHERE rate_per_100k = 9125")
    assert "9.125 %" in (await manager.get("/desk/taxes")).text
    assert (await manager.post(f"/desk/taxes/{planned}/call-off")).status_code == 303
    assert "never held" in (await manager.get("/desk/taxes")).text
    assert "New York City" not in (await manager.get("/desk/taxes")).text  # somebody here has set one
    as_it_came = {"tax_class": "repair", "rate": "8.875", "from": TODAY}
    assert (await manager.post("/desk/taxes", data=as_it_came)).status_code == 303
    for rate, start in (("9.12345", TODAY), ("eight", TODAY), ("88", TODAY), ("9", "2026-11-01"), ("8.875", TODAY)):
        answer = await manager.post("/desk/taxes", data={"tax_class": "repair", "rate": rate, "from": start})
        assert answer.status_code == 422
        assert f'value="{rate}"' in answer.text


async def test_another_shop_keeps_its_own_book(manager: httpx.AsyncClient, shop: World) -> None:
    other = await open_other_shop()
    form = await typed(shop, "PL-REF", base="45") | {"from": TOMORROW}
    await manager.post("/desk/prices/PL-REF", data=form)
    mine = await fetch_value("SELECT id FROM price_item WHERE code = 'PL-REF' ORDER BY id DESC LIMIT 1")
    await manager.post("/desk/packages", data={"code": "PK-X", "name": "X", "codes": ["PL-REF", "PL-CLN"], "how": "off",
                                               "off": "10", "from": TOMORROW})  # fmt: skip
    package = await fetch_value("SELECT id FROM price_package WHERE code = 'PK-X'")
    await manager.post("/desk/taxes", data={"tax_class": "repair", "rate": "9", "from": TOMORROW})
    rate = await fetch_value("SELECT id FROM tax_rate WHERE rate_per_100k = 9000")
    await sign_in(manager, other.staff["owner"])
    before = await fetch("SELECT * FROM price_item ORDER BY id")
    for url in (f"/desk/prices/versions/{mine}/call-off", f"/desk/packages/versions/{package}/call-off",
                f"/desk/taxes/{rate}/call-off", "/desk/packages/PK-X/end"):  # fmt: skip
        assert (await manager.post(url, data={"last": TODAY})).status_code == 404
    assert (await manager.get("/desk/packages/PK-X")).status_code == 404
    assert await fetch("SELECT * FROM price_item ORDER BY id") == before


@pytest.mark.parametrize("role", ["counter", "bench"])
async def test_prices_are_the_managers(client: httpx.AsyncClient, shop: World, role: str) -> None:
    await sign_in(client, shop.staff[role])
    for url in ("prices", "prices/RS-UP", "prices/raise", "prices/file/book.csv", "packages", "taxes"):
        assert (await client.get(f"/desk/{url}")).status_code == 403
