"""What a driver's own app asks of the API."""

from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from dispatch.models import Command, Run
from tests import make
from tests.dispatch import walk
from tests.dispatch.test_portal_pages import fresh_offer

pytestmark = pytest.mark.django_db


def app_of(user: Any) -> APIClient:
    """An app in which a person is signed in."""
    client = APIClient()
    client.force_login(user)
    return client


def test_a_claim_answers_with_the_run_and_its_first_steps() -> None:
    offer = fresh_offer()
    app = app_of(offer.driver.user)

    first, second = (app.post(f"/api/v1/offers/{offer.public_id}/claim/") for _ in range(2))

    assert first.status_code == second.status_code == 200
    assert first.json()["run"] == second.json()["run"] == str(Run.objects.get().public_id)
    assert [step["kind"] for step in first.json()["steps"]] == ["arrive", "load"]
    assert app.get("/api/v1/me/run/").json()["total"] == 4


def test_a_refused_claim_names_its_code() -> None:
    offer = fresh_offer()
    make.run(make.offer(to=offer.driver, made_at=offer.made_at))

    answer = app_of(offer.driver.user).post(f"/api/v1/offers/{offer.public_id}/claim/")

    assert answer.status_code == 409
    assert answer.json()["errors"][0]["code"] == "already_on_a_run"


def test_a_step_is_once_under_its_key() -> None:
    run = walk.claimed()
    app, key = app_of(run.driver.user), str(uuid4())
    told = {"kind": "load", "stop": str(walk.pickup(run).public_id), "bags": 3, "code": "4711"}
    url = f"/api/v1/runs/{run.public_id}/commands/"

    answers = [app.post(url, told, headers={"Idempotency-Key": key}) for _ in range(2)]
    other = app.post(url, told | {"bags": 2}, headers={"Idempotency-Key": key})

    assert [answer.json() for answer in answers] == [{"code": "done", "message": ""}] * 2
    assert other.status_code == 422
    assert Command.objects.count() == 1


@pytest.mark.parametrize(
    ("told", "key"),
    [
        ({"kind": "arrive"}, ""),
        ({"kind": "fly"}, "5ed5a4ac-3a76-4d4f-9d6c-2b8a9d3f8f11"),
        ({"kind": "load", "bags": -1}, "5ed5a4ac-3a76-4d4f-9d6c-2b8a9d3f8f11"),
        ({"kind": "load", "code": "٤٧١١"}, "5ed5a4ac-3a76-4d4f-9d6c-2b8a9d3f8f11"),
        ({"kind": "arrive", "lat": 91, "lng": 0}, "5ed5a4ac-3a76-4d4f-9d6c-2b8a9d3f8f11"),
        ([], "5ed5a4ac-3a76-4d4f-9d6c-2b8a9d3f8f11"),
        ("x", "5ed5a4ac-3a76-4d4f-9d6c-2b8a9d3f8f11"),
    ],
)
def test_what_cannot_be_a_step_is_a_plain_400(told: object, key: str) -> None:
    run = walk.claimed()

    answer = app_of(run.driver.user).post(
        f"/api/v1/runs/{run.public_id}/commands/", told, format="json", headers={"Idempotency-Key": key}
    )

    assert answer.status_code == 400


def test_a_position_is_taken_and_the_next_one_too_soon_dropped() -> None:
    run = walk.claimed()
    app = app_of(run.driver.user)

    taken = [
        app.post(f"/api/v1/runs/{run.public_id}/position/", {"lat": 36.1, "lng": -86.7, "heading": 359.8}).json()
        for _ in range(2)
    ]

    assert taken == [{"taken": True}, {"taken": False}]
    assert Run.objects.values_list("lat", "heading").get(pk=run.pk) == (36.1, 0)


def test_a_foreign_offer_or_run_is_not_found_and_a_stranger_is_turned_away() -> None:
    offer, run = fresh_offer(), walk.claimed()
    eve = app_of(make.driver("Eve").user)
    urls = [
        f"/api/v1/offers/{offer.public_id}/claim/",
        f"/api/v1/offers/{offer.public_id}/decline/",
        f"/api/v1/runs/{run.public_id}/commands/",
        f"/api/v1/runs/{run.public_id}/position/",
    ]

    assert [eve.post(url).status_code for url in urls] == [404] * 4
    assert {APIClient().post(url).status_code for url in urls} == {403}
    assert eve.get("/api/v1/me/run/").json()["errors"][0]["code"] == "no_run"
