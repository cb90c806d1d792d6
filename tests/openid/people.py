"""Who has an account at the site, and what it tells of them: name → claims."""

PASSWORD = "a password of that site"
CLIENT, SECRET = "parley", "what the site and the portal share"


def person(name, **claims):
    return {"preferred_username": name, "name": name.title(), "email": f"{name}@elsewhere.example", "email_verified": True} | claims


PEOPLE = {
    "nyx": person("nyx"),
    "ravi": person("ravi"),
    "unproved": person("unproved", email_verified=False),
    "text": person("text", email_verified="false"),
    "bare": {},
    "bare-too": {},
    # Says that Rita's address is theirs.
    "taker": person("taker", email="rita@example.org"),
    "taker-unproved": person("taker-unproved", email="rita@example.org", email_verified=False),
    **{
        name: person(name)
        for name in (
            "other-key", "no-signature", "key-as-secret", "other-issuer", "other-audience", "also-for-others",
            "other-round", "no-round", "too-old", "other-subject", "broken",
        )
    },
}  # fmt: skip
