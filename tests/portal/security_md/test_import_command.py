"""manage.py import_policy: what is printed, what is written, and what is refused."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from portal.models import SecurityPolicy

FOLDER = Path(__file__).resolve().parents[2] / "data" / "security_md"
MAILAT = FOLDER / "mailat.md"


def run(*args, **options):
    """Run the command; return (exit code, standard output, standard error)."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command("import_policy", *map(str, args), stdout=out, stderr=err, **options)
    except SystemExit as ended:
        code = ended.code
    return code, out.getvalue(), err.getvalue()


def test_each_fact_is_printed_with_its_line():
    code, out, err = run(MAILAT)
    assert (code, err) == (0, "")
    assert "    9  version 1.x: supported" not in out and "   11  version 1.x: supported" in out
    assert "status update: every 7 days" in out
    assert "contact (report): mailto:security@mailat.co (for security only)" in out


def test_json_is_one_object_a_line():
    code, out, _err = run(MAILAT, FOLDER / "mail-auth.md", json=True)
    first, second = (json.loads(line) for line in out.splitlines())
    assert code == 0
    assert first["supported_versions"] == [
        {"version_text": "1.x", "supported": True, "line": 11},
        {"version_text": "< 1.0", "supported": False, "line": 12},
    ]
    last = first["response_times"][-1]
    assert (last["stage"], last["severity"], last["min_hours"], last["max_hours"], last["repeat"]) == ("fix", "low", 720, 2160, False)
    assert first["contacts"] == ["security@mailat.co"]
    assert (first["credit"], first["bounty"], first["safe_harbor"], first["pgp"], first["public_issues_forbidden"]) == (
        True,
        False,
        False,
        False,
        True,
    )
    assert "Suggested fix" in first["requested_fields"] and first["not_understood"] == []
    assert second["file"].endswith("mail-auth.md") and second["bounty"] is None and second["safe_harbor"] is True
    assert second["facts"]["service_levels"][0]["line"]


def test_a_file_that_cannot_be_read_does_not_keep_the_others_from_it(tmp_path):
    (tmp_path / "logo.md").write_bytes(b"\x89PNG\0\0")
    code, out, err = run(tmp_path / "absent.md", tmp_path / "logo.md", MAILAT, json=True)
    assert code == 1
    assert [json.loads(line)["file"] for line in out.splitlines()] == [str(MAILAT)]
    absent, logo = err.splitlines()
    assert "absent.md" in absent and "logo.md" in logo and "not a text" in logo


def test_standard_input_is_a_dash(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(MAILAT.read_bytes())))
    code, out, _err = run("-", json=True)
    assert code == 0 and json.loads(out)["contacts"] == ["security@mailat.co"]


def test_a_project_gets_a_draft_and_nothing_is_published(cast):
    code, out, _err = run(MAILAT, project="mail-auth")
    draft = SecurityPolicy.objects.get(project=cast.mail_auth, published_at=None)
    assert code == 0 and "is a draft now" in out
    assert draft.supported_versions.count() == 2 and draft.imported.name == "mailat.md"


def test_a_draft_is_replaced_on_purpose_only(cast):
    run(MAILAT, project="mail-auth")
    code, _out, err = run(MAILAT, project="mail-auth")
    assert code == 1 and "draft already" in err
    assert run(MAILAT, project="mail-auth", replace=True)[0] == 0


def test_an_unknown_project_is_refused(db):
    with pytest.raises(CommandError, match="no project"):
        run(MAILAT, project="nobody")


def test_a_project_takes_one_file():
    with pytest.raises(CommandError, match="one file"):
        run(MAILAT, MAILAT, project="mailat")
