"""rasa-sdk's action executor called in process, in the place of Rasa's HTTP call to an action server.

Rasa checks every answer against a JSON schema that it rebuilds each time; that check was 88 % of a turn. With the
validator built once it was still a fifth (docs/adr/0002).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rasa.core.actions.action import RemoteAction
from rasa.utils.endpoints import EndpointConfig
from rasa_sdk.executor import ActionExecutor

from actions.base import SahayakAction


class InProcessActions(EndpointConfig):
    """Stands where Rasa expects an action endpoint."""

    def __init__(self, actions: Iterable[SahayakAction]) -> None:
        super().__init__(url="in-process://actions", enable_selective_domain=True)
        self._executor = ActionExecutor()
        for action in actions:
            self._executor.register_action(action)

    async def request(
        self, method: str = "post", subpath: str | None = None, compress: bool = False, **kwargs: Any
    ) -> Any:
        """Answers as the action server would: `{"events": […], "responses": […]}`."""
        return await self._executor.run(kwargs["json"])


def trust_own_answers() -> None:
    """Takes Rasa's schema check out of the path of every message.

    The answers come from our own actions, through rasa-sdk's executor, in this process; the tests hold every answer of
    every conversation against Rasa's schema instead.
    """

    def trusted(self: RemoteAction, result: dict[str, Any]) -> bool:
        return True

    RemoteAction._validate_action_result = trusted
