"""OpenAI: the Responses format."""

from __future__ import annotations

from bot.catalog import Route
from bot.providers import HttpRequest, Provider, Request
from bot.wire import responses


def _build(request: Request, route: Route, key: str) -> HttpRequest:
    built = responses.build(request, route, key)
    if not request.web_search:
        return built
    # Without this only the addresses quoted in the text come back.
    body = {**built.body, "include": ["web_search_call.action.sources"]}
    return HttpRequest(built.path, built.headers, body)


PROVIDER = Provider(
    name="openai",
    base_url="https://api.openai.com/v1",
    efforts=("none", "minimal", "low", "medium", "high", "xhigh", "max"),
    has_web_search=True,
    build=_build,
    read=responses.read_stream,
    replay=responses.replay,
    key_variable="OPENAI_API_KEY",
)
