"""Reads a page's form as a browser does, so that a test can send it back as it was filled in."""

from html.parser import HTMLParser


class _Forms(HTMLParser):
    """Collects each form's action and the fields a browser would send without anybody touching them."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, list[str]]]] = []
        self._fields: dict[str, list[str]] | None = None
        self._select: tuple[str, list[str]] | None = None
        self._area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._fields = {}
            self.forms.append((told.get("action", ""), self._fields))
        elif self._fields is not None:
            self._take(tag, told)

    def _take(self, tag: str, told: dict[str, str]) -> None:
        name = told.get("name", "")
        if tag == "input" and name and (told.get("type") not in ("checkbox", "radio") or "checked" in told):
            self._put(name, told.get("value", "on" if told.get("type") == "checkbox" else ""))
        elif tag == "select":
            self._select = (name, [])
        elif tag == "option" and self._select and ("selected" in told or not self._select[1]):
            self._select[1][:] = [told.get("value", "")]
        elif tag == "textarea":
            self._area = name
            self._put(name, "")

    def handle_data(self, data: str) -> None:
        if self._area and self._fields is not None:
            self._fields[self._area][-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self._select and self._fields is not None:
            name, values = self._select
            self._fields.setdefault(name, []).extend(values)
            self._select = None
        elif tag == "textarea":
            self._area = None
        elif tag == "form":
            self._fields = None

    def _put(self, name: str, value: str) -> None:
        assert self._fields is not None
        self._fields.setdefault(name, []).append(value)


def form_of(page: str, field: str) -> dict[str, list[str]]:
    """The values of the page's first form that has a field, as they would be sent untouched."""
    reader = _Forms()
    reader.feed(page)
    return next(fields for _action, fields in reader.forms if field in fields)
