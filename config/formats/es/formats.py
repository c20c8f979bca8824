"""Numbers as Spanish speakers of the United States write them: a point before the cents, a comma between thousands."""

DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
