"""Files with somebody who speaks S3. A part of a file at a time is in memory, as ciphertext, and nothing on the disk."""

import io

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import File
from storages.backends.s3 import S3Storage

PART = 5 * 1024 * 1024  # the least that S3 takes, but for the last part


class S3(S3Storage):
    """One bucket, which the portal does not make."""

    def __init__(self, **settings):
        addressing = settings.pop("addressing_style", "auto")
        # Checksums that newer clients add by themselves are unknown to many servers; the ciphertext has its own.
        client = Config(
            s3={"addressing_style": addressing},
            signature_version="s3v4",
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            connect_timeout=5,
            read_timeout=60,
            retries={"max_attempts": 3, "mode": "standard"},
        )
        super().__init__(client_config=client, default_acl=None, file_overwrite=False, **settings)

    def begin(self, name):
        return Writing(self.bucket.Object(self._normalize_name(name)))

    def _open(self, name, mode="rb"):
        """Open for reading as it arrives; what django-storages opens is fetched whole first."""
        if mode != "rb":
            raise ValueError("Files are written through begin().")
        try:
            return File(self.bucket.Object(self._normalize_name(name)).get()["Body"], name)
        except (ClientError, BotoCoreError) as failure:
            raise OSError(f"The file {name} cannot be fetched: {failure}") from failure


class Writing:
    """A file on its way: one request if it is small, parts if it is not. S3 has it when ``keep`` returns, or not at all."""

    def __init__(self, target):
        self._target, self._whole, self._parts = target, None, []
        self._buffer = io.BytesIO()

    def write(self, data):
        self._buffer.write(data)
        if self._buffer.tell() >= PART:
            self._send()

    def keep(self):
        if self._whole is None:
            self._target.put(Body=self._buffer.getvalue())
            return
        if self._buffer.tell():
            self._send()
        self._whole.complete(MultipartUpload={"Parts": self._parts})

    def discard(self):
        if self._whole is not None:
            self._whole.abort()

    def _send(self):
        if self._whole is None:
            self._whole = self._target.initiate_multipart_upload()
        number = len(self._parts) + 1
        self._buffer.seek(0)
        sent = self._whole.Part(number).upload(Body=self._buffer)
        self._parts.append({"ETag": sent["ETag"], "PartNumber": number})
        self._buffer = io.BytesIO()
