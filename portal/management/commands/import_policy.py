"""manage.py import_policy: read SECURITY.md files; print what they say, or make a draft of it."""

import json
import sys
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localdate, now

from portal import importing
from portal.models import Project
from portal.security_md import reading, summary


class Command(BaseCommand):
    help = "Read SECURITY.md files by rule and print what they say, with line numbers; with --project, write a draft (never published)."

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", metavar="FILE", help="a file to read; - is standard input")
        parser.add_argument("--json", action="store_true", help="print one JSON object a line for each file")
        parser.add_argument("--project", metavar="SLUG", help="make a draft of this project's policy from the file")
        parser.add_argument("--replace", action="store_true", help="replace the content of a draft that exists")

    def handle(self, *, files, json, project, replace, **options):
        if project and len(files) > 1:
            raise CommandError("A project has one draft: give one file with --project.")
        take = self._draft(project, replace) if project else self._json if json else self._summary
        failed = [file for file in files if not self._do(file, take)]
        if failed:
            sys.exit(1)

    def _do(self, file, take):
        try:
            take(file, reading.decoded(_bytes_of(file)))
        except (OSError, reading.Unreadable, ValidationError) as refused:
            self.stderr.write(f"{file}: {_sentence(refused)}")
            return False
        return True

    def _json(self, file, text):
        self.stdout.write(json.dumps(summary.as_json(reading.read(text, on=localdate()), file), ensure_ascii=False))

    def _summary(self, file, text):
        self.stdout.write("\n".join(summary.in_words(reading.read(text, on=localdate()), file)))

    def _draft(self, slug, replace):
        project = Project.objects.filter(slug=slug).first()
        if project is None:
            raise CommandError(f"There is no project with the short name {slug}.")

        def write(file, text):
            draft = importing.draft_from(project, text, name=Path(file).name, by=None, at=now(), replace=replace)
            self.stdout.write(f"{file}: version {draft.number} of {project.name} is a draft now. Review it, then publish it.")
            self.stdout.write("\n".join(f"  {warning}" for warning in draft.imported.warnings))

        return write


def _bytes_of(file):
    return sys.stdin.buffer.read(reading.MOST_BYTES + 1) if file == "-" else Path(file).read_bytes()


def _sentence(refused):
    if isinstance(refused, ValidationError):
        return " ".join(refused.messages)
    return refused.strerror or str(refused) if isinstance(refused, OSError) else str(refused)
