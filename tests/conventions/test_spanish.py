"""Drivers and shoppers can read everything in Spanish."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from gettext import GNUTranslations
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format, localize
from django.utils.translation import override

from common.errors import InvalidInput
from drivers.actions.trip_plans import TripGoesNowhere
from orders.queries.checks import Shortage, SoldOut
from scripts import refusal_sentences
from tests import make, make_shop
from tests.conventions.catalogue import MESSAGES, PLACEHOLDER, Entry, entries, translated_in_templates
from tests.dispatch import walk

SPANISH = {"accept-language": "es"}
NAMES = re.compile(r"English|Español|Homeward|PDF|CSV|[\d: \u2013apm]+")


def needed() -> list[Entry]:
    return [entry for entry in entries() if entry.is_for_drivers_or_shoppers]


def test_every_text_for_drivers_and_shoppers_is_translated() -> None:
    missing = [entry.english[0] for entry in needed() if not all(entry.spanish)]

    assert not missing
    assert len(needed()) > 800


def test_no_translation_is_a_guess() -> None:
    assert not [entry.english[0] for entry in entries() if "fuzzy" in entry.flags]


def test_a_translation_tells_the_same_facts() -> None:
    def facts(text: str) -> Counter[str]:
        return Counter(PLACEHOLDER.findall(text))

    for entry in needed():
        allowed = [facts(text) for text in entry.english]
        assert all(facts(text) in allowed for text in entry.spanish), entry.english[0]


def test_what_templates_translate_is_in_the_catalogue() -> None:
    known = {entry.english[0] for entry in needed()}

    missing = [(file, text) for file, text in translated_in_templates() if text not in known]

    assert not missing, "run `django-admin makemessages -l es` and translate what is new"


def test_the_compiled_catalogue_is_current() -> None:
    with (MESSAGES / "django.mo").open("rb") as file:
        compiled = GNUTranslations(file)
    for entry in entries():
        if not all(entry.spanish):
            continue
        if len(entry.english) == 1:
            assert compiled.gettext(entry.english[0]) == entry.spanish[0], "run `django-admin compilemessages`"
        else:
            one, many = entry.english
            assert [compiled.ngettext(one, many, n) for n in (1, 2)] == entry.spanish


def test_the_sentences_of_refusals_are_collected() -> None:
    written = refusal_sentences.TARGET.read_text(encoding="utf-8")

    assert written == refusal_sentences.module(), "run `python -m scripts.refusal_sentences`"


def test_a_refusal_is_told_in_spanish_and_kept_in_english() -> None:
    refusal, sold_out = TripGoesNowhere(), SoldOut((Shortage(1, "Lager", 3, 2),))

    with override("es"):
        assert refusal.spoken.startswith("Este viaje empieza y termina")
        assert sold_out.spoken == "Solo quedan 2 de Lager. Cambia tu carrito y pide de nuevo; no se cobró nada."
        assert refusal.message == str(refusal) == TripGoesNowhere.__doc__
        assert str(sold_out).startswith("Only 2 of Lager left. Change")
        assert InvalidInput("100% of it").spoken == "100% of it"


def test_numbers_keep_the_point_that_drawings_and_americans_need() -> None:
    with override("es"):
        assert localize(1234.5) == "1234.5"
        assert date_format(date(2026, 11, 23), "l") == "lunes"


class Page(HTMLParser):
    """The texts of a page, and those that stand on buttons."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.on_buttons: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        is_button = tag == "button" or (tag == "a" and "btn" in (dict(attrs).get("class") or "").split())
        if tag not in {"meta", "link", "input", "img", "br", "hr", "path"}:
            self._open.append((tag, is_button))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        text = " ".join(data.split())
        if not re.search(r"[A-Za-z]{2}", text) or any(tag in {"script", "style"} for tag, _ in self._open):
            return
        self.texts.append(text)
        if any(is_button for _, is_button in self._open):
            self.on_buttons.append(text)


def patterns() -> Iterator[str]:
    """What a Spanish text may look like."""
    for entry in entries():
        for text in filter(None, entry.spanish):
            yield ".+".join(re.escape(part) for part in PLACEHOLDER.split(text))


def check_in_spanish(client: Client, url: str, *words: str) -> None:
    """A page shows these words, no text of the catalogue in English, and only Spanish on its buttons."""
    answer = client.get(url, headers=SPANISH)
    assert answer.status_code == 200
    page = Page(answer.content.decode())
    shown = " ".join(page.texts)
    assert all(word in shown for word in words), shown
    english = {entry.english[0] for entry in needed()} - {text for entry in needed() for text in entry.spanish}
    assert not english & set(page.texts)
    spanish = re.compile("|".join(patterns()))
    assert not [text for text in page.on_buttons if not spanish.fullmatch(text) and not NAMES.fullmatch(text)]
    assert 'lang="es"' in answer.content.decode()


@pytest.mark.django_db
def test_signing_in_is_in_spanish(client: Client) -> None:
    check_in_spanish(client, "/account/login/", "Entrar", "Contraseña", "Crear una cuenta")
    check_in_spanish(client, "/account/signup/", "Crear cuenta", "Tu nombre")


@pytest.mark.django_db
def test_the_shop_is_in_spanish(client: Client) -> None:
    store = make_shop.corner_shop(now=timezone.now())
    make_shop.put(make_shop.lives_in(client), store, "Gala apples", 10)

    check_in_spanish(client, "/", "Departamentos", "Próxima entrega", "Ver carrito")
    check_in_spanish(client, "/basket/", "Seguir comprando", "Vaciar el carrito")
    client.force_login(make.user())
    check_in_spanish(client, "/checkout/", "Reemplazos e indicaciones", "Horario de entrega", "Número de tarjeta")


@pytest.mark.django_db
def test_the_driver_pages_are_in_spanish(client: Client) -> None:
    ann = make.driver()
    trip = make.trip(ann, departs_at=timezone.now() + timedelta(minutes=30))
    row = make.delivery(make.order(make.store(in_market=ann.market), status="ready", bag_count=3))
    offer = make.offer(row, on=trip, made_at=timezone.now(), seconds=90)
    walk.prepare(offer.market)
    client.force_login(ann.user)

    check_in_spanish(client, "/drive/", "Aceptar por", "¿Por qué yo?", "por milla agregada")
    check_in_spanish(client, f"/drive/offers/{offer.public_id}/", "Aceptar por", "Esta no")
    check_in_spanish(client, "/drive/trips/new/", "Minutos extra, máximo", "Declarar este viaje")
    booking = make.booking(ann, on=make.block(row.store, starts_at=timezone.now() + timedelta(days=1), places=2))
    make.block(row.store, starts_at=booking.ends_at)
    check_in_spanish(client, "/drive/blocks/", "Tus bloques", "lugares libres: 1 de 1", "Reservar")
    check_in_spanish(client, f"/drive/blocks/booked/{booking.public_id}/", "Lo acordado", "Devolver mi lugar")
    check_in_spanish(client, "/drive/limits/", "No me ofrezcas nunca", "Guardar")
    check_in_spanish(client, "/drive/earnings/", "Ganancias", "Aún no hay ganancias")
