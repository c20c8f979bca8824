"""`python manage.py seed_demo`: two cities with their stores, people and a past, for a demo."""

from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.demo_facts import tell_demo_facts
from dispatch.simulator.seed.demo import logins, seed_demo
from dispatch.simulator.streets import write_streets

WINDOWS_TOLD = (
    "Stores of the demo never close, and a window takes orders until 15 minutes before it ends:"
    " at any hour an order can be placed for delivery at once."
)


class Command(BaseCommand):
    help = "Fill the database with the demo's cities, stores and people. Safe to run twice; needs DEBUG."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--base-url", default=settings.BASE_URL, help="address to print before each page")

    def handle(self, *_args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("seed_demo makes accounts with a known password: it runs with DEBUG=on only.")
        if settings.ROUTING_PROVIDER == "graph" and settings.ROUTING_GRAPH:
            write_streets(Path(settings.ROUTING_GRAPH))
        for line in seed_demo(now=timezone.now()):
            self.stdout.write(line)
        self.stdout.write(WINDOWS_TOLD)
        tell_demo_facts({"logins": [asdict(login) for login in logins()]})
        base_url = str(options["base_url"]).rstrip("/")
        for login in logins():
            self.stdout.write(f"{login.role:<12} {login.email:<38} {login.password:<16} {base_url}{login.page}")
