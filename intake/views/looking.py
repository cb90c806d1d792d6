"""What a request says about reading: whether a person looks at the page, and which part of it they want to see."""


def is_a_look(request) -> bool:
    """Say whether a person sees the answer: a page that a browser fetches ahead, in case it is wanted, has been read by nobody."""
    purposes = (request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz"))
    return request.method == "GET" and not any("prefetch" in purpose.lower() for purpose in purposes)


def place_of(request) -> dict:
    """Return where conversations are to be opened: by the links of their pages, or around one message."""
    wanted = (request.GET.get(name) for name in ("at", "answer", "quote"))
    return {"places": tuple(request.GET.getlist("from")[:50]), "wanted": next(filter(None, wanted), None)}
