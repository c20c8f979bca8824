"""`python manage.py doctor`: how every part is, and with `--json` what happened today."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError
from django.utils import timezone

from config.checkup import OK, PROBLEM, Finding, examine
from config.demo_facts import running_demo
from dispatch.queries.health import stuck, todays_counts
from ledger.queries import ledger_sum


class Command(BaseCommand):
    help = "Explain the state of every part of this installation."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="for programs, with today's counts")
        parser.add_argument("--strict", action="store_true", help="exit with 1 when there is a problem")

    def handle(self, *_args: Any, **options: Any) -> None:
        findings = examine()
        today = _today()
        if options["json"]:
            self.stdout.write(json.dumps(_report(findings, today), indent=2))
        else:
            self._show(findings, today)
        if options["strict"] and any(finding.state == PROBLEM for finding in findings):
            raise SystemExit(1)

    def _show(self, findings: list[Finding], today: dict[str, Any]) -> None:
        colours = {OK: self.style.SUCCESS, PROBLEM: self.style.ERROR}
        for finding in findings:
            colour = colours.get(finding.state, self.style.WARNING)
            self.stdout.write(f"{colour(f'{finding.state:<8}')} {finding.name:<12} {finding.detail}")
        counts = {name: count for name, count in today.items() if name != "stuck_things"}
        if counts:
            self.stdout.write("\nToday: " + ", ".join(f"{name.replace('_', ' ')} {n}" for name, n in counts.items()))
        for kind, count in today.get("stuck_things", {}).items():
            self.stdout.write(self.style.ERROR(f"stuck: {count} {kind}"))


def _today() -> dict[str, Any]:
    """Today's counts; empty while the database cannot tell."""
    now = timezone.now()
    try:
        things = stuck(now)
        return {
            **asdict(todays_counts(now)),
            "ledger_sum_cents": ledger_sum(),
            "stuck": sum(thing.count for thing in things),
            "stuck_things": {thing.kind: thing.count for thing in things},
        }
    except DatabaseError:
        return {}


def _report(findings: list[Finding], today: dict[str, Any]) -> dict[str, Any]:
    demo = running_demo()
    return {
        "ok": not any(finding.state == PROBLEM for finding in findings),
        "checks": [asdict(finding) for finding in findings],
        "today": today,
        "base_url": demo.get("base_url"),
        "logins": demo.get("logins", []),
    }
