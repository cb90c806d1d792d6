"""How long a project keeps the content of closed cases."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('portal', '0002_policy_rows_pauses_and_imports'),
    ]

    operations = [
        migrations.AddField(
            model_name='project',
            name='retention_months',
            field=models.PositiveSmallIntegerField(blank=True, help_text='The content goes, a stub stays. Empty: it is kept until somebody erases it.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(240)], verbose_name='months until a closed case is erased'),
        ),
    ]
