from __future__ import annotations

import pytest

from api.settings import Settings, SettingsError, load_settings


def test_every_setting_says_what_it_is() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("SVEIKI_PORT", "99999", "SVEIKI_PORT"),
        ("SVEIKI_PORT", "http", "SVEIKI_PORT"),
        ("SVEIKI_HOST", "0.0.0.0", "SVEIKI_CONTROLLER"),
        ("SVEIKI_RASA_PORT", "8000", "must differ"),
        ("SVEIKI_METRICS_TOKEN", "short", "SVEIKI_METRICS_TOKEN"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_a_hint(monkeypatch: pytest.MonkeyPatch, name: str, value: str, hint: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=hint):
        load_settings()


def test_a_public_address_is_fine_once_somebody_is_responsible(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SVEIKI_HOST", "0.0.0.0")
    monkeypatch.setenv("SVEIKI_CONTROLLER", "City of Vilnius")
    monkeypatch.setenv("SVEIKI_PRIVACY_CONTACT", "privacy@vilnius.lt")
    assert not load_settings().is_loopback
