"""Pages of money: each person sees their own and nobody else's."""

import csv
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from achlens.core import validate
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNumQueries

from accounts.models import User
from drivers.models import Driver, Firm
from payouts.models import AccountChange, PayoutAccount, Settlement, Statement
from payouts.queries.firm_desk import firm_desk
from tests import make
from tests.payouts.test_settlement import banked, close, earn, pay

pytestmark = pytest.mark.django_db(transaction=True)
ODD_WEEKS = ("2026-13-45", "x", "", "0001-01-01", "9999-12-31")


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def a_week_ago() -> timedelta:
    return timedelta(days=7)


def firm_with_a_closed_week() -> tuple[Firm, Driver, Settlement]:
    firm = make.firm()
    ann = banked("Ann", firm)
    earn(ann)
    return firm, ann, close(firm)


def test_earnings_show_offered_and_paid_side_by_side() -> None:
    ann = banked("Ann", make.firm())
    earn(ann, at=timezone.now())

    page = signed_in(ann.user).get("/drive/earnings/")

    assertContains(page, "$14.00", count=6)  # the week, the day's bar, owed, the line, offered, paid
    assertContains(page, "East Nashville to 37206")


def test_earnings_before_the_first_delivery_say_what_to_do_next() -> None:
    page = signed_in(make.driver("Ann").user).get("/drive/earnings/")

    assertContains(page, "No earnings yet")
    assertContains(page, "Add your bank account")


def test_earnings_ask_the_database_as_often_for_fifty_as_for_five() -> None:
    counts = []
    for number in (5, 50):
        ann = banked("Ann", make.firm())
        for _ in range(number):
            earn(ann, at=timezone.now())
        client = signed_in(ann.user)
        client.get("/drive/earnings/")
        with assertNumQueries(9):
            counts.append(client.get("/drive/earnings/").status_code)

    assert counts == [200, 200]


def test_a_week_named_wrongly_is_this_week() -> None:
    client = signed_in(make.driver("Ann").user)

    assert [client.get("/drive/earnings/", {"week": text}).status_code for text in ODD_WEEKS] == [200] * len(ODD_WEEKS)


def test_a_week_at_the_end_of_the_calendar_cannot_be_closed_and_is_no_error() -> None:
    client = signed_in(make.firm_member(make.firm()))

    answers = [client.post("/firm/close/", {"starts_on": day}) for day in ("9999-12-31", "0001-01-01")]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert not Settlement.objects.exists()


def test_a_firm_sees_what_is_under_way_to_its_own_drivers_alone() -> None:
    ours, theirs = make.firm(), make.firm()
    for firm in (ours, theirs):
        earn(banked("Ann", firm))
        pay(close(firm))

    assert firm_desk(ours, now=timezone.now()).in_transit_cents == 1_400


def test_a_bank_account_is_kept_sealed() -> None:
    ann = make.driver("Ann")

    answer = signed_in(ann.user).post(
        "/drive/earnings/account/", {"holder": "Ann Driver", "routing": "091000019", "number": "000 123 456 789"}
    )

    kept = AccountChange.objects.get(driver=ann)
    assert answer.headers["Location"] == f"/drive/earnings/account/{kept.public_id}/"
    assert not PayoutAccount.objects.exists()
    assert (kept.last4, b"123456789" in bytes(kept.sealed_number)) == ("6789", False)


def test_a_routing_number_no_bank_has_is_refused_in_words() -> None:
    page = signed_in(make.driver("Ann").user).post(
        "/drive/earnings/account/", {"holder": "Ann", "routing": "091000018", "number": "12345678"}
    )

    assertContains(page, "not a routing number of a bank", status_code=400)


def test_the_firm_closes_approves_and_sends_a_week_by_its_buttons() -> None:
    firm = make.firm()
    earn(banked("Ann", firm), at=timezone.now() - a_week_ago())
    client = signed_in(make.firm_member(firm))
    week = (timezone.now() - a_week_ago()).date()

    settlement = client.post("/firm/close/", {"starts_on": week}).headers["Location"]
    client.post(f"{settlement}approve/")
    client.post(f"{settlement}send/")
    file = client.get(f"{settlement}bank-file/")

    assert validate(file.content.decode()).findings == []
    assert Settlement.objects.get().status == "sent"


def test_a_week_that_still_runs_is_refused_in_words() -> None:
    firm = make.firm()
    client = signed_in(make.firm_member(firm))

    page = client.post("/firm/close/", {"starts_on": timezone.now().date()}, follow=True)

    assertContains(page, "not over yet")


def test_a_returned_payment_is_booked_from_the_banks_file() -> None:
    client = signed_in(make.firm_member(make.firm()))

    page = client.post("/firm/returns/", {"returns": SimpleUploadedFile("back.ach", b"not a file of returns")})

    assertContains(page, "Nothing was booked", status_code=400)


def test_a_statement_can_be_read_in_a_spreadsheet_and_printed() -> None:
    _, ann, settlement = firm_with_a_closed_week()
    statement = settlement.statements.get()
    client = signed_in(ann.user)

    sheet = client.get(f"/drive/statements/{statement.public_id}/statement.csv").content.decode()
    pdf = client.get(f"/drive/statements/{statement.public_id}/statement.pdf").content

    assert [(row["offered pay"], row["total"]) for row in csv.DictReader(StringIO(sheet))] == [("10.00", "14.00")]
    assert BytesIO(pdf).read(5) == b"%PDF-"


def test_the_same_statement_is_printed_the_same_twice() -> None:
    _, ann, settlement = firm_with_a_closed_week()
    url = f"/drive/statements/{settlement.statements.get().public_id}/statement.pdf"
    client = signed_in(ann.user)

    assert client.get(url).content == client.get(url).content


def test_nobody_reads_anothers_money() -> None:
    _, _, settlement = firm_with_a_closed_week()
    statement = settlement.statements.get()
    eve, other_driver = make.user("Eve"), make.driver("Bob").user
    other_firm = make.firm_member(make.firm())
    urls = [
        f"/firm/settlements/{settlement.public_id}/",
        f"/firm/settlements/{settlement.public_id}/bank-file/",
        f"/firm/statements/{statement.public_id}/",
        f"/firm/statements/{statement.public_id}/statement.pdf",
        f"/drive/statements/{statement.public_id}/",
        f"/drive/statements/{statement.public_id}/statement.csv",
    ]

    answers = {signed_in(person).get(url).status_code for person in (eve, other_driver, other_firm) for url in urls}

    assert answers == {404}


def test_nobody_approves_anothers_week() -> None:
    _, _, settlement = firm_with_a_closed_week()

    answer = signed_in(make.firm_member(make.firm())).post(f"/firm/settlements/{settlement.public_id}/approve/")

    settlement.refresh_from_db()
    assert (answer.status_code, settlement.status) == (404, "closed")


def test_the_firms_page_asks_the_database_as_often_for_many_drivers_as_for_few() -> None:
    firm = make.firm()
    client = signed_in(make.firm_member(firm))
    for number in (1, 8):
        for _ in range(number):
            earn(banked("Ann", firm), at=timezone.now() - a_week_ago())
        client.get("/firm/")
        with assertNumQueries(11):
            client.get("/firm/")


def test_a_settlements_page_asks_the_database_as_often_for_many_statements_as_for_few() -> None:
    for number in (1, 8):
        firm = make.firm()
        for _ in range(number):
            earn(banked("Ann", firm))
        settlement = close(firm)
        client = signed_in(make.firm_member(firm))
        with assertNumQueries(8):
            client.get(f"/firm/settlements/{settlement.public_id}/")
    assert Statement.objects.count() == 9
