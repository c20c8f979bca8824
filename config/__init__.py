"""Edges that see everything: settings, urls, subscriptions, commands of the whole house."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
