"""`python manage.py simulate_demo_day`: people of the demo live a day over the running services, until stopped."""

import signal
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from dispatch.simulator.day.life import live


class Command(BaseCommand):
    help = "Let shoppers, staff and drivers of the demo act in real time. Needs seed_demo, and web, worker and beat."
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("simulate_demo_day orders with test cards: it runs with DEBUG=on only.")
        signal.signal(signal.SIGTERM, _stop)
        try:
            live()
        except KeyboardInterrupt:
            self.stdout.write("The day is over.")


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
