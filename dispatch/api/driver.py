"""What a driver's own app may ask: claim, decline, do the run, tell where it is."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from common.errors import DomainError, InvalidInput
from dispatch.access.portal import active_run_of, offer_of, run_of
from dispatch.actions.claiming import accept_offer, decline_offer
from dispatch.actions.commands import obey
from dispatch.actions.positions import record_position
from dispatch.api.serializers import AnswerOut, CommandIn, DeclineIn, OfferOut, PositionIn, RunOut, TakenOut
from dispatch.forms import StepForm
from dispatch.queries.run_steps import run_page
from drivers.access import at_the_wheel
from drivers.models import Driver

KEY = OpenApiParameter(
    "Idempotency-Key", UUID, OpenApiParameter.HEADER, required=True, description="Made by the phone, once a step."
)


class NoRun(DomainError):
    """You are not on a run."""

    code = "no_run"
    status = 404


class ClaimView(APIView):
    """Claims an offer."""

    @extend_schema(request=None, responses=RunOut, operation_id="claim_offer", tags=["driver"])
    def post(self, request: Request, offer_id: UUID) -> Response:
        """Claim an offer and get its run; a repeat gets the same run."""
        offer = offer_of(driver_asking(request), offer_id)
        run = accept_offer(offer_id=offer.pk, now=timezone.now())
        return Response(RunOut(run_page(run, timezone.now())).data)


class DeclineView(APIView):
    """Declines an offer."""

    @extend_schema(request=DeclineIn, responses=OfferOut, operation_id="decline_offer", tags=["driver"])
    def post(self, request: Request, offer_id: UUID) -> Response:
        """Say no to an offer; it is never scored, and a repeat is a no-op."""
        offer = offer_of(driver_asking(request), offer_id)
        told = valid(DeclineIn(data=request.data))
        row = decline_offer(offer_id=offer.pk, reason=told["reason"], now=timezone.now())
        return Response(OfferOut({"offer": row.public_id, "status": row.status}).data)


class CommandView(APIView):
    """Does one step of a run."""

    @extend_schema(
        request=CommandIn, responses=AnswerOut, parameters=[KEY], operation_id="do_step", tags=["driver"]
    )  # fmt: skip
    def post(self, request: Request, run_id: UUID) -> Response:
        """Do one step, once under each key; `not_yet` means: send it again later under the same key."""
        driver = driver_asking(request)
        run = run_of(driver, run_id)
        valid(CommandIn(data=request.data))
        form = StepForm(plain(request) | {"key": request.headers.get("Idempotency-Key", "")}, request.FILES)
        if not form.is_valid():
            raise InvalidInput(form.sentence())
        key = form.cleaned_data["key"]
        answer = obey(driver_id=driver.pk, run_id=run.pk, key=key, order=form.order(), now=timezone.now())
        return Response(AnswerOut({"code": answer.code, "message": answer.message}).data, status=answer.status)


class PositionView(APIView):
    """Takes a run's position."""

    @extend_schema(request=PositionIn, responses=TakenOut, operation_id="tell_position", tags=["driver"])
    def post(self, request: Request, run_id: UUID) -> Response:
        """Tell where the run is; dropped when it comes too often or the run is over."""
        run = run_of(driver_asking(request), run_id)
        told = valid(PositionIn(data=request.data))
        heading = told.get("heading")
        taken = record_position(
            run_id=run.pk, lat=told["lat"], lng=told["lng"], now=timezone.now(),
            heading=None if heading is None else round(heading),
        )  # fmt: skip
        return Response(TakenOut({"taken": taken}).data)


class MyRunView(APIView):
    """Gives the run under way."""

    @extend_schema(responses=RunOut, operation_id="my_run", tags=["driver"])
    def get(self, request: Request) -> Response:
        """The run under way with its steps, as far as they may be told."""
        run = active_run_of(driver_asking(request))
        if run is None:
            raise NoRun
        return Response(RunOut(run_page(run, timezone.now())).data)


def driver_asking(request: Request) -> Driver:
    """The driver who asks; not found for everybody else."""
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return at_the_wheel(request.user)


def valid(serializer: Any) -> dict[str, Any]:
    """What a serializer makes of the input; what it cannot use is one 400 with all complaints."""
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def plain(request: Request) -> dict[str, Any]:
    """The fields of a request, whether they came as JSON or as a form."""
    data: Any = request.data
    return {str(name): data[name] for name in data}
