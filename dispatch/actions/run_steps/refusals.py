"""What the steps of a run are refused with."""

from common.errors import DomainError


class NotYet(DomainError):
    """An earlier step has not reached us yet. Your phone keeps this one and sends it again."""

    code = "not_yet"


class ProofMissing(NotYet):
    """What shows that this was delivered is still missing."""

    code = "proof_missing"


class NotArrived(NotYet):
    """Tap “I am at the door” first, once you are there."""


class RingFirst(NotYet):
    """Ring or knock first, and tap that you did: the shopper is told on the order page."""


class WaitAtDoor(NotYet):
    """Wait at the door a little longer. This is sent by itself when the time is over."""

    code = "wait_at_door"


class RunIsOver(DomainError):
    """This run is over, or this delivery is no longer part of it. Nothing more is asked of you."""

    code = "run_is_over"


class WrongStop(DomainError):
    """This step does not belong to this stop."""

    code = "wrong_stop"
    status = 400


class TooFarAway(DomainError):
    """Your phone says that you are far from this stop. Go there, or say why your phone is wrong."""

    code = "too_far_away"


class SayWhy(DomainError):
    """Your phone does not show you at this door. Say why, and add a photo: you are paid, and operations looks at it."""

    code = "say_why"


class PinTooFar(DomainError):
    """A pin can be moved by a mile at most. Finish here with a photo and a reason; operations puts the rest right."""

    code = "pin_too_far"


class NoPosition(DomainError):
    """Your phone told no position, so the pin stays where it is. Allow the position and try again."""

    code = "no_position"
    status = 400


class NotHandedOver(DomainError):
    """The store has not handed these bags over yet. Ask for the four-digit code and type it in."""

    code = "not_handed_over"


class WrongCode(DomainError):
    """That is not the right code."""

    code = "wrong_code"


class CodeLocked(DomainError):
    """Too many wrong codes. Typing is locked here, and operations has been told."""

    code = "code_locked"
    status = 423


class WrongBagCount(DomainError):
    """The number of bags differs from what was staged. Count again, and ask the store for the missing one."""

    code = "wrong_bag_count"


class HandedOverAlready(DomainError):
    """These bags were handed over already. Nothing was changed."""

    code = "handed_over_already"


class BadPhoto(DomainError):
    """This file is not a photo we can keep. Take it again; JPEG, PNG and WebP up to 10 MB work."""

    code = "bad_photo"
    status = 400


class NoIdCheck(DomainError):
    """This order holds age-restricted goods: check an ID and that the person is of age, or bring it back with pay."""

    code = "no_id_check"
    status = 400
