"""What a browser may load and run on our pages."""

from collections.abc import Sequence
from typing import Any

from csp.constants import SELF, UNSAFE_EVAL

# The admin's theme ships the evaluating build of Alpine: it alone is allowed to, under its own path.
ADMIN_CONTENT_SECURITY_POLICY = {"script-src": [UNSAFE_EVAL], "style-src": ["'unsafe-inline'"]}


def content_policy(*, connect: Sequence[str]) -> dict[str, Any]:
    """Our own files only; `connect` names the other addresses that scripts may ask."""
    return {
        "DIRECTIVES": {
            "default-src": [SELF],
            "script-src": [SELF],
            "style-src": [SELF],
            "img-src": [SELF, "data:", "blob:"],
            "font-src": [SELF],
            "connect-src": [SELF, *connect],
            "worker-src": [SELF, "blob:"],
            "frame-ancestors": ["'none'"],
            "form-action": [SELF],
            "base-uri": ["'none'"],
            "object-src": ["'none'"],
        },
    }
