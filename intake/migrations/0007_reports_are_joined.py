"""A report may be joined to another case of its project; the case that it leaves empty is closed, and leads there."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('intake', '0006_erasure_is_planned'),
        ('portal', '0003_retention'),
    ]

    operations = [
        migrations.AddField(
            model_name='case',
            name='joined_into',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='joined_cases', to='intake.case'),
        ),
        migrations.AlterField(
            model_name='caseevent',
            name='kind',
            field=models.CharField(choices=[('report_received', 'Report received'), ('report_recorded', 'Report recorded by the team'), ('report_claimed', 'Report claimed by its reporter'), ('seen', 'Opened by a person of the team'), ('acknowledged', 'Acknowledged'), ('team_replied', 'The team wrote'), ('reporter_replied', 'The reporter wrote'), ('note_written', 'Team note written'), ('severity_set', 'Severity set'), ('accepted', 'Accepted as a vulnerability'), ('rejected', 'Not accepted'), ('deferred', 'Deferred'), ('remediated', 'Fixed'), ('closed', 'Closed'), ('reopened', 'Reopened'), ('report_joined', 'Report joined'), ('retitled', 'Working title changed'), ('clocks_stopped', 'Clocks stopped'), ('clocks_resumed', 'Clocks go on'), ('deadline_near', 'Reminder: a deadline is near'), ('deadline_passed', 'Reminder: a deadline has passed'), ('message_edited', 'A message was edited'), ('message_retracted', 'A message was retracted'), ('note_edited', 'A team note was edited'), ('note_retracted', 'A team note was retracted'), ('guest_invited', 'A guest was invited'), ('guest_uninvited', 'An invitation of a guest was withdrawn'), ('guest_joined', 'A guest joined'), ('guest_left', 'A guest left'), ('guest_removed', 'A guest was removed'), ('reporter_left', 'The reporter closed their account'), ('report_handed_over', 'The report was handed over to another person'), ('copy_taken', 'A copy was exported'), ('erasure_asked', 'The reporter asked that the content be erased'), ('erasure_declined', 'The wish to erase the content was declined'), ('erasure_planned', 'Erasure of the content planned'), ('erasure_stopped', 'Planned erasure stopped'), ('hold_placed', 'Legal hold placed'), ('hold_lifted', 'Legal hold lifted'), ('erased', 'Content erased'), ('advisory_drafted', 'Advisory drafted'), ('advisory_published', 'Advisory published'), ('advisory_revised', 'Advisory revised'), ('advisory_withdrawn', 'Advisory withdrawn')], max_length=24),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('joined_into', None), models.Q(('closed_at__isnull', False), models.Q(('joined_into', models.F('uuid')), _negated=True)), _connector='OR'), name='only_a_closed_case_was_joined'),
        ),
    ]
