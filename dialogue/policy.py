"""Rasa's rule policy with `restart` and `back` as speech acts like any other.

The stock policy lets these two intents run its own default actions before anything else is looked at, the form
included: an answer that merely resembles "start again" would wipe the conversation.

Where no rule applies – after an action that another one has followed by – the turn is over: `config.yml` makes
`action_listen` the fallback. Rasa's own fallback takes the whole turn back, with everything that it changed.
"""

from __future__ import annotations

from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.constants import USER_INTENT_SESSION_START
from rasa.shared.core.trackers import DialogueStateTracker


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class SpeechActPolicy(RulePolicy):
    """`RulePolicy` that leaves every intent but `session_start` to the rules."""

    @staticmethod
    def _find_action_from_default_actions(tracker: DialogueStateTracker) -> tuple[str | None, str | None]:
        message = tracker.latest_message
        if message is None or message.intent.get("name") != USER_INTENT_SESSION_START:
            return None, None
        action, source = RulePolicy._find_action_from_default_actions(tracker)
        return action, source
