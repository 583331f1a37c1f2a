"""The way to run a real shop: what compose.yaml starts exists, is watched, and is told only what we read."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from workshop.cli import parser
from workshop.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "compose.yaml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if service.get("image") == "workshop:local"]
LASTING = [name for name, service in SERVICES.items() if service.get("restart") != "no"]
EXAMPLE = dict(
    line.split("=", 1) for line in (ROOT / "compose.env.example").read_text().splitlines() if re.match(r"[A-Z]", line)
)


def settings_named() -> set[str]:
    return {f"WORKSHOP_{name.upper()}" for name in Settings.model_fields}


def test_the_whole_shop_is_there() -> None:
    assert set(SERVICES) >= {"proxy", "web", "worker", "postgres", "seaweedfs"}
    assert set(OURS) == {"web", "worker", "migrate"}
    assert all(service.get("image") or service.get("build") for service in SERVICES.values())


@pytest.mark.parametrize("name", OURS)
def test_our_services_run_commands_that_exist(name: str) -> None:
    assert callable(parser().parse_args(SERVICES[name]["command"]).act)


@pytest.mark.parametrize("name", LASTING)
def test_what_lasts_is_started_again_and_watched(name: str) -> None:
    assert SERVICES[name]["restart"] == "unless-stopped"
    assert SERVICES[name]["healthcheck"]["test"]


def test_health_asked_by_our_own_command_exists() -> None:
    _, *words = SERVICES["worker"]["healthcheck"]["test"]
    assert words[0] == "workshop"
    assert callable(parser().parse_args(words[1:]).act)


@pytest.mark.parametrize("name", OURS)
def test_every_setting_given_is_one_we_read(name: str) -> None:
    given = {key for key in SERVICES[name]["environment"] if key.startswith("WORKSHOP_")}
    assert given <= settings_named()
    assert {"WORKSHOP_DATABASE_URL", "WORKSHOP_S3_BUCKET", "WORKSHOP_SECRET_KEY"} <= given


def test_the_example_names_everything_that_is_asked_for_and_nothing_unknown() -> None:
    asked = set(re.findall(r"\$\{([A-Z_]+)", TEXT))
    assert asked <= set(EXAMPLE)
    assert {name for name in EXAMPLE if name.startswith("WORKSHOP_")} <= settings_named()


def test_no_secret_is_written_down() -> None:
    assert all(not value for name, value in EXAMPLE.items() if re.search("PASSWORD|SECRET|TOKEN", name))
    assert ".env" in (ROOT / ".gitignore").read_text().splitlines()
    assert ".env" in (ROOT / ".dockerignore").read_text().splitlines()


def test_only_the_proxy_can_be_reached_and_it_is_believed_once() -> None:
    assert [name for name, service in SERVICES.items() if service.get("ports")] == ["proxy"]
    web = SERVICES["web"]["environment"]
    assert f"reverse_proxy web:{web['WORKSHOP_PORT']}" in COMPOSE["configs"]["caddyfile"]["content"]
    assert web["WORKSHOP_TRUSTED_PROXIES"] == "1"
    assert web["WORKSHOP_PUBLIC_URL"].startswith("https://")


def test_names_used_are_declared() -> None:
    for service in SERVICES.values():
        assert set(service.get("depends_on", {})) <= set(SERVICES)
        assert {mount.split(":")[0] for mount in service.get("volumes", [])} <= set(COMPOSE["volumes"])
        assert {config["source"] for config in service.get("configs", [])} <= set(COMPOSE["configs"])
        assert set(service.get("networks", [])) <= set(COMPOSE["networks"])


def test_web_and_worker_share_the_folder_where_photos_wait() -> None:
    assert SERVICES["web"]["volumes"] == SERVICES["worker"]["volumes"] == ["shop-data:/data"]


def test_the_account_for_photos_may_use_its_bucket_and_nothing_else() -> None:
    accounts = json.loads(re.sub(r"\$\{[^}]*\}", "x", COMPOSE["configs"]["s3-accounts"]["content"]))
    bucket = SERVICES["web"]["environment"]["WORKSHOP_S3_BUCKET"]
    assert all(action.endswith(f":{bucket}") for one in accounts["identities"] for action in one["actions"])
    assert f"s3.bucket.create -name {bucket}" in SERVICES["bucket"]["command"][0]
