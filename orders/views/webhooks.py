"""Where the card gateway reports: signed, or nothing is read and nothing is kept."""

from django.http import HttpRequest, HttpResponse
from django.http.request import RawPostDataException
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from orders.actions.reports import keep_report
from providers.payments.base import BadSignature
from providers.payments.gateway import gateway


@csrf_exempt  # a gateway has no form of ours: the signature over the body says who sends
@require_POST
def payments(request: HttpRequest) -> HttpResponse:
    """Keep a genuine report and say so at once; what it means is worked out after."""
    now = timezone.now()
    try:
        event = gateway().verify_webhook(headers=request.headers, body=request.body, now=now)
    except RawPostDataException:  # a form with files: no gateway sends one, and its bytes are gone
        return HttpResponse("A report is a signed text, not a form.\n", status=400, content_type="text/plain")
    except BadSignature as fault:
        return HttpResponse(f"{fault}\n", status=400, content_type="text/plain")
    keep_report(event=event, now=now)
    return HttpResponse(status=204)
