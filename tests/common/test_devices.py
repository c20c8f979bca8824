"""Browsers in words."""

import pytest

from common.devices import device_name

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Edg/120"
PHONE = "Mozilla/5.0 (iPhone; like Mac OS X) AppleWebKit/605.1 (KHTML, like Gecko) CriOS/120"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (CHROME, "Chrome, Linux"),
        (EDGE, "Edge, Windows"),
        (PHONE, "Chrome, iPhone"),
        ("curl/8.4.0", "curl/8.4.0"),
        ("", ""),
    ],
)
def test_a_browser_is_named_as_people_name_it(said: str, name: str) -> None:
    assert device_name(said) == name
