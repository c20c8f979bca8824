"""Why a statement is held, in the words of who reads it. What is stored is English; it is said in any language."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

BANK_SENT_BACK = re.compile(r"The bank sent it back \((?P<code>\w+)\): (?P<reason>.+)\.")
# The bank's reasons are words of `providers.bank.base`, which knows no Django: they are marked for translators here.
BANK_REASONS = (
    gettext_noop("not enough money"),
    gettext_noop("the account is closed"),
    gettext_noop("there is no such account, or it is somebody else's"),
    gettext_noop("the account number is not valid"),
    gettext_noop("the authorisation was withdrawn"),
    gettext_noop("the account's owner did not expect it"),
    gettext_noop("the account is frozen"),
    gettext_noop("the account does not take such payments"),
    gettext_noop("the account's owner did not authorise it"),
    gettext_noop("returned by the bank"),
)


def spoken_hold(reason: str) -> str:
    """A stored reason to hold a statement, in the reader's language."""
    sent_back = BANK_SENT_BACK.fullmatch(reason)
    if sent_back is None:
        return _(reason)
    told = _("The bank sent it back (%(code)s): %(reason)s.")
    return told % {"code": sent_back["code"], "reason": _(sent_back["reason"])}
