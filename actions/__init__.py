"""What Sahayak does: one action a file's noun, all made with the same services."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from actions.base import SahayakAction
    from actions.services import Services


def all_actions(services: Services) -> list[SahayakAction]:
    """Every action of the domain, with `services` handed in."""
    from actions import (
        drafts,
        event,
        filing,
        following,
        form,
        human,
        information,
        menu,
        moving,
        pending,
        starting,
        talking,
    )

    classes: list[type[SahayakAction]] = [
        form.ValidateApplicationForm,
        form.AskApplicationFormAnswer,
        pending.AnswerPending,
        pending.DeleteMyData,
        drafts.Cancel,
        moving.ResumeOrMove,
        drafts.Restart,
        event.DepartmentEvent,
        filing.SubmitApplication,
        following.CheckStatus,
        following.DownloadCertificate,
        following.VerifyCertificate,
        following.Withdraw,
        human.Relay,
        human.TalkToHuman,
        information.Inform,
        menu.ListServices,
        starting.StartApplication,
        talking.ChooseLanguage,
        talking.Emergency,
        talking.Greet,
        talking.NotUnderstood,
        talking.SmallTalk,
    ]
    return [action(services) for action in classes]
