"""Languages by name. Pure: tags as in BCP 47 in, words out."""

from django.utils.translation import get_language_info


def names(tags: str) -> list[str]:
    """Name the languages of a list of tags: "de, pt-BR" gives German and Brazilian Portuguese, in the reader's language."""
    return [_name(tag.strip()) for tag in tags.split(",") if tag.strip()]


def _name(tag):
    try:
        found = get_language_info(tag.lower())
    except KeyError:
        return tag
    exact = found["code"] == tag.lower()
    return str(found["name_translated"]) if exact else f"{found['name_translated']} ({tag})"
