"""What stands around a road engine bears its name."""

from providers.routing.base import Routing


class Around:
    """Something that adds to an engine: it answers under the engine's name and version, with the engine's estimator."""

    def __init__(self, engine: Routing) -> None:
        """Take the engine."""
        self.engine = engine

    @property
    def name(self) -> str:
        """The engine's."""
        return self.engine.name

    @property
    def version(self) -> str:
        """The engine's."""
        return self.engine.version

    @property
    def estimator(self) -> Routing:
        """The engine's."""
        return self.engine.estimator
