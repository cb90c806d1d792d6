"""What a project's public page of response times says in a month: made once, and the same until the month is over."""

import uuid

from django.db import models


class MonthlyFigures(models.Model):
    """The figures of a project that anybody may read in ``month`` (its first day): nothing of fewer than five cases is in them."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey("portal.Project", on_delete=models.CASCADE, related_name="monthly_figures")
    month = models.DateField()
    figures = models.JSONField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "month"], name="figures_once_a_month")]

    def __str__(self):
        return f"{self.project}: {self.month:%Y-%m}"
