"""Every setting of the product, in one frozen class. Nothing else reads the environment."""

from functools import cache
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Read once from `WORKSHOP_*`. With nothing set, the whole shop runs on this one machine."""

    model_config = SettingsConfigDict(env_prefix="WORKSHOP_", frozen=True, extra="ignore")

    data_dir: Path = Field(
        default=Path("data"), description="Folder for the embedded database, photos and secrets."
    )
    host: str = Field(default="127.0.0.1", description="Address the web server listens on.")
    port: int = Field(default=8000, description="Port of the web server. `make run` also takes `PORT`.")
    web_processes: int = Field(default=1, ge=1, description="Web processes started by `workshop web`.")
    public_url: str = Field(
        default="",
        description="Address customers and Twilio reach, such as `https://shop.example`. "
        "Empty: this machine's own, `http://127.0.0.1:8000`.",
    )
    trusted_proxies: int = Field(
        default=0, ge=0, description="Number of proxies in front whose X-Forwarded-For is believed."
    )
    secret_key: str = Field(
        default="", description="Pepper for PINs and signing key. Empty: made once in the data folder."
    )
    demo: bool = Field(
        default=False, description="Load the demo shop on first start and show its sign-ins. Never in a real shop."
    )

    database_url: str = Field(
        default="", description="`postgresql://user:password@host/name`. Empty: embedded PostgreSQL."
    )
    database_pool_size: int = Field(default=10, ge=2, description="Database connections per process.")

    s3_bucket: str = Field(default="", description="Bucket for photos. Empty: a folder in the data folder.")
    s3_endpoint_url: str = Field(default="", description="S3 address when it is not AWS.")
    s3_checksums: str = Field(
        default="when_required", description="boto3 checksum mode: `when_required` or `when_supported`."
    )

    twilio_account_sid: str = Field(default="", description="Twilio account. Empty: on-screen outbox.")
    twilio_auth_token: str = Field(
        default="", description="Twilio token. Two, comma-separated, while rotating: the first one signs."
    )
    twilio_from: str = Field(default="", description="Sending number in E.164.")
    twilio_messaging_service_sid: str = Field(default="", description="Messaging service instead of a number.")
    twilio_api_url: str = Field(default="https://api.twilio.com", description="Base address of Twilio's API.")
    twilio_look_minutes: float = Field(
        default=4.0, gt=0, description="Minutes between looks for a text whose outcome is unknown (3 looks)."
    )
    twilio_texts_a_second: float = Field(
        default=1.0, gt=0, description="Texts a second from `WORKSHOP_TWILIO_FROM`; a US long code takes one."
    )

    mail_server: str = Field(
        default="", description="`smtp://user:password@host` (STARTTLS), `smtps://...` or `smtp+plain://host:25`. "
        "Empty: mail stays in the on-screen outbox."
    )
    mail_from: str = Field(default="", description="The address mail is sent from.")

    label_printer: str = Field(
        default="", description="`tcp://host:9100?profile=NAME`, `usb://vendor:product`, `serial:///dev/...` "
        "or `file:///path`. Empty: preview on screen."
    )
    receipt_printer: str = Field(default="", description="Same forms as the label printer.")

    log_json: bool | None = Field(default=None, description="JSON logs. Unset: JSON when not on a terminal.")

    @property
    def base_url(self) -> str:
        """The address printed in links, without a trailing slash."""
        return (self.public_url or f"http://127.0.0.1:{self.port}").rstrip("/")

    @property
    def is_https(self) -> bool:
        """Whether customers and staff reach us over TLS (then cookies are Secure)."""
        return self.base_url.startswith("https://")

    def sends(self, channel: str) -> bool:
        """Whether messages of this channel leave the building; otherwise they stay in the on-screen outbox."""
        return bool(self.mail_server) if channel == "email" else self.sends_texts

    @property
    def sends_texts(self) -> bool:
        """Whether texts leave the building; otherwise they stay in the on-screen outbox."""
        return bool(self.twilio_account_sid and self.twilio_auth_token)


@cache
def settings() -> Settings:
    """The settings of this process; tests clear the cache after changing the environment."""
    return Settings()


def as_table() -> str:
    """The settings as the README shows them; printed by `python -m workshop.settings`."""
    rows = ["| setting | default | what it does |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        words = (field.description or "").replace("|", "\\|")
        rows.append(f"| `WORKSHOP_{name.upper()}` | {_shown(field.default)} | {words} |")
    return "\n".join(rows)


def _shown(default: object) -> str:
    if default in ("", None):
        return ""
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


if __name__ == "__main__":
    print(as_table())
