"""What the steps of a run are refused with."""

from common.errors import DomainError


class NotYet(DomainError):
    """An earlier step has not reached us yet. Your phone keeps this one and sends it again."""

    code = "not_yet"


class ProofMissing(NotYet):
    """What shows that this was delivered is still missing."""

    code = "proof_missing"


class RunIsOver(DomainError):
    """This run is over, or this delivery is no longer part of it. Nothing more is asked of you."""

    code = "run_is_over"


class WrongStop(DomainError):
    """This step does not belong to this stop."""

    code = "wrong_stop"
    status = 400


class TooFarAway(DomainError):
    """Your phone says that you are far from this stop. Go there first."""

    code = "too_far_away"


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


class BadPhoto(DomainError):
    """This file is not a photo we can keep. Take it again; JPEG, PNG and WebP up to 10 MB work."""

    code = "bad_photo"
    status = 400


class NoIdCheck(DomainError):
    """This order holds age-restricted goods: check an ID and that the person is of age, or bring it back with pay."""

    code = "no_id_check"
    status = 400
