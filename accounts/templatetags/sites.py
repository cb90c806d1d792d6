"""Which other sites people may sign in with, for the pages that offer them."""

from django import template

from accounts import social

register = template.Library()
register.simple_tag(social.offered, name="offered_sites")
