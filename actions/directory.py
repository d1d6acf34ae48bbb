"""The directory: how people who help newcomers are shown, with no more than is known of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from actions.situation import Situation
from knowledge.languages import STATE_LANGUAGE
from knowledge.model import KnowledgeBase, LanguageFile, NewcomerService


def contacts(base: KnowledgeBase, situation: Situation) -> str:
    """Where people help: the site of the municipality where it is known, its newcomer services and the country's, as a Markdown list.

    Without a country those of all three.
    """
    lines: list[str] = []
    for code in [situation.country] if situation.country else STATE_LANGUAGE:
        knowledge = base.countries[code]
        place = knowledge.places.get(situation.municipality or "")
        if place and place.website:
            lines.append(f"- [{place.names[situation.language]}]({place.website})")  # type: ignore[index]
        services = (*(place.newcomer_services if place else ()), *knowledge.about.newcomer_services)
        country = "" if situation.country else f"{knowledge.about.names[situation.language]}: "  # type: ignore[index]
        lines += [line.replace("- ", f"- {country}", 1) for line in service_lines(base, services, situation.language)]
    return "\n".join(lines)


def service_lines(base: KnowledgeBase, services: Iterable[NewcomerService], language: str) -> list[str]:
    """A Markdown list item per service: its name and site, then address, phone, e-mail, hours and languages where they are known."""
    return [f"- {', '.join(_details(service, language, base.languages))}" for service in services]


def _details(service: NewcomerService, language: str, names: Mapping[str, LanguageFile]) -> list[str]:
    details = [f"[{service.names[language]}]({service.url})"]  # type: ignore[index]
    details += [service.address] if service.address else []
    details += [f"[{service.phone}](tel:{re.sub('[^0-9+]', '', service.phone)})"] if service.phone else []
    details += [f"[{service.email}](mailto:{service.email})"] if service.email else []
    details += [service.hours] if service.hours else []
    return [*details, *(names[code].name for code in service.languages if code in names)]
