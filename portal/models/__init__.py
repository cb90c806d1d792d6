"""Models of hosted projects: who is on a team, what a policy says, the keys of what is sealed."""

from portal.models.keyset import Keyset
from portal.models.policy import Clause, Contact, RequestedField, SecurityPolicy, ServiceLevel, SupportedVersion
from portal.models.project import Component, Project
from portal.models.team import Invitation, Membership

__all__ = [
    "Clause",
    "Component",
    "Contact",
    "Invitation",
    "Keyset",
    "Membership",
    "Project",
    "RequestedField",
    "SecurityPolicy",
    "ServiceLevel",
    "SupportedVersion",
]
