"""What a person is shown stays nowhere: the next one at the same device reads nothing with the back button."""

import pytest

from tests.conventions.access import PAGES
from tests.conventions.test_access_matrix import browser
from tests.conventions.test_hostile_input import opener, place
from tests.make_city import City

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("city")]
PUBLIC = {"api:streets", "portal:worker", "robots", "favicon", "portal:manifest"}  # the same for everybody


def test_every_page_behind_a_sign_in_is_kept_nowhere(city: City) -> None:
    browsers = {role: browser(city, role) for role in {opener(page) for page in PAGES.values()}}
    kept = []
    for name, page in PAGES.items():
        if "GET" not in page.methods or "anonymous" in page.who or name in PUBLIC or name.endswith("logout"):
            continue
        answer = browsers[opener(page)].get(place(name, page, city))
        if "no-store" not in answer.headers.get("Cache-Control", ""):
            kept.append(f"{name}: {answer.headers.get('Cache-Control')}")
        assert "camera=(self)" in answer.headers["Permissions-Policy"]

    assert kept == []
