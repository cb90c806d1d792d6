"""Models of hosted projects: who is on a team, what a policy says, the keys of what is sealed."""

from portal.models.keyset import Keyset
from portal.models.ladder import Absence, Audience, Rung, When
from portal.models.policy import Clause, Contact, ImportedText, RequestedField, SecurityPolicy, ServiceLevel, SupportedVersion
from portal.models.project import Component, Project, ProjectPause
from portal.models.team import ApiToken, Invitation, Membership
from portal.models.webhook import Shape, Webhook

__all__ = [
    "Absence",
    "ApiToken",
    "Audience",
    "Clause",
    "Component",
    "Contact",
    "ImportedText",
    "Invitation",
    "Keyset",
    "Membership",
    "Project",
    "ProjectPause",
    "RequestedField",
    "Rung",
    "SecurityPolicy",
    "ServiceLevel",
    "Shape",
    "SupportedVersion",
    "Webhook",
    "When",
]
