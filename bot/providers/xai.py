"""xAI: the Responses format at its own address, with the exact bill in the answer."""

from __future__ import annotations

from bot.providers import Provider
from bot.wire import responses

PROVIDER = Provider(
    name="xai",
    base_url="https://api.x.ai/v1",
    efforts=("low", "medium", "high"),
    has_web_search=True,
    build=responses.build,
    read=responses.read_stream,
    replay=responses.replay,
    key_variable="XAI_API_KEY",
)
