"""Runs `localstripe`, a stand-in for Stripe's API, as a process of its own on a free port.

It knows payment intents, customers, refunds and 3-D Secure, but neither idempotency keys nor the
amount captured, and it never checks a refund against what was taken. So the contract asks those of
the built-in gateway alone, and that the Stripe one sends its keys is tested on the wire.
"""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import requests

API_KEY = "sk_test_homeward"
PUBLIC_KEY = "pk_test_homeward"
# It refuses parameters that it does not know, and the one by which a script shows the bank's check is among them.
PROGRAM = """
from localstripe import resources, server
create = resources.PaymentIntent._api_create
resources.PaymentIntent._api_create = classmethod(lambda cls, use_stripe_sdk=None, **data: create(**data))
server.start()
"""


@contextmanager
def localstripe() -> Iterator[str]:
    """Base URL of a fresh server that stops when the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", PROGRAM, "--port", str(port), "--from-scratch"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    base = f"http://127.0.0.1:{port}"
    try:
        _wait(base, process)
        yield base
    finally:
        process.terminate()
        process.wait(timeout=10)


def pass_challenge(base: str, intent_id: str, client_secret: str, passed: bool) -> None:
    """Answer a 3-D Secure challenge as Stripe's script in the cardholder's browser would."""
    url = f"{base}/v1/payment_intents/{intent_id}/_authenticate"
    data = {"key": "pk_test_homeward", "client_secret": client_secret, "success": str(passed).lower()}
    requests.post(url, data=data, timeout=5)  # a card that the bank declines afterwards answers 402 here


def _wait(base: str, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(200):
        if process.poll() is not None:
            break
        try:
            requests.get(f"{base}/js.stripe.com/v3/", timeout=1)
        except requests.ConnectionError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("localstripe did not start")
