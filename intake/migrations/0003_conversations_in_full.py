"""Threads in full: revisions, guests, drafts, files, erasure, and what was read by whom."""

import django.db.models.deletion
import django.db.models.functions.text
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('intake', '0002_clocks_that_stop'),
        ('portal', '0003_retention'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('sealed', models.BinaryField()),
                ('scope', models.UUIDField()),
                ('kind', models.CharField(choices=[('shared', "a report's conversation"), ('internal', "a case's team-only records")], max_length=8)),
                ('blob', models.CharField(max_length=64, unique=True)),
                ('stored_bytes', models.BigIntegerField()),
                ('at', models.DateTimeField()),
                ('shredded_at', models.DateTimeField(null=True)),
                ('preview_wanted', models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('sealed', models.BinaryField()),
                ('revision', models.PositiveIntegerField(default=1)),
                ('saved_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='ErasureRequest',
            fields=[
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(null=True)),
                ('granted', models.BooleanField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='GuestInvitation',
            fields=[
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('email', models.EmailField(max_length=254)),
                ('with_history', models.BooleanField()),
                ('made_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='MessageRevision',
            fields=[
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('sealed', models.BinaryField()),
                ('n', models.PositiveIntegerField()),
                ('at', models.DateTimeField()),
                ('renderer', models.PositiveSmallIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='NoteRevision',
            fields=[
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('sealed', models.BinaryField()),
                ('n', models.PositiveIntegerField()),
                ('at', models.DateTimeField()),
                ('renderer', models.PositiveSmallIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Preview',
            fields=[
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('sealed', models.BinaryField()),
                ('blob', models.CharField(max_length=64, unique=True)),
                ('stored_bytes', models.BigIntegerField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.RemoveIndex(
            model_name='message',
            name='message_in_order',
        ),
        migrations.RemoveIndex(
            model_name='note',
            name='note_in_order',
        ),
        migrations.AddField(
            model_name='case',
            name='erase_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='case',
            name='erased_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='case',
            name='held_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='caseevent',
            name='record',
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name='caseevent',
            name='report_hash',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name='caseevent',
            name='report_seq',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='message',
            name='edited_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='message',
            name='retracted_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='message',
            name='revision',
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name='note',
            name='edited_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='note',
            name='retracted_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='note',
            name='revision',
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name='participant',
            name='claimable',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='participant',
            name='sees_from',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='seenmark',
            name='read_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='seenmark',
            name='read_until',
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name='caseevent',
            name='kind',
            field=models.CharField(choices=[('report_received', 'Report received'), ('report_recorded', 'Report recorded by the team'), ('report_claimed', 'Report claimed by its reporter'), ('seen', 'Opened by a person of the team'), ('acknowledged', 'Acknowledged'), ('team_replied', 'The team wrote'), ('reporter_replied', 'The reporter wrote'), ('note_written', 'Team note written'), ('severity_set', 'Severity set'), ('accepted', 'Accepted as a vulnerability'), ('rejected', 'Not accepted'), ('deferred', 'Deferred'), ('remediated', 'Fixed'), ('closed', 'Closed'), ('reopened', 'Reopened'), ('retitled', 'Working title changed'), ('clocks_stopped', 'Clocks stopped'), ('clocks_resumed', 'Clocks go on'), ('deadline_near', 'Reminder: a deadline is near'), ('deadline_passed', 'Reminder: a deadline has passed'), ('message_edited', 'A message was edited'), ('message_retracted', 'A message was retracted'), ('note_edited', 'A team note was edited'), ('note_retracted', 'A team note was retracted'), ('guest_invited', 'A guest was invited'), ('guest_uninvited', 'An invitation of a guest was withdrawn'), ('guest_joined', 'A guest joined'), ('guest_left', 'A guest left'), ('guest_removed', 'A guest was removed'), ('reporter_left', 'The reporter closed their account'), ('report_handed_over', 'The report was handed over to another person'), ('copy_taken', 'A copy was exported'), ('erasure_asked', 'The reporter asked that the content be erased'), ('erasure_declined', 'The wish to erase the content was declined'), ('erasure_planned', 'Erasure of the content planned'), ('erasure_stopped', 'Planned erasure stopped'), ('hold_placed', 'Legal hold placed'), ('hold_lifted', 'Legal hold lifted'), ('erased', 'Content erased'), ('advisory_drafted', 'Advisory drafted'), ('advisory_published', 'Advisory published'), ('advisory_revised', 'Advisory revised'), ('advisory_withdrawn', 'Advisory withdrawn')], max_length=24),
        ),
        migrations.AlterField(
            model_name='message',
            name='author',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='intake.participant'),
        ),
        migrations.AlterField(
            model_name='note',
            name='author',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='intake.participant'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('erase_at__isnull', False), ('erased_at', None)), fields=['erase_at'], name='case_to_erase'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(fields=['report', 'at', 'uuid'], name='message_in_order'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('edited_at__isnull', False)), fields=['report', 'edited_at'], name='message_edited'),
        ),
        migrations.AddIndex(
            model_name='note',
            index=models.Index(fields=['case', 'at', 'uuid'], name='note_in_order'),
        ),
        migrations.AddIndex(
            model_name='seenmark',
            index=models.Index(fields=['report', 'read_at'], name='seen_mark_moved'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('erased_at', None), ('closed_at__isnull', False), _connector='OR'), name='only_a_closed_case_is_erased'),
        ),
        migrations.AddConstraint(
            model_name='caseevent',
            constraint=models.UniqueConstraint(fields=('report', 'report_seq'), name='an_event_a_place_in_its_report'),
        ),
        migrations.AddField(
            model_name='attachment',
            name='message',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='intake.message'),
        ),
        migrations.AddField(
            model_name='attachment',
            name='note',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='intake.note'),
        ),
        migrations.AddField(
            model_name='attachment',
            name='report',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='intake.report'),
        ),
        migrations.AddField(
            model_name='attachment',
            name='uploaded_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='uploads', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='draft',
            name='case',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='note_drafts', to='intake.case'),
        ),
        migrations.AddField(
            model_name='draft',
            name='project',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='report_drafts', to='portal.project'),
        ),
        migrations.AddField(
            model_name='draft',
            name='report',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to='intake.report'),
        ),
        migrations.AddField(
            model_name='draft',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='attachment',
            name='draft',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='intake.draft'),
        ),
        migrations.AddField(
            model_name='erasurerequest',
            name='answered_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='intake.participant'),
        ),
        migrations.AddField(
            model_name='erasurerequest',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='intake.participant'),
        ),
        migrations.AddField(
            model_name='erasurerequest',
            name='report',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='erasure_requests', to='intake.report'),
        ),
        migrations.AddField(
            model_name='guestinvitation',
            name='invited_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='intake.participant'),
        ),
        migrations.AddField(
            model_name='guestinvitation',
            name='report',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='guest_invitations', to='intake.report'),
        ),
        migrations.AddField(
            model_name='guestinvitation',
            name='used_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='guest_invitations', to='intake.participant'),
        ),
        migrations.AddField(
            model_name='messagerevision',
            name='message',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='revisions', to='intake.message'),
        ),
        migrations.AddField(
            model_name='noterevision',
            name='note',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='revisions', to='intake.note'),
        ),
        migrations.AddField(
            model_name='preview',
            name='attachment',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='preview', to='intake.attachment'),
        ),
        migrations.AddIndex(
            model_name='draft',
            index=models.Index(fields=['saved_at'], name='draft_by_age'),
        ),
        migrations.AddConstraint(
            model_name='draft',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('case', None), ('project__isnull', False), ('report', None)), models.Q(('case', None), ('project', None), ('report__isnull', False)), models.Q(('case__isnull', False), ('project', None), ('report', None)), _connector='OR'), name='a_draft_is_for_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='draft',
            constraint=models.UniqueConstraint(fields=('user', 'project'), name='one_report_draft_a_project'),
        ),
        migrations.AddConstraint(
            model_name='draft',
            constraint=models.UniqueConstraint(fields=('user', 'report'), name='one_message_draft_a_report'),
        ),
        migrations.AddConstraint(
            model_name='draft',
            constraint=models.UniqueConstraint(fields=('user', 'case'), name='one_note_draft_a_case'),
        ),
        migrations.AddIndex(
            model_name='attachment',
            index=models.Index(fields=['scope'], name='attachment_scope'),
        ),
        migrations.AddIndex(
            model_name='attachment',
            index=models.Index(fields=['uploaded_by', 'at'], name='attachment_of_person'),
        ),
        migrations.AddIndex(
            model_name='attachment',
            index=models.Index(condition=models.Q(('preview_wanted', True)), fields=['at'], name='attachment_preview'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('draft__isnull', False), ('message', None), ('note', None), ('report', None)), models.Q(('draft', None), ('message', None), ('note', None), ('report__isnull', False)), models.Q(('draft', None), ('message__isnull', False), ('note', None), ('report', None)), models.Q(('draft', None), ('message', None), ('note__isnull', False), ('report', None)), _connector='OR'), name='a_file_hangs_on_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='erasurerequest',
            constraint=models.UniqueConstraint(condition=models.Q(('answered_at', None)), fields=('report',), name='one_open_erasure_request'),
        ),
        migrations.AddConstraint(
            model_name='erasurerequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answered_at', None), ('granted', None)), models.Q(('answered_at__isnull', False), ('granted__isnull', False)), _connector='OR'), name='an_answer_is_yes_or_no'),
        ),
        migrations.AddConstraint(
            model_name='guestinvitation',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('email'), models.F('report'), condition=models.Q(('used_at', None)), name='one_open_guest_invitation_an_address'),
        ),
        migrations.AddConstraint(
            model_name='messagerevision',
            constraint=models.UniqueConstraint(fields=('message', 'n'), name='a_message_revision_once'),
        ),
        migrations.AddConstraint(
            model_name='noterevision',
            constraint=models.UniqueConstraint(fields=('note', 'n'), name='a_note_revision_once'),
        ),
    ]
