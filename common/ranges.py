"""Ranges of moments, for exclusion constraints."""

from django.contrib.postgres.fields import DateTimeRangeField
from django.db.models import Func


class TstzRange(Func):
    """A half-open range of moments."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()
