"""The second, loopback listener: where Rasa has its actions run."""

from __future__ import annotations

import hmac

from rasa_sdk.executor import ActionExecutor
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from api.rasa import HEADER


def create_actions_app(executor: ActionExecutor, secret: str) -> Starlette:
    """``POST /webhook`` as Rasa calls it; every call needs the secret header."""

    async def webhook(request: Request) -> JSONResponse:
        if not hmac.compare_digest(request.headers.get(HEADER, ""), secret):
            return JSONResponse({"error": "secret"}, 403)
        call = await request.json()
        # With selective_domain Rasa sends no domain, and rasa-sdk asks for one that no action of ours looks at.
        call.setdefault("domain", {})
        result = await executor.run(call)
        return JSONResponse(result.model_dump() if result is not None else {"events": [], "responses": []})

    return Starlette(routes=[Route("/webhook", webhook, methods=["POST"])])
