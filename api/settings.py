"""All settings of the product, each an environment variable with the prefix ``SVEIKI_``.

``config.yml`` in the root is not ours: it is Rasa's pipeline.
"""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class SettingsError(ValueError):
    """A setting is wrong; the message says which and how to mend it."""


class Settings(BaseSettings):
    """What the person who deploys Sveiki can set."""

    model_config = SettingsConfigDict(env_prefix="SVEIKI_", extra="ignore")

    host: str = Field(
        "127.0.0.1", description="Address to listen on. Anything but a loopback address needs controller and privacy_contact."
    )
    port: int = Field(8000, ge=1, le=65535, description="Public port: pages and chat API.")
    actions_port: int = Field(5055, ge=1, le=65535, description="Loopback port on which Rasa reaches the actions.")
    rasa_port: int = Field(5005, ge=1, le=65535, description="Loopback port of Rasa.")
    var: Path = Field(ROOT / "var", description="Folder for everything that is built or stored.")
    content: Path = Field(ROOT / "knowledge" / "content", description="The content folder; in production a git repository of its own.")
    guides: Path | None = Field(None, description="The folder of guided explanations; without one `guides` beside the content folder.")
    encoder: str | None = Field(
        None, description="Name or path of a sentence-transformers model instead of the encoder that `sveiki build` makes."
    )
    database: str | None = Field(None, description="SQLAlchemy address of the database; SQLite under var without one.")
    rasa_timeout: float = Field(3.0, gt=0, le=30, description="Seconds to wait for the dialogue before search alone answers.")
    message_limit: int = Field(6000, ge=100, le=15000, description="Longest message, in characters.")
    keep_days: int = Field(30, ge=1, le=365, description="Days after its last message when a conversation is deleted.")
    controller: str | None = Field(None, description="Who is responsible for the data (GDPR controller), named in the privacy notice.")
    privacy_contact: str | None = Field(None, description="How to reach the controller about data protection, named in the privacy notice.")
    metrics_token: str | None = Field(None, min_length=16, description="Token for /metrics from other than loopback addresses.")

    telegram_token: SecretStr | None = Field(None, description="The bot's token from @BotFather; without one there is no Telegram channel.")
    telegram_webhook: str | None = Field(
        None,
        pattern=r"^https://[^\s/?#]+(/[^\s?#]*)?$",
        description="Public https address of this server, to which Telegram sends updates; without one Sveiki asks for them (polling).",
    )
    telegram_api: str = Field(
        "https://api.telegram.org", pattern=r"^https?://\S+$", description="Address of the Bot API: a server of your own, or a test's."
    )
    telegram_limit: int = Field(20, ge=1, le=10_000, description="Messages that a Telegram chat may send in a minute.")

    @model_validator(mode="after")
    def _responsible_when_public(self) -> Self:
        if not self.is_loopback and self.is_trial:
            raise ValueError(
                f"SVEIKI_HOST={self.host} is reachable by others: set SVEIKI_CONTROLLER and SVEIKI_PRIVACY_CONTACT, "
                "or listen on 127.0.0.1 for a trial"
            )
        if len({self.port, self.actions_port, self.rasa_port}) < 3:
            raise ValueError("SVEIKI_PORT, SVEIKI_ACTIONS_PORT and SVEIKI_RASA_PORT must differ")
        return self

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the public port."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def is_trial(self) -> bool:
        """Whether nobody has been named yet who is responsible for the data."""
        return not (self.controller and self.privacy_contact)

    @property
    def database_url(self) -> str:
        """The database's address for the sveiki process."""
        return self.database or f"sqlite+aiosqlite:///{self.var / 'sveiki.sqlite'}"

    @property
    def guides_folder(self) -> Path:
        """The folder of guided explanations; it need not exist."""
        return self.guides or self.content.parent / "guides"

    @property
    def encoder_folder(self) -> Path:
        """Where the default encoder is built."""
        return self.var / "encoder"

    @property
    def url(self) -> str:
        """The public address on this machine."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"


def load_settings() -> Settings:
    """Read the environment; raises SettingsError with a hint for each setting that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        problems = []
        for problem in error.errors():
            name = ".".join(str(part) for part in problem["loc"])
            message = problem["msg"].removeprefix("Value error, ")
            problems.append(f"SVEIKI_{name.upper()}: {message}" if name else message)
        raise SettingsError("\n".join(problems)) from error
