"""Who may do what at a firm: one reads, one closes, another approves and pays."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertNumQueries

from accounts.models import User
from drivers.models import Firm, FirmMember, FirmRole
from payouts.actions.bank import send_settlement
from payouts.actions.settlements import OwnWork, approve_settlement, close_settlement
from payouts.models import Settlement
from payouts.queries.periods import last_week
from tests import make
from tests.payouts.test_settlement import MONDAY, banked, earn

pytestmark = pytest.mark.django_db(transaction=True)


def firm_with_earnings() -> Firm:
    firm = make.firm()
    earn(banked("Ann", firm), at=last_week(firm, timezone.now())[0])
    earn(banked("Bob", firm), at=last_week(firm, MONDAY)[0])
    return firm


def closed_by(person: User, firm: Firm) -> Settlement:
    starts_at, ends_at = last_week(firm, MONDAY)
    return close_settlement(firm_id=firm.pk, starts_at=starts_at, ends_at=ends_at, by=person.actor, now=MONDAY)


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_who_closed_a_week_does_not_approve_it_where_somebody_else_may() -> None:
    firm = firm_with_earnings()
    flo, fay = make.firm_member(firm), make.firm_member(firm, "Fay Firm")
    week = closed_by(flo, firm)

    with pytest.raises(OwnWork) as refused:
        approve_settlement(settlement_id=week.pk, by=flo.actor, now=MONDAY)
    approve_settlement(settlement_id=week.pk, by=fay.actor, now=MONDAY)
    with pytest.raises(OwnWork):
        send_settlement(settlement_id=week.pk, by=flo.actor, now=MONDAY)
    sent = send_settlement(settlement_id=week.pk, by=fay.actor, now=MONDAY)

    assert refused.value.message == "You closed this week, so somebody else approves and sends it: Fay Firm."
    assert (sent.sent_by, sent.is_by_one_person) == (fay.actor, False)


def test_a_firm_of_one_may_and_that_is_recorded() -> None:
    firm = firm_with_earnings()
    flo = make.firm_member(firm)
    week = closed_by(flo, firm)

    approve_settlement(settlement_id=week.pk, by=flo.actor, now=MONDAY)
    sent = send_settlement(settlement_id=week.pk, by=flo.actor, now=MONDAY)

    assert sent.is_by_one_person


@pytest.mark.parametrize("role", [FirmRole.VIEWER, FirmRole.BOOKKEEPER])
def test_somebody_who_may_not_approve_is_nobody_else(role: FirmRole) -> None:
    firm = firm_with_earnings()
    flo = make.firm_member(firm)
    make.firm_member(firm, "Fay Firm", role)

    approved = approve_settlement(settlement_id=closed_by(flo, firm).pk, by=flo.actor, now=MONDAY)

    assert approved.is_by_one_person


def test_somebody_who_has_left_is_nobody_else() -> None:
    firm = firm_with_earnings()
    flo, fay = make.firm_member(firm), make.firm_member(firm, "Fay Firm")
    User.objects.filter(pk=fay.pk).update(is_active=False)

    assert approve_settlement(settlement_id=closed_by(flo, firm).pk, by=flo.actor, now=MONDAY).is_by_one_person


def test_the_database_keeps_two_people_apart_whoever_writes() -> None:
    firm = firm_with_earnings()
    flo = make.firm_member(firm)
    week = closed_by(flo, firm)

    for column in ("approved_by", "sent_by"):
        with pytest.raises(IntegrityError, match="settlement_by_two_people"), transaction.atomic():
            Settlement.objects.filter(pk=week.pk).update(**{column: flo.actor})
    with pytest.raises(IntegrityError, match="firm_role_known"), transaction.atomic():
        FirmMember.objects.update(role="king")


def test_a_bookkeeper_closes_and_an_owner_goes_on_by_the_pages() -> None:
    firm = firm_with_earnings()
    bea = signed_in(make.firm_member(firm, "Bea Books", FirmRole.BOOKKEEPER))
    flo = signed_in(make.firm_member(firm, "Flo Firm"))
    day = (timezone.now() - timedelta(days=7)).date()

    week = bea.post("/firm/close/", {"starts_on": day}).headers["Location"]
    assertContains(bea.get(week), "Approved and sent by Flo Firm.")
    refused = [bea.post(f"{week}{step}/").status_code for step in ("approve", "send", "settle")]
    refused.append(bea.get(f"{week}bank-file/").status_code)
    flo.post(f"{week}approve/")
    flo.post(f"{week}send/")

    assert refused == [403] * 4
    assertContains(flo.get(week), "Closed by Bea Books. Approved by Flo Firm. Sent by Flo Firm.")
    assertNotContains(flo.get(week), "One person did it all")
    assert Settlement.objects.get().status == "sent"


def test_a_viewer_sees_and_has_no_buttons() -> None:
    firm = firm_with_earnings()
    vic = signed_in(make.firm_member(firm, "Vic Views", FirmRole.VIEWER))

    home = vic.get("/firm/")

    assertNotContains(home, '<form method="post" action="/firm/close/"')
    assertNotContains(home, "Bank returns")
    assert vic.post("/firm/close/", {"starts_on": "2026-06-01"}).status_code == 403
    assert vic.get("/firm/returns/").status_code == 403


def test_an_owner_alone_is_told_so_and_may_go_on() -> None:
    firm = firm_with_earnings()
    person = make.firm_member(firm)
    week = closed_by(person, firm)
    flo = signed_in(person)
    page = f"/firm/settlements/{week.public_id}/"

    assertContains(flo.get(page), "the only one at")
    flo.post(f"{page}approve/")

    assertContains(flo.get(page), "One person did it all")


def test_an_owner_who_closed_is_told_who_goes_on() -> None:
    firm = firm_with_earnings()
    person = make.firm_member(firm)
    make.firm_member(firm, "Fay Firm")
    week = closed_by(person, firm)
    flo = signed_in(person)
    page = f"/firm/settlements/{week.public_id}/"

    assertContains(flo.get(page), "You closed this week, so Fay Firm approves and sends it.")
    assertContains(flo.post(f"{page}approve/", follow=True), "somebody else approves and sends it: Fay Firm.")


def test_somebody_of_two_firms_chooses_and_reaches_the_weeks_of_both() -> None:
    ours, theirs, strangers = make.firm("A Firm"), make.firm("B Firm"), make.firm("C Firm")
    flo = make.firm_member(ours)
    make.firm_member(theirs, person=flo, role=FirmRole.VIEWER)
    client = signed_in(flo)
    week = closed_by(flo, theirs)

    assertContains(client.get("/firm/"), "A Firm</h1>")
    assertContains(client.get("/firm/firms/"), "Go to B Firm")
    assertContains(client.post("/firm/firms/", {"firm": str(theirs.public_id)}, follow=True), "B Firm</h1>")
    assert client.post("/firm/close/", {"starts_on": "2026-06-01"}).status_code == 403
    assertContains(client.post("/firm/firms/", {"firm": str(strangers.public_id)}, follow=True), "A Firm</h1>")
    assert client.get(f"/firm/settlements/{week.public_id}/").status_code == 200


def test_a_settlement_asks_the_database_as_often_for_fifty_drivers_as_for_five() -> None:
    for number in (5, 50):
        firm = make.firm()
        for _ in range(number):
            earn(banked("Ann", firm))
        person = make.firm_member(firm)
        week = closed_by(person, firm)
        client = signed_in(person)
        client.get("/firm/")
        with assertNumQueries(9):
            client.get(f"/firm/settlements/{week.public_id}/")
