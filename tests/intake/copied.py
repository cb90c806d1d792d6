"""What tests do with a copy: take it, read it, check it with its own script in a process of its own."""

import io
import json
import subprocess
import sys
import time
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import now
from django_otp import DEVICE_ID_SESSION_KEY

from accounts import signing_in


def taken(client, ref, *, kind="report", **form):
    """Prove anew who one is and press the button; return the answer."""
    return proved(client).post(f"/{kind}s/{ref}/copy/", form)


def bytes_of(response):
    assert response.status_code == 200, response.content.decode() if not response.streaming else ""
    return b"".join(response.streaming_content)


def files_of(zipped) -> dict:
    """{name: bytes} of a copy."""
    with zipfile.ZipFile(io.BytesIO(zipped)) as opened:
        assert opened.testzip() is None
        return {name: opened.read(name) for name in opened.namelist()}


def document(zipped):
    return json.loads(files_of(zipped)["case.json"])


def unpacked(zipped, folder):
    with zipfile.ZipFile(io.BytesIO(zipped)) as opened:
        opened.extractall(folder)
    return folder


def verified(place, *arguments):
    """Run the copy's own script on it, isolated; return (exit code, what it says)."""
    script = place / "verify.py" if place.is_dir() else place.with_name("verify.py")
    if not script.exists():
        with zipfile.ZipFile(place) as opened:
            script.write_bytes(opened.read("verify.py"))
    done = subprocess.run(
        [sys.executable, "-I", "-W", "error", script, place, *arguments], capture_output=True, text=True, timeout=60, check=False
    )
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout


def proved(client):
    """A browser whose person proved the second factor just now, or without one gave the password."""
    session = client.session
    if DEVICE_ID_SESSION_KEY in session:
        session[signing_in.PROVED] = now().isoformat()
    else:
        session["account_authentication_methods_user"] = session["_auth_user_id"]
        session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session.save()
    return client


def a_file(name="poc.py", content=b"print(1)\n"):
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, content)
