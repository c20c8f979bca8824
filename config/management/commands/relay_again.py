"""`python manage.py relay_again`: send the events that were set aside once more, after what was wrong is repaired."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from dispatch.queries.health import events_set_aside
from events.actions.relay import relay_again


class Command(BaseCommand):
    help = "Give the events that the relay set aside their attempts anew."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="list them, change nothing")

    def handle(self, *_args: Any, **options: Any) -> None:
        now = timezone.now()
        if not options["dry_run"]:
            self.stdout.write(f"{relay_again(now=now)} will be sent again.")
            return
        for event in events_set_aside(now).order_by("pk"):
            self.stdout.write(f"{event.pk} {event.topic} {event.payload}: {event.trouble}")
