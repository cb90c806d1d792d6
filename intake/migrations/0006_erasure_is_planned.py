"""When and why the content of a case will be erased, who is told, and when the database was rid of its keys."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('intake', '0005_events_are_chained_twice'),
        ('portal', '0003_retention'),
    ]

    operations = [
        migrations.AddField(
            model_name='case',
            name='erase_because',
            field=models.CharField(blank=True, choices=[('retained', 'as long as the project keeps closed cases'), ('asked', 'the reporter asked for it'), ('decided', 'an owner of the project decided it')], max_length=8),
        ),
        migrations.AddField(
            model_name='case',
            name='erase_notice_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='case',
            name='kept_months',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='case',
            name='purged_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('erase_notice_at__isnull', False)), fields=['erase_notice_at'], name='case_erase_notice'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('closed_at__isnull', False), ('erased_at', None), ('held_at', None)), fields=['project', 'kept_months'], name='case_kept'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('erased_at__isnull', False), ('purged_at', None)), fields=['erased_at'], name='case_to_purge'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('erase_at', None), ('erase_because', ''), ('erase_notice_at', None)), models.Q(('erase_at__isnull', False), models.Q(('erase_because', ''), _negated=True)), _connector='OR'), name='a_date_of_erasure_has_a_reason'),
        ),
    ]
