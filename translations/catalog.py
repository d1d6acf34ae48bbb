"""Looking a text up in the compiled catalogs.

Message ids are keys such as ``ask-country``, so that English is a translation like the others. ``sveiki build`` compiles the catalogs.
Runs in both Python environments.
"""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
DOMAIN = "sveiki"


def translate(language: str, key: str, **values: Any) -> str:
    """The text of a key in a language, with ``{placeholders}`` filled in.

    Raises KeyError for a key that the catalog does not have, FileNotFoundError for a language without a compiled catalog.
    """
    return _catalog(language).gettext(key).format(**values)


class _Missing(gettext.NullTranslations):
    """Comes after a catalog: a key that reaches it is a mistake of ours, not a text to show."""

    def gettext(self, message: str) -> str:
        """Raise KeyError."""
        raise KeyError(message)


@cache
def _catalog(language: str) -> gettext.NullTranslations:
    catalog = gettext.translation(DOMAIN, FOLDER, [language])
    catalog.add_fallback(_Missing())
    return catalog
