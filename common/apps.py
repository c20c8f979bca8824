from django.apps import AppConfig

from common.sheets import harden_library


class CommonConfig(AppConfig):
    name = "common"

    def ready(self) -> None:
        harden_library()
