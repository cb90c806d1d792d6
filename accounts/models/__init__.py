"""Models of accounts: people, their sessions and second factors, the audit trail, outgoing deliveries."""

from accounts.models.audit import AuditCheck, AuditEvent
from accounts.models.calendar import CalendarFeed
from accounts.models.delivery import Delivery
from accounts.models.factors import EnrolmentLink, RecoveryCode, RecoveryDevice, TotpDevice
from accounts.models.notice import How, Kind, NoticeChoice
from accounts.models.public_key import PublicKey
from accounts.models.recovery import FactorRecovery, RecoveryApproval
from accounts.models.session import Session
from accounts.models.user import User

__all__ = [
    "AuditCheck",
    "AuditEvent",
    "CalendarFeed",
    "Delivery",
    "EnrolmentLink",
    "FactorRecovery",
    "How",
    "Kind",
    "NoticeChoice",
    "PublicKey",
    "RecoveryApproval",
    "RecoveryCode",
    "RecoveryDevice",
    "Session",
    "TotpDevice",
    "User",
]
