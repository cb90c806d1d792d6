"""A new release never answers from a page of the old one."""

from portal.lib import public


def test_the_stamp_changes_with_the_templates(tmp_path, monkeypatch):
    page = tmp_path / "templates" / "page.html"
    page.parent.mkdir()
    page.write_text("old")
    monkeypatch.setattr(public, "ROOT", tmp_path)
    public.code_stamp.cache_clear()
    old = public.code_stamp()
    page.write_text("new")
    public.code_stamp.cache_clear()
    assert public.code_stamp() != old
    public.code_stamp.cache_clear()


def test_the_stamp_knows_our_templates():
    found = [path.name for pattern in public.MAKERS for path in public.ROOT.glob(pattern)]
    assert {"policy.html", "base_public.html", "policy_page.py", "components.css"} <= set(found)
