"""How people and roads behave in a simulated day, under all policies alike; as in a replay (docs/how-to/replay.md).

Whether an offer is taken follows the engine's documented belief about pay per added hour (`engine/acceptance.py`).
"""

OVERLOOKED = 0.08  # offers that nobody looks at
LOOKS_AFTER = (4.0, 55.0)  # seconds until a driver has looked at an offer
NO_SHOWS = 0.015  # drivers who claim and never come
PACE = (0.92, 1.12)  # of one driver against what the road engine says
TRAFFIC = (0.9, 1.2)  # of one leg
AT_STORE = (60.0, 240.0)  # seconds
AT_DOOR = (100.0, 260.0)
