"""Every address of Homeward, read from the resolver."""

from collections.abc import Iterator, Mapping

from django.contrib import admin
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.conventions.access import Page

ONLY_IN_DEVELOPMENT = {"look", "look_map", "look_streets"}


def names() -> set[str]:
    """Every address by its name; rows of the admin are another matter."""
    rows = {f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry}

    def is_row(name: str) -> bool:
        return name.startswith("admin:") and name.removeprefix("admin:").rpartition("_")[0] in rows

    return {name for name in walk(get_resolver()) if not is_row(name)} - ONLY_IN_DEVELOPMENT


def walk(resolver: URLResolver, namespaces: tuple[str, ...] = ()) -> Iterator[str]:
    """Names of all patterns below a resolver; one without a name is given as its pattern, and no table has that."""
    for part in resolver.url_patterns:
        if isinstance(part, URLPattern):
            if part.name or namespaces != ("admin",):  # the admin's catch-all and its old addresses have none
                yield ":".join([*namespaces, part.name or str(part.pattern)])
        else:
            yield from walk(part, (*namespaces, part.namespace) if part.namespace else namespaces)


def address(name: str, page: Page, things: Mapping[str, str]) -> str:
    """The address of a page about some things; what is no thing of the city goes in as it is."""
    return reverse(name, kwargs={key: things.get(thing, thing.replace(" ", "-")) for key, thing in page.ids.items()})
