"""Models of accounts: people, their second factors, the audit trail, outgoing deliveries."""

from accounts.models.audit import AuditEvent
from accounts.models.delivery import Delivery
from accounts.models.factors import EnrolmentLink, RecoveryCode, RecoveryDevice, TotpDevice
from accounts.models.user import User

__all__ = ["AuditEvent", "Delivery", "EnrolmentLink", "RecoveryCode", "RecoveryDevice", "TotpDevice", "User"]
