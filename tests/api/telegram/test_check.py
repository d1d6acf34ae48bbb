from __future__ import annotations

from pathlib import Path

import pytest

from api.secret import installation_secret
from api.settings import Settings
from api.telegram.check import check
from tests.api.telegram.bot_api import BotApi
from tests.api.telegram.conftest import Bot


async def findings(settings: Settings) -> list[tuple[bool, str]]:
    return [(finding.good, f"{finding.what}; {finding.mend}") async for finding in check(settings)]


async def test_a_bot_that_runs_is_well(bot: Bot, telegram_settings: Settings) -> None:
    await bot.until(lambda: len(bot.api.descriptions) == 12)
    found = await findings(telegram_settings)
    assert [good for good, _ in found] == [True, True, True]


async def test_each_thing_that_is_wrong_is_named_and_how_to_mend_it(
    bot_api: BotApi, telegram_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installation_secret(tmp_path)
    settings = telegram_settings.model_copy(update={"telegram_webhook": "https://sveiki.example", "var": tmp_path})
    bot_api.me = {**bot_api.me, "can_read_all_group_messages": True}
    bot_api.webhook |= {"url": "https://elsewhere.example", "last_error_message": "Connection refused", "pending_update_count": 500}
    wrong = [said for good, said in await findings(settings) if not good]
    for said in ("/setprivacy", "another address", "Connection refused", "500 updates wait", "commands (lt)", "description (uk)"):
        assert any(said in line for line in wrong), said
    assert {method for method, _ in bot_api.calls} <= {
        "getMe",
        "getWebhookInfo",
        "getMyCommands",
        "getMyDescription",
        "getMyShortDescription",
    }


async def test_a_wrong_token_and_a_server_out_of_reach(bot_api: BotApi, telegram_settings: Settings) -> None:
    bot_api.token = "another"
    assert telegram_settings.telegram_token is not None
    (wrong,) = await findings(telegram_settings)
    assert not wrong[0] and "@BotFather" in wrong[1] and telegram_settings.telegram_token.get_secret_value() not in wrong[1]
    (wrong,) = await findings(telegram_settings.model_copy(update={"telegram_api": "http://127.0.0.1:9"}))
    assert not wrong[0] and "reachable" in wrong[1]
    (wrong,) = await findings(telegram_settings.model_copy(update={"telegram_token": None}))
    assert not wrong[0] and "SVEIKI_TELEGRAM_TOKEN" in wrong[1]
