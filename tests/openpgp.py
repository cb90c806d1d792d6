"""An OpenPGP key for tests, made anew each time: no secret lies in the repository."""

import pysequoia


def a_key(folder, name="openpgp.asc"):
    """Write a secret key without a password, for its owner's eyes only; return its path."""
    path = folder / name
    path.touch(mode=0o600)
    path.write_text(str(pysequoia.Tsk.generate("Portal <security@portal.example>")))
    return path
