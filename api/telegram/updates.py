"""Reading what Telegram sends, down to what is needed to answer it: no names, no numbers, no coordinates."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import BaseModel
from telegram import CallbackQuery, ChatMemberUpdated, Message, Update, User
from telegram.constants import ChatMemberStatus, ChatType, MessageEntityType

from knowledge.languages import LANGUAGES

#: The kinds of updates that we ask Telegram for.
ALLOWED = [
    Update.MESSAGE,
    Update.EDITED_MESSAGE,
    Update.CHANNEL_POST,
    Update.EDITED_CHANNEL_POST,
    Update.CALLBACK_QUERY,
    Update.MY_CHAT_MEMBER,
]

Kind = Literal["text", "command", "pressed", "joined", "left", "silent"]
#: What came instead of a text, or with one.
Attachment = Literal["voice", "photo", "sticker", "document", "location", "contact", "other"]

_COMMAND = re.compile(r"^/(?P<name>\w+)(?:@(?P<bot>\w+))?(?:\s+(?P<rest>.*))?$", re.DOTALL)
_ATTACHMENTS: tuple[tuple[Attachment, tuple[str, ...]], ...] = (
    ("voice", ("voice", "audio", "video", "video_note")),
    ("photo", ("photo", "live_photo", "paid_media")),
    ("sticker", ("sticker", "animation", "dice")),
    ("document", ("document",)),
    ("location", ("venue", "location")),
    ("contact", ("contact",)),
    ("other", ("poll", "game", "story", "invoice", "checklist", "giveaway", "users_shared", "passport_data", "web_app_data")),
)


class Received(BaseModel):
    """An update, as it is kept until it is answered."""

    update: int
    chat: int
    kind: Kind
    #: Whether several people read along, and whether it is a channel, where only its owners write.
    group: bool = False
    channel: bool = False
    message: int | None = None
    thread: int | None = None
    #: What was typed; without the name of a command.
    text: str = ""
    command: str = ""
    attachment: Attachment | None = None
    forwarded: bool = False
    edited: bool = False
    #: The language of the person's Telegram, where it is one of ours.
    language: str | None = None
    #: Of a pressed button: the query to answer, and the button's data.
    callback: str = ""
    data: str = ""
    #: Whether the text speaks of danger: then it goes before everything else.
    urgent: bool = False


def read(update: Update, me: User) -> Received | None:
    """What there is to answer in an update, None where nothing is: a group's talk among its members, a live location that moves on."""
    if update.callback_query is not None:
        return _pressed(update.update_id, update.callback_query)
    if update.my_chat_member is not None:
        return _membership(update.update_id, update.my_chat_member)
    message = update.effective_message
    if message is None:
        return None
    edited = update.edited_message is not None or update.edited_channel_post is not None
    return _message(update.update_id, message, me, edited)


def _pressed(number: int, query: CallbackQuery) -> Received | None:
    message = query.message
    if message is None:
        return None
    # A message that is too old for Telegram to show to bots has no chat type, thread or text, but it can be answered.
    thread = message.message_thread_id if isinstance(message, Message) and message.is_topic_message else None
    return Received(
        update=number,
        chat=message.chat.id,
        kind="pressed",
        group=message.chat.type != ChatType.PRIVATE,
        message=message.message_id,
        thread=thread,
        language=_ours(query.from_user),
        callback=query.id,
        data=query.data or "",
    )


def _membership(number: int, change: ChatMemberUpdated) -> Received | None:
    gone = (ChatMemberStatus.BANNED, ChatMemberStatus.LEFT)
    before, now = change.old_chat_member.status in gone, change.new_chat_member.status in gone
    kind: Kind = "left" if now else "joined" if before else "silent"
    group = change.chat.type != ChatType.PRIVATE
    if kind == "joined" and change.chat.type == ChatType.CHANNEL:
        kind = "silent"
    return Received(update=number, chat=change.chat.id, kind=kind, group=group, language=_ours(change.from_user))


def _message(number: int, message: Message, me: User, edited: bool) -> Received | None:
    text = message.text or message.caption or ""
    attachment = next((kind for kind, names in _ATTACHMENTS if any(getattr(message, name, None) for name in names)), None)
    if (not text and attachment is None) or (edited and not text) or message.is_automatic_forward or message.via_bot == me:
        return None
    found = _COMMAND.match(text)
    if found is not None and found["bot"] and found["bot"].casefold() != (me.username or "").casefold():
        return None
    channel, group = message.chat.type == ChatType.CHANNEL, message.chat.type != ChatType.PRIVATE
    if group and found is None and not _is_addressed(message, me):
        return None
    text = re.sub(rf"@{re.escape(me.username or '')}\b", "", text, flags=re.IGNORECASE).strip() if group and me.username else text
    return Received(
        update=number,
        chat=message.chat.id,
        kind="command" if found else "text",
        group=group,
        channel=channel,
        message=message.message_id,
        thread=message.message_thread_id if message.is_topic_message else None,
        text=(found["rest"] or "").strip() if found else text,
        command=found["name"].lower() if found else "",
        attachment=attachment,
        forwarded=message.forward_origin is not None,
        edited=edited,
        language=_ours(message.from_user),
    )


def _is_addressed(message: Message, me: User) -> bool:
    replied = message.reply_to_message
    if replied is not None and replied.from_user == me:
        return True
    kinds: list[str | None] = [MessageEntityType.MENTION, MessageEntityType.TEXT_MENTION]
    mentions = {**message.parse_entities(kinds), **message.parse_caption_entities(kinds)}
    return any(entity.user == me or text.casefold() == f"@{me.username}".casefold() for entity, text in mentions.items())


def _ours(user: User | None) -> str | None:
    code = (user.language_code or "").split("-")[0] if user is not None else ""
    return code if code in LANGUAGES else None
