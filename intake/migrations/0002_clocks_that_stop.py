"""Clocks that stop for the reporter or for a pause of the project; each deadline knows the promise that it comes from."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F


def find_promises(apps, schema_editor):
    """A report's policy never changes and promises each milestone once a severity: that is where a deadline came from."""
    Deadline, ServiceLevel = apps.get_model("intake", "Deadline"), apps.get_model("portal", "ServiceLevel")
    for level in ServiceLevel.objects.filter(policy__reports__isnull=False).distinct():
        of_it = Deadline.objects.filter(report__policy_id=level.policy_id, milestone=level.milestone, severity=level.severity)
        # In one go: PostgreSQL alters no table with a row that was changed twice before.
        of_it.update(level=level, counted_until=F("starts_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0001_initial"),
        ("portal", "0002_policy_rows_pauses_and_imports"),
    ]

    operations = [
        migrations.AddField("report", "waiting_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "deadline",
            "level",
            models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="portal.servicelevel"),
        ),
        migrations.AddField("deadline", "paused_at", models.DateTimeField(null=True)),
        migrations.AddField("deadline", "waiting_at", models.DateTimeField(null=True)),
        migrations.AddField("deadline", "held_at", models.DateTimeField(null=True)),
        migrations.AddField("deadline", "counted_until", models.DateTimeField(null=True)),
        migrations.RunPython(find_promises, migrations.RunPython.noop),
        migrations.AlterField(
            "deadline",
            "level",
            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="portal.servicelevel"),
        ),
        migrations.AlterField("deadline", "counted_until", models.DateTimeField()),
        migrations.AlterField(
            model_name="caseevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("report_received", "Report received"),
                    ("report_recorded", "Report recorded by the team"),
                    ("report_claimed", "Report claimed by its reporter"),
                    ("seen", "Opened by a person of the team"),
                    ("acknowledged", "Acknowledged"),
                    ("team_replied", "The team wrote"),
                    ("reporter_replied", "The reporter wrote"),
                    ("note_written", "Team note written"),
                    ("severity_set", "Severity set"),
                    ("accepted", "Accepted as a vulnerability"),
                    ("rejected", "Not accepted"),
                    ("deferred", "Deferred"),
                    ("remediated", "Fixed"),
                    ("closed", "Closed"),
                    ("reopened", "Reopened"),
                    ("retitled", "Working title changed"),
                    ("clocks_stopped", "Clocks stopped"),
                    ("clocks_resumed", "Clocks go on"),
                    ("deadline_near", "Reminder: a deadline is near"),
                    ("deadline_passed", "Reminder: a deadline has passed"),
                    ("advisory_drafted", "Advisory drafted"),
                    ("advisory_published", "Advisory published"),
                    ("advisory_revised", "Advisory revised"),
                    ("advisory_withdrawn", "Advisory withdrawn"),
                ],
                max_length=24,
            ),
        ),
        migrations.AddIndex(
            model_name="deadline",
            index=models.Index(
                condition=models.Q(("cancelled_at", None), ("held_at__isnull", False), ("met_at", None)),
                fields=["held_at"],
                name="deadline_held",
            ),
        ),
        migrations.AddConstraint(
            model_name="deadline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("held_at", None), ("paused_at", None), ("waiting_at", None)),
                    models.Q(
                        ("paused_at__isnull", False), models.Q(("waiting_at__isnull", False), ("held_at__isnull", False), _connector="OR")
                    ),
                    _connector="OR",
                ),
                name="stands_still_for_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="deadline",
            constraint=models.CheckConstraint(
                condition=models.Q(("paused_at", None), ("next_reminder_at", None), _connector="OR"),
                name="no_reminder_while_it_stands_still",
            ),
        ),
    ]
