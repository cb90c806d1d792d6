"""Names of files as strangers give them, made harmless: to show, to store, to offer for saving. Pure."""

import unicodedata

LONGEST_BYTES = 200  # file systems take 255; a browser adds " (1)" and ".part"
PORTS = {f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"}
RESERVED = {"con", "prn", "aux", "nul", "conin$", "conout$"} | PORTS
FORBIDDEN = dict.fromkeys(map(ord, '<>:"|?*/\\%'), "_")
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # controls, what turns the direction of text, what shows as nothing


def harmless(name: str) -> str:
    """Return a name without path, controls or turned direction, that no system reserves; never an empty one."""
    last = name.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    seen = "".join(" " if char.isspace() else char for char in last if char.isspace() or unicodedata.category(char) not in UNSEEN)
    tidy = " ".join(unicodedata.normalize("NFC", seen).translate(FORBIDDEN).split()).strip(". ").lstrip("-~")
    stem, dot, ending = tidy.rpartition(".")
    if not dot or not stem or len(ending.encode()) > 20:
        stem, dot, ending = tidy, "", ""
    if (stem or ending).partition(".")[0].strip().lower() in RESERVED:
        stem = f"_{stem}"
    return _cut(stem, LONGEST_BYTES - len(f"{dot}{ending}".encode())) + dot + ending or "file"


def _cut(text, most):
    """Return the beginning that fits, without half a character at its end."""
    return text.encode()[:most].decode("utf-8", "ignore").rstrip(". ") if len(text.encode()) > most else text
