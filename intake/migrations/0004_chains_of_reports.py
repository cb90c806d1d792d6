"""Give the events of each report their own chain, and say which recorded reports still wait for their reporter."""

from django.db import migrations

from portal.lib import chain


def chain_reports(apps, schema_editor):
    """Link what happened so far; these events name no record."""
    CaseEvent = apps.get_model("intake", "CaseEvent")
    last = {}
    for event in CaseEvent.objects.exclude(report=None).order_by("report_id", "seq").iterator(chunk_size=2000):
        seq, previous = last.get(event.report_id, (0, chain.GENESIS))
        last = {event.report_id: (seq + 1, chain.link(previous, _entry(event, seq + 1)))}
        CaseEvent.objects.filter(pk=event.pk).update(report_seq=seq + 1, report_hash=last[event.report_id][1])


def find_unclaimed(apps, schema_editor):
    Participant = apps.get_model("intake", "Participant")
    Participant.objects.filter(role="reporter", user=None).update(claimable=True)


def _entry(event, seq):
    return {
        "report_seq": seq,
        "record": None,
        "uuid": str(event.uuid),
        "report": str(event.report_id),
        "kind": event.kind,
        "by": str(event.by_id) if event.by_id else None,
        "at": event.at.isoformat(),
        "facts": event.facts,
        "commitment": event.commitment,
    }


class Migration(migrations.Migration):
    dependencies = [("intake", "0003_conversations_in_full")]

    operations = [
        migrations.RunPython(chain_reports, migrations.RunPython.noop),
        migrations.RunPython(find_unclaimed, migrations.RunPython.noop),
    ]
