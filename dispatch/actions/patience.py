"""What happens when a row stays locked by others for longer than anybody should wait: see `common.patience`."""

from common.errors import Busy
from common.patience import refuse_when_busy

__all__ = ["Busy", "refuse_when_busy"]
