"""`python manage.py prune`: forget rows whose time is over; `--dry-run` only counts them."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from config.pruning import prune
from config.retention import retentions


class Command(BaseCommand):
    help = "Forget what is kept long enough. Beat does so each hour; this goes on until all is done."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count, delete nothing")
        parser.add_argument("--seconds", type=float, default=3_600.0, help="stop after this long")

    def handle(self, *_args: Any, **options: Any) -> None:
        now = timezone.now()
        if options["dry_run"]:
            found = {retention.kind: retention.over(now).count() for retention in retentions()}
        else:
            found = prune(now=now, seconds=options["seconds"])
        for retention in retentions():
            kept = f"kept {retention.days} days: {retention.why}"
            self.stdout.write(f"{found[retention.kind]:>9} {retention.kind:<15} {kept}")
