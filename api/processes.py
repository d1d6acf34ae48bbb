"""Starting both processes under supervisord, which restarts one that crashes, with back-off."""

from __future__ import annotations

import getpass
import os
import socket
import sys
from pathlib import Path

from api.build import dialogue_model, rasa_environment
from api.secret import derived, installation_secret
from api.settings import ROOT, Settings

SUPERVISORD = Path(sys.executable).parent / "supervisord"


class PortTakenError(RuntimeError):
    """A port is in use; the message says which setting changes it."""


def command_and_environment(settings: Settings) -> tuple[list[str], dict[str, str]]:
    """What to execute to run both processes with these settings; raises PortTakenError."""
    for name, port in (("PORT", settings.port), ("ACTIONS_PORT", settings.actions_port), ("RASA_PORT", settings.rasa_port)):
        host = settings.host if name == "PORT" else "127.0.0.1"
        if not _is_free(host, port):
            raise PortTakenError(f"port {port} is in use: is Sveiki running already? Otherwise set SVEIKI_{name} to another one")
    secret = installation_secret(settings.var)
    environment = {
        **rasa_environment(settings),
        "SVEIKI_ROOT": str(ROOT),
        "SVEIKI_BIN": str(Path(sys.executable).parent),
        "SVEIKI_USER": getpass.getuser(),
        "SVEIKI_VAR": str(settings.var.resolve()),
        "SVEIKI_HOST": settings.host,
        "SVEIKI_PORT": str(settings.port),
        "SVEIKI_ACTIONS_PORT": str(settings.actions_port),
        "SVEIKI_RASA_PORT": str(settings.rasa_port),
        "SVEIKI_RASA_MODEL": str(dialogue_model(settings).resolve()),
        "SVEIKI_RASA_SECRET": derived(secret, "rasa"),
        "SVEIKI_RASA_ACTIONS_URL": f"http://127.0.0.1:{settings.actions_port}/webhook",
        "SVEIKI_RASA_TRACKERS": os.environ.get("SVEIKI_RASA_TRACKERS") or f"sqlite:///{settings.var.resolve() / 'trackers.sqlite'}",
    }
    return [str(SUPERVISORD), "--nodaemon", "--configuration", str(ROOT / "deploy" / "supervisord.conf")], environment


def _is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
