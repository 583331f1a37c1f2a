"""What people type may never reach a printer as a command, nor hide what a label says."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printing.documents import EnvelopeLabel, MarkedPicture, clean
from tests.printing.samples import a_claim_check, a_label, a_receipt

TEXT = st.text(max_size=60)


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Noor\x1bp\x00\x19\xfa", "Noorp\xfa"),  # the bytes that open a cash drawer
        ("\x1dV\x00cut", "Vcut"),
        ("\x10\x04\x01status", "status"),
        ("two\r\nlines\tand  blanks ", "two lines and blanks"),
        ("Zoe\u0308 Krzyz\u0307anowska", "Zoë Krzyżanowska"),
        ("pdf\u202egnp", "pdfgnp"),  # reads backwards on paper
        ("lone\ud800half", "lonehalf"),
        ("ring 💍\ufe0f", "ring 💍"),
        ("نرگس\u200cها", "نرگس\u200cها"),  # the joiner is spelling here
        ("€ 1.200", "€ 1.200"),
    ],
)
def test_what_is_typed_is_printed_without_anything_a_printer_obeys(typed: str, printed: str) -> None:
    assert clean(typed) == printed


@given(st.text(max_size=200))
def test_no_control_byte_survives_in_any_encoding_a_printer_uses(typed: str) -> None:
    printed = clean(typed)
    assert not any(byte < 0x20 or byte == 0x7F for byte in printed.encode())
    assert clean(printed) == printed


@given(TEXT, TEXT, TEXT)
def test_every_text_of_a_document_is_cleaned_lists_and_pairs_too(a: str, b: str, c: str) -> None:
    label = a_label(piece=a, tasks=[b, c])
    receipt = a_receipt(lines=[(a, b)], payments=[(b, c)])
    assert (label.piece, label.tasks) == (clean(a), (clean(b), clean(c)))
    assert receipt.lines == ((clean(a), clean(b)),)
    assert receipt.payments == ((clean(b), clean(c)),)


def test_pictures_are_left_as_they_are() -> None:
    picture = MarkedPicture(picture=b"\x1b\x00\xff")
    check = a_claim_check(pictures=[[picture]], signature_png=b"\x10\x04")
    assert (check.pictures, check.signature_png) == (((picture,),), b"\x10\x04")


def test_a_label_has_no_place_for_a_value_a_price_or_a_phone_number() -> None:
    names = {field.name for field in dataclasses.fields(EnvelopeLabel)}
    for word in ("value", "price", "total", "cents", "phone", "customer", "address"):
        assert not any(word in name for name in names)
