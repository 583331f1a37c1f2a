# mypy: disable-error-code="import-untyped"
"""Only Twilio may tell us what became of a text."""

import pytest
from twilio.request_validator import RequestValidator

from notifications.signatures import is_genuine, tokens_of
from tests.notifications.fake_twilio import FakeTwilio, SignedPost
from workshop.settings import Settings

PATH = "/twilio/status/6f0e9c1e-2d5b-4c57-9a7f-3a3f2f1d8f10"
URL = "https://shop.example" + PATH
STATUS = {"MessageSid": "SM1", "MessageStatus": "delivered", "To": "+12025550123"}


def accepts(shop: Settings, post: SignedPost, path: str = PATH) -> bool:
    return is_genuine(shop, path, post.form.items(), post.headers.get("X-Twilio-Signature"))


def test_a_signed_callback_passes_behind_a_tls_proxy(twilio: FakeTwilio, shop: Settings) -> None:
    assert accepts(shop, twilio.signed(URL, STATUS))


def test_twilio_signs_the_same_way_in_its_own_example() -> None:
    # The worked example of Twilio's documentation.
    shop = Settings.model_validate(
        {"twilio_auth_token": "12345", "public_url": "https://mycompany.com"}
    )
    form = {"CallSid": "CA1234567890ABCDE", "Caller": "+12349013030", "Digits": "1234",
            "From": "+12349013030", "To": "+18005551212"}  # fmt: skip
    signature = "0/KCTR6DLpKmkAf8muzZqo1nDgQ="
    assert is_genuine(shop, "/myapp.php?foo=1&bar=2", form.items(), signature)


@pytest.mark.parametrize("body", ["", "true", "null", "💍 ready?", "line\r\nline", "a&b=c", "ñ ü"])
def test_whatever_a_customer_writes_passes(twilio: FakeTwilio, shop: Settings, body: str) -> None:
    url = "https://shop.example/twilio/inbound"
    assert accepts(
        shop, twilio.receive(url, "+12025550123", body, "+12025550100"), "/twilio/inbound"
    )


def test_forgeries_fail(twilio: FakeTwilio, shop: Settings) -> None:
    post = twilio.signed(URL, STATUS)
    signature = post.headers["X-Twilio-Signature"]
    assert not accepts(shop, twilio.signed(URL, STATUS, token="a stranger's"))
    assert not accepts(shop, post, PATH[:-1] + "1")
    assert not accepts(shop, post, PATH + "?x=1")
    assert not is_genuine(shop, PATH, (post.form | {"MessageStatus": "failed"}).items(), signature)
    assert not is_genuine(shop, PATH, (post.form | {"Extra": "1"}).items(), signature)
    assert not is_genuine(shop, PATH, [*post.form.items(), ("MessageStatus", "x")], signature)
    assert not is_genuine(shop, PATH, post.form.items(), None)
    assert not is_genuine(shop, PATH, post.form.items(), "")
    assert not is_genuine(shop, PATH, post.form.items(), signature, "algorithm=none")


def test_no_token_means_nothing_is_genuine(twilio: FakeTwilio, shop: Settings) -> None:
    bare = shop.model_copy(update={"twilio_auth_token": ""})
    assert not accepts(bare, twilio.signed(URL, STATUS, token=""))
    assert not accepts(bare.model_copy(update={"twilio_auth_token": " , "}),
                       twilio.signed(URL, STATUS, token=""))  # fmt: skip


def test_both_tokens_count_while_rotating(twilio: FakeTwilio, shop: Settings) -> None:
    both = shop.model_copy(update={"twilio_auth_token": f"thenewone, {twilio.token}"})
    assert tokens_of(both) == ["thenewone", twilio.token]
    assert accepts(both, twilio.signed(URL, STATUS))
    assert accepts(both, twilio.signed(URL, STATUS, token="thenewone"))
    assert not accepts(both, twilio.signed(URL, STATUS, token="another"))


def test_the_newer_signature_passes_too(twilio: FakeTwilio, shop: Settings) -> None:
    signature = RequestValidator(twilio.token).compute_signature(URL, STATUS, "HMAC_SHA256")
    named = "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"
    assert is_genuine(shop, PATH, STATUS.items(), signature, named)
    assert not is_genuine(shop, PATH, STATUS.items(), signature)
