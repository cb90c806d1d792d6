"""An event of a report has its place in the report's chain."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("intake", "0004_chains_of_reports")]

    operations = [
        migrations.AddConstraint(
            "caseevent",
            models.CheckConstraint(
                condition=Q(report=None, report_seq=None) | Q(report__isnull=False, report_seq__isnull=False), name="chained_with_its_report"
            ),
        ),
    ]
