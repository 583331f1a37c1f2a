"""Nothing in the tree may send a text twice behind our back."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("workshop", "intake", "bench", "notifications", "photos", "printing", "tests")
BANNED_CLIENT = "AsyncTwilioHttpClient"


def offences(source: str) -> list[str]:
    """What in a file can repeat a POST: a client that retries by itself, or a retry count."""
    found = []
    for node in ast.walk(ast.parse(source)):
        names = {
            getattr(node, "id", None),
            getattr(node, "attr", None),
            getattr(node, "name", None),
        }
        if BANNED_CLIENT in names:
            found.append(f"{BANNED_CLIENT} in line {getattr(node, 'lineno', 0)}")
        if isinstance(node, ast.keyword) and node.arg == "max_retries":
            found.append(f"max_retries= in line {node.lineno}")
    return found


def test_no_file_uses_a_client_that_retries() -> None:
    files = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    assert ROOT / "notifications" / "twilio_wire.py" in files
    assert {str(path): bad for path in files if (bad := offences(path.read_text()))} == {}


@pytest.mark.parametrize(
    "source",
    [
        "from twilio.http.async_http_client import AsyncTwilioHttpClient",
        "import twilio.http as h\nh.async_http_client.AsyncTwilioHttpClient()",
        "from twilio.http.http_client import TwilioHttpClient\nTwilioHttpClient(max_retries=3)",
        "from requests.adapters import HTTPAdapter\nHTTPAdapter(max_retries=1)",
    ],
)
def test_the_ban_sees_each_way_in(source: str) -> None:
    assert offences(source)
