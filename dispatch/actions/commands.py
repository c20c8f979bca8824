"""What a driver's phone asks for, once under each key the phone makes."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from django.db import models, transaction

from common.errors import DomainError, InvalidInput
from common.geo import Point
from common.patience import refuse_when_busy
from common.transactions import needs_transaction
from dispatch.actions.locking import Held, hold_stop, lock_carried
from dispatch.actions.proof import Photo
from dispatch.actions.run_steps.arriving import arrive_at
from dispatch.actions.run_steps.doors import DropProof, add_proofs, deliver
from dispatch.actions.run_steps.failing import fail_at_door, ring_at_door
from dispatch.actions.run_steps.giving_up import leave_everything
from dispatch.actions.run_steps.loading import load_bags
from dispatch.actions.run_steps.moving_pin import move_pin_here
from dispatch.actions.run_steps.returning import bring_back
from dispatch.models import Command, Stop


class KeyReused(DomainError):
    """This key was already used for something else. Nothing was done."""

    code = "key_reused"
    status = 422


class NoSuchStop(DomainError):
    """There is no such stop on this run."""

    code = "no_such_stop"
    status = 404


class StepKind(models.TextChoices):
    """What can be asked for on a run."""

    ARRIVE = "arrive", "I am here"
    LOAD = "load", "The bags are in the car"
    PHOTO = "photo", "Photo"
    PASSCODE = "passcode", "Passcode"
    ID_CHECK = "id_check", "ID checked"
    DELIVER = "deliver", "Delivered"
    RANG = "rang", "I rang and nobody came"
    MOVE_PIN = "move_pin", "The door is here"
    FAIL = "fail", "Cannot be delivered"
    RETURN = "return", "Brought back"
    GIVE_UP = "give_up", "Give up the run"


OLD_SECONDS = 120  # a position older than this when its step was tapped says nothing of the step
LATER_FIELDS = ("why", "age")  # left out of a digest when empty, so that keys made before they existed still answer


@dataclass(frozen=True, slots=True)
class StepOrder:
    """One thing asked for, with whatever it needs. `phone_at` is the phone's own clock: kept, never believed."""

    kind: StepKind
    stop: UUID | None = None
    lat: float | None = None
    lng: float | None = None
    code: str = ""
    bags: int = 0
    reason: str = ""
    why: str = ""  # why the phone does not show the driver at the stop
    age: int | None = None  # seconds between the position and the tap, both by the phone's clock
    id_checked: bool = False
    photo_sha256: str = ""
    photo: Photo | None = field(default=None, compare=False)
    phone_at: datetime | None = field(default=None, compare=False)

    @property
    def where(self) -> Point | None:
        """Where the phone says it was, if it knew that lately."""
        if self.lat is None or self.lng is None or (self.age or 0) > OLD_SECONDS:
            return None
        return Point(self.lat, self.lng)

    @property
    def proof(self) -> DropProof:
        """What it brings to a door."""
        return DropProof(
            passcode=self.code, photo=self.photo, id_checked=self.id_checked, where=self.where, why=self.why
        )

    def digest(self, run_id: int) -> str:
        """The same for the same request: what was sent, not the phone's clock nor how we draw its photo."""
        told = asdict(self) | {"photo": None, "phone_at": None, "run": run_id}
        told = {name: value for name, value in told.items() if name not in LATER_FIELDS or value}
        return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a phone is told: `done`, or a refusal with its sentence."""

    status: int = 200
    code: str = "done"
    message: str = ""

    @property
    def is_done(self) -> bool:
        """Whether it was carried out, now or before."""
        return self.status < 400


@refuse_when_busy
def obey(*, driver_id: int, run_id: int, key: UUID, order: StepOrder, now: datetime) -> Answer:
    """Carry out one step of a run, once: the same key again gets the first answer.

    The answer is kept in the transaction of its effect. What is refused because an earlier step is still under way
    leaves no trace, so the phone may send it again under the same key. A counted refusal (a wrong code) is kept.

    Raises:
        KeyReused: the key stands for another request.
        NoSuchStop: the stop is not of this run.
        DomainError: the step's own refusal; nothing was written.
    """
    with transaction.atomic(durable=True):
        command, is_new = Command.objects.get_or_create(
            driver_id=driver_id,
            key=key,
            defaults={
                "kind": order.kind, "payload_hash": order.digest(run_id), "at": now, "phone_at": order.phone_at,
            },
        )  # fmt: skip
        if not is_new:
            return first_answer(command, order.digest(run_id))
        refusal = STEPS[order.kind](run_id, order, now)
        answer = Answer() if refusal is None else Answer(refusal.status, refusal.code, refusal.spoken)
        command.status, command.answer = answer.status, {"code": answer.code, "message": answer.message}
        command.save(update_fields=["status", "answer"])
    return answer


def first_answer(command: Command, digest: str) -> Answer:
    """The answer that a key got when it was new."""
    if command.payload_hash != digest:
        raise KeyReused
    return Answer(command.status, command.answer["code"], command.answer["message"])


@needs_transaction
def hold(run_id: int, order: StepOrder) -> Held:
    """Lock the stop that a step is about, if it is one of this run."""
    known = Stop.objects.filter(run_id=run_id).values_list("public_id", "pk")
    stop_id = dict(known).get(order.stop) if order.stop else None
    if stop_id is None:
        raise NoSuchStop
    return hold_stop(stop_id)


def _arrive(run_id: int, order: StepOrder, now: datetime) -> DomainError | None:
    arrive_at(hold(run_id, order), order.where, order.why, now=now)
    return None


def _load(run_id: int, order: StepOrder, now: datetime) -> DomainError | None:
    return load_bags(hold(run_id, order), order.bags, order.code, now=now)


def _prove(run_id: int, order: StepOrder, now: datetime) -> DomainError | None:
    if order.kind == StepKind.PHOTO and order.photo is None:
        raise InvalidInput("No photo came with this.")
    return add_proofs(hold(run_id, order), order.proof, now=now)


def _deliver(run_id: int, order: StepOrder, now: datetime) -> DomainError | None:
    return deliver(hold(run_id, order), order.proof, now=now)


def _fail(run_id: int, order: StepOrder, now: datetime) -> DomainError | None:
    return fail_at_door(hold(run_id, order), order.reason, order.proof, now=now)


def _rang(run_id: int, order: StepOrder, now: datetime) -> DomainError | None:
    ring_at_door(hold(run_id, order), now=now)
    return None


def _move_pin(run_id: int, order: StepOrder, now: datetime) -> DomainError | None:
    move_pin_here(hold(run_id, order), order.where, now=now)
    return None


def _return(run_id: int, order: StepOrder, now: datetime) -> DomainError | None:
    held = hold(run_id, order)
    return bring_back(held, order.code, by=held.driver_actor, now=now)


def _give_up(run_id: int, order: StepOrder, now: datetime) -> DomainError | None:
    run, deliveries = lock_carried(run_id)
    leave_everything(run, deliveries, order.reason, by=run.driver.user.actor, now=now)
    return None


Step = Callable[[int, StepOrder, datetime], DomainError | None]
STEPS: Mapping[StepKind, Step] = MappingProxyType(
    {
        StepKind.ARRIVE: _arrive,
        StepKind.LOAD: _load,
        StepKind.PHOTO: _prove,
        StepKind.PASSCODE: _prove,
        StepKind.ID_CHECK: _prove,
        StepKind.DELIVER: _deliver,
        StepKind.RANG: _rang,
        StepKind.MOVE_PIN: _move_pin,
        StepKind.FAIL: _fail,
        StepKind.RETURN: _return,
        StepKind.GIVE_UP: _give_up,
    }
)
