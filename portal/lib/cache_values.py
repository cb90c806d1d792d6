"""How values lie in a shared cache: as JSON. Django's own way is pickle, which runs whatever somebody put there."""

import json


class Json:
    """Numbers stay numbers, so that the cache can count; what is no JSON cannot be kept, and what is not JSON is not there."""

    def dumps(self, value):
        """Return what to keep; raise TypeError for anything but plain values."""
        return value if type(value) is int else json.dumps(value, separators=(",", ":")).encode()

    def loads(self, kept):
        """Return the value, or None for what is none of ours."""
        try:
            return json.loads(kept)
        except ValueError:
            return None
