"""The README tells the truth: its settings are the code's, its commands and files exist."""

import re
from pathlib import Path

import pytest

from workshop.cli import parser
from workshop.settings import Settings, as_table

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
CODE = "\n".join(
    path.read_text()
    for package in ("workshop", "intake", "bench", "notifications", "photos", "printing")
    for path in (ROOT / package).rglob("*.py")
    if path.name != "settings.py"
)


def test_the_settings_table_is_the_codes() -> None:
    assert as_table() in README, "run `python -m workshop.settings` and put what it prints into the README"


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_described_and_used(name: str) -> None:
    assert Settings.model_fields[name].description
    assert re.search(rf"\.{name}\b", CODE) or name == "public_url", f"nothing reads {name}"


def test_every_setting_named_exists() -> None:
    known = {f"WORKSHOP_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"WORKSHOP_[A-Z0-9_]+", README)) <= known


def test_every_command_named_exists() -> None:
    make = (ROOT / "Makefile").read_text()
    for target in re.findall(r"make (\w+)", README):
        assert re.search(rf"^{target}:", make, re.M), target
    for words in ("token create --name till --role counter", "migrate", "run", "health"):
        assert callable(parser().parse_args(words.split()).act)
    for role in re.findall(r"--role (\w+)", README):
        parser().parse_args(["token", "create", "--name", "x", "--role", role])


def test_every_file_named_exists() -> None:
    named = re.findall(r"`([\w./-]+\.(?:yaml|md|py|txt|example))`", README)
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []
