"""The chat API as a channel sees it. Rasa is a stand-in here; tests/e2e talks with the real one."""

from __future__ import annotations

import json

import httpx
import pytest
from sqlalchemy.exc import OperationalError

from api.redaction import PLACEHOLDER

QUESTION = "How do I register with a family doctor?"


async def test_a_question_is_answered_by_search_when_the_dialogue_is_down_and_says_so(start) -> None:
    talk = await start(country="LT")
    reply = await talk.say("Як записатися до сімейного лікаря?")
    assert (reply["kind"], reply["entry"], reply["language"]) == ("answer", "lt/family-doctor", "uk")
    assert "degraded" in reply["notices"]
    assert reply["role"] == "bot" and reply["id"] and reply["created_at"] and reply["ms"] > 0


async def test_the_dialogue_gets_the_message_with_what_is_known(start, dialogue) -> None:
    dialogue.down = False
    talk = await start(country="LV", municipality="riga")
    reply = await talk.say("Labas, gyvenu Vilniuje")
    assert (reply["kind"], reply["intent"], reply["notices"]) == ("smalltalk", "greet", [])
    _, text, metadata = dialogue.sent[0]
    assert text == "Labas, gyvenu Vilniuje"
    assert (metadata["language"], metadata["country"], metadata["municipality"]) == ("lt", "LV", "riga")
    assert metadata["entities"] == [{"entity": "municipality", "value": "vilnius"}]


async def test_typed_text_never_reaches_the_dialogue_as_a_command(start, dialogue) -> None:
    dialogue.down = False
    talk = await start()
    await talk.say("/delete_data now")
    assert not dialogue.sent[0][1].startswith("/")


async def test_personal_data_reaches_neither_dialogue_nor_database(start, dialogue) -> None:
    dialogue.down = False
    talk = await start()
    await talk.say("my code is 38703181745, call +370 612 34567")
    assert PLACEHOLDER in dialogue.sent[0][1]
    assert "38703181745" not in json.dumps([dialogue.sent[0][2], await talk.history()])


async def test_a_button_answers_the_question_that_waits(start) -> None:
    talk = await start()
    asked = await talk.say("Kuidas perearsti nimistusse saada?")
    assert (asked["kind"], asked["language"], len(asked["buttons"])) == ("clarify", "et", 3)
    reply = await talk.press(asked["buttons"][2]["payload"])
    assert (reply["entry"], reply["language"]) == ("ee/family-doctor", "et")
    assert [m["text"] for m in await talk.history() if m["role"] == "user"] == ["Kuidas perearsti nimistusse saada?", "Eesti"]


async def test_a_typed_country_answers_the_question_that_waits(start) -> None:
    talk = await start()
    await talk.say("Как записаться к семейному врачу?")
    assert (await talk.say("Латвия"))["entry"] == "lv/family-doctor"
    assert (await talk.say("Сколько стоят языковые курсы?"))["entry"].startswith("lv/")


async def test_a_button_that_was_not_offered_here_does_nothing(start) -> None:
    talk = await start()
    for payload in ('/choose_place{"country":"LT"}', "/affirm", "affirm", "/restart"):
        response = await talk.post(payload=payload)
        assert (response.status_code, response.json()["code"]) == (422, "unknown_payload")
    assert await talk.history() == []


async def test_the_same_client_id_is_answered_once(start) -> None:
    talk = await start(country="LT")
    first = await talk.say(QUESTION, client_id="a")
    assert await talk.say(QUESTION, client_id="a") == first
    assert await talk.say("something else", client_id="a") == first
    assert len(await talk.history()) == 2


async def test_the_explicit_language_wins_over_what_is_typed(start) -> None:
    talk = await start(country="EE", language="uk")
    reply = await talk.say(QUESTION)
    assert (reply["language"], reply["text_language"]) == ("uk", "uk")
    assert (await talk.say(QUESTION, language="et"))["language"] == "et"


async def test_history_after_an_id(start) -> None:
    talk = await start(country="LT")
    await talk.say(QUESTION)
    messages = await talk.history()
    later = (await talk.client.get(f"{talk.path}/messages", params={"after": messages[0]["id"]}, headers=talk.headers)).json()
    assert later["messages"] == messages[1:]


async def test_deleting_forgets_everything_also_in_the_dialogue_once_it_is_back(start, dialogue, service) -> None:
    talk = await start()
    await talk.say(QUESTION)
    assert (await talk.client.delete(talk.path, headers=talk.headers)).status_code == 204
    assert (await talk.post(text="hello")).status_code == 404
    assert (await talk.client.delete(talk.path, headers=talk.headers)).status_code == 404
    assert dialogue.forgotten == []
    dialogue.down = False
    await service.forget_trackers()
    await service.forget_trackers()
    assert dialogue.forgotten == [talk.id]


async def test_conversations_past_their_term_are_found(start, service) -> None:
    talk = await start()
    assert await service.storage.expired(30) == []
    assert await service.storage.expired(0) == [talk.id]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"text": ""}, 422, "empty_message"),
        ({"text": "   \n\t "}, 422, "empty_message"),
        ({"text": "\x00\x07\x1b"}, 422, "empty_message"),
        ({"text": "😀👍🎉"}, 422, "no_words"),
        ({"text": "?! ..."}, 422, "no_words"),
        ({"text": "ž" * 20_000}, 422, "message_too_long"),
        ({"text": 5}, 422, "invalid_request"),
        ({"text": None}, 422, "invalid_request"),
        ({}, 422, "invalid_request"),
        ([], 422, "invalid_request"),
        ({"text": "a", "payload": "/b"}, 422, "invalid_request"),
        ({"text": "a", "language": "fr"}, 422, "invalid_request"),
        ({"text": "a", "unknown": 1}, 422, "invalid_request"),
        ({"text": "a", "client_id": ""}, 422, "invalid_request"),
    ],
)
async def test_bad_input_gets_the_documented_error_and_loses_nothing(start, body, status: int, code: str) -> None:
    talk = await start(language="lv", country="LV")
    await talk.say(QUESTION)
    before = await talk.history()
    response = await talk.client.post(f"{talk.path}/messages", json=body, headers=talk.headers)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert set(response.json()) == {"code", "message", "data"}
    assert await talk.history() == before
    assert (await talk.say(QUESTION))["kind"] == "answer"


async def test_errors_are_in_the_persons_language(start, client: httpx.AsyncClient) -> None:
    talk = await start(language="et")
    assert (await talk.post(text="")).json()["message"].startswith("Sõnum on tühi")
    typed = await start()
    await typed.say("Як записатися до сімейного лікаря?")
    assert "повідомлення" in (await typed.post(text="")).json()["message"].lower()
    response = await client.post(
        "/api/v1/conversations/x/messages", json={"text": "a"}, headers={"Accept-Language": "fr, lt;q=0.8, en;q=0.5"}
    )
    assert response.json()["code"] == "invalid_token"
    unknown = await client.post("/api/v1/conversations/x/messages", json={"text": "a"}, headers=talk.headers)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "conversation_not_found")
    assert "pokalb" in response.json()["message"].lower()


async def test_invalid_json_and_wrong_paths(start, client: httpx.AsyncClient) -> None:
    talk = await start()
    response = await client.post(f"{talk.path}/messages", content=b"{no json", headers={**talk.headers, "Content-Type": "application/json"})
    assert (response.status_code, response.json()["code"]) == (400, "invalid_json")
    assert (await client.get("/api/v1/nothing")).json()["code"] == "not_found"
    assert (await client.put("/api/v1/conversations")).json()["code"] == "method_not_allowed"


@pytest.mark.parametrize(
    "body", [{"country": "FR"}, {"country": "lt"}, {"municipality": "atlantis"}, {"country": "LV", "municipality": "vilnius"}]
)
async def test_an_unknown_place_is_refused(client: httpx.AsyncClient, body) -> None:
    response = await client.post("/api/v1/conversations", json=body)
    assert (response.status_code, response.json()["code"]) == (422, "unknown_place")


async def test_a_municipality_brings_its_country(start) -> None:
    assert (await (await start(municipality="tartu")).say(QUESTION))["entry"] == "ee/family-doctor"


async def test_tokens_open_only_their_conversation(start, client: httpx.AsyncClient) -> None:
    one, other = await start(), await start()
    for headers in ({}, {"Authorization": "Bearer nonsense"}, other.headers):
        for response in (
            await client.post(f"{one.path}/messages", json={"text": "a"}, headers=headers),
            await client.get(f"{one.path}/messages", headers=headers),
            await client.get(f"{one.path}/events", headers=headers),
            await client.delete(one.path, headers=headers),
        ):
            assert (response.status_code, response.json()["code"]) == (401, "invalid_token")


async def test_events_bring_new_messages_and_resume(start) -> None:
    talk = await start(country="LT")
    await talk.say(QUESTION)
    await talk.say(QUESTION)
    history = await talk.history()
    events = [event async for event in _first_events(talk, 2, last=history[1]["id"])]
    assert [event["id"] for event in events] == [message["id"] for message in history[2:]]


async def _first_events(talk, count: int, last: int):  # type: ignore[no-untyped-def]
    from api.chat import events

    class Request:
        async def is_disconnected(self) -> bool:
            return False

    stream = await events(Request(), talk.id, talk.client._transport.app.state.service, str(last))  # type: ignore[arg-type]
    async for event in stream.body_iterator:
        yield json.loads(event.data)
        count -= 1
        if not count:
            return


async def test_a_crisis_gets_its_card_before_anything_else(start, dialogue) -> None:
    dialogue.down = False
    talk = await start(country="EE")
    reply = await talk.say("mees peksab mind, aidake")
    assert (reply["kind"], reply["language"]) == ("crisis", "et")
    assert "[112](tel:112)" in reply["text"] and "116 006" in reply["text"]
    assert dialogue.sent == []


async def test_without_a_country_the_card_shows_the_lines_of_all_three(start) -> None:
    reply = await (await start()).say("I want to kill myself")
    assert reply["kind"] == "crisis"
    for country in ("Lithuania", "Latvia", "Estonia"):
        assert country in reply["text"]


async def test_a_crisis_is_answered_while_the_database_is_down(start, service, monkeypatch: pytest.MonkeyPatch) -> None:
    talk = await start(country="LT")

    async def broken(*args: object, **kwargs: object) -> None:
        raise OperationalError("select", {}, Exception("disk"))

    for name in ("conversation", "add_question", "create", "history"):
        monkeypatch.setattr(service.storage, name, broken)
    assert (await talk.say("vyras mane muša"))["kind"] == "crisis"
    assert (await talk.post(text=QUESTION)).json()["code"] == "storage_unavailable"
    fresh = await start()
    assert (await fresh.say("муж меня бьёт"))["kind"] == "crisis"


async def test_an_unsure_signal_gets_the_answer_and_a_line_of_help(start) -> None:
    reply = await (await start(country="LT")).say("where is a shelter for domestic violence")
    assert reply["kind"] in ("answer", "abstain")
    assert "112" in reply["text"]


#: Told in words that no pattern lists.
INDIRECT = "he say he is my husband so i cant say no, and he hold me down every time"


async def test_danger_in_words_that_no_pattern_lists_gets_a_card_too(start, reading) -> None:
    assert reading[0].find(INDIRECT) is None
    talk = await start(country="LV")
    reply = await talk.say(INDIRECT)
    assert (reply["kind"], reply["intent"], reply["entry"]) == ("crisis", "crisis", None)
    assert "[112](tel:112)" in reply["text"] and "in other words" in reply["text"]
    assert [message["role"] for message in await talk.history()] == ["user", "bot"]


async def test_so_does_danger_in_a_language_that_sveiki_does_not_speak(start) -> None:
    talk = await start(country="LT")
    assert (await talk.say("Mein Mann schlägt mich, was soll ich tun?"))["kind"] == "crisis"
    assert (await talk.say("Wie ist morgen das Wetter in der Stadt?"))["kind"] == "abstain"


async def test_where_the_dialogue_knows_a_command_its_reply_stands_with_a_line_of_help(start, dialogue) -> None:
    dialogue.down = False
    reply = await (await start(country="LV")).say(INDIRECT)
    assert reply["kind"] == "smalltalk"
    assert "112" in reply["text"]


async def test_an_unexpected_error_shows_a_number_and_no_internals(start, service, monkeypatch: pytest.MonkeyPatch) -> None:
    talk = await start()

    async def broken(*args: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(service, "_handle", broken)
    response = await talk.post(text="hello there")
    assert (response.status_code, response.json()["code"]) == (500, "internal")
    assert "secret detail" not in response.text and response.json()["data"]["id"] in response.json()["message"]


async def test_health_ready_and_openapi(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz")).json() == {"status": "alive"}
    assert (await client.get("/readyz")).json()["status"] == "ready"
    paths = (await client.get("/api/v1/openapi.json")).json()["paths"]
    assert "/api/v1/conversations/{conversation}/messages" in paths
    assert "# HELP" in (await client.get("/metrics")).text
    assert (await client.get("/metrics", headers={"X-Forwarded-For": "1.2.3.4"})).status_code == 404


async def test_who_writes_another_language_is_told_which_ones_we_speak(start, dialogue) -> None:
    dialogue.down = False
    talk = await start(country="LT")
    reply = await talk.say("Gdzie mogę zapisać dziecko do przedszkola?")
    assert (reply["kind"], reply["language"], reply["text_language"]) == ("abstain", "pl", "en")
    assert len(reply["text"].split("\n\n")) == 6
    assert "112" in reply["text"]
    assert [button["title"] for button in reply["buttons"]][:2] == ["Lietuvių", "Latviešu"]
    assert dialogue.sent == []
    assert (await talk.say("Kur pieteikt bērnu bērnudārzam?"))["language"] == "lv"


async def test_a_follow_up_stays_with_the_entry_and_a_new_question_does_not(start) -> None:
    talk = await start(country="LT")
    assert (await talk.say("Як записатися до сімейного лікаря?"))["entry"] == "lt/family-doctor"
    assert (await talk.say("а скільки це коштує?"))["entry"] == "lt/family-doctor"
    assert (await talk.say("Як записати дитину в дитячий садок?"))["entry"] == "lt/kindergarten"


async def test_after_starting_over_nothing_leans_on_what_was_before(start, dialogue) -> None:
    talk = await start(country="LT")
    await talk.say("Як записатися до сімейного лікаря?")
    dialogue.down = False
    dialogue.reply = dialogue.reply.model_copy(update={"intent": "start_over"})
    await talk.say("почнемо спочатку")
    await talk.say("а скільки це коштує?")
    assert [metadata["previous_entry"] for _, _, metadata in dialogue.sent] == ["lt/family-doctor", None]
