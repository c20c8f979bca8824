"""What the demo's stores sell: articles, departments, and each store's own price, stock and aisle."""

from collections.abc import Iterator

from django.db import transaction

from dispatch.simulator.seed.places import aisle_name
from stores import catalogue_data
from stores.catalogue_data import CatalogueItem, shelf_of
from stores.models import Aisle, Department, Item, Store, StoreItem

BATCH = 2_000


@transaction.atomic
def seed_shelves(stores: dict[str, Store]) -> int:
    """Put every article on every store's shelf; return how many places on shelves there are."""
    places = StoreItem.objects.filter(store__in=stores.values())
    if places.count() == len(stores) * len(catalogue_data.items()):
        return places.count()  # all there: a second run costs nothing
    items = _seed_items()
    aisles = {(aisle.store_id, aisle.name): aisle for aisle in Aisle.objects.filter(store__in=stores.values())}
    rows = (row for slug, store in stores.items() for row in _shelf(slug, store, items, aisles))
    StoreItem.objects.bulk_create(rows, ignore_conflicts=True, batch_size=BATCH)
    return places.count()


def _seed_items() -> dict[str, Item]:
    Department.objects.bulk_create(
        (
            Department(
                code=part.code,
                name=part.name,
                name_es=part.name_es,
                tile=part.tile,
                tint=part.tint,
                position=part.position,
            )
            for part in catalogue_data.departments()
        ),
        ignore_conflicts=True,
    )
    departments = Department.objects.in_bulk(field_name="code")
    listed = catalogue_data.items()
    Item.objects.bulk_create((_item(one, departments[one.department]) for one in listed), ignore_conflicts=True)
    items = Item.objects.in_bulk([one.sku for one in listed], field_name="sku")
    links = Item.alternatives.through
    links.objects.bulk_create(
        (
            links(from_item=items[one.sku], to_item=items[other])  # type: ignore[misc]  # stubs take it for an Item
            for one in listed
            for other in one.alternatives
        ),
        ignore_conflicts=True,
        batch_size=BATCH,
    )
    return items


def _item(one: CatalogueItem, department: Department) -> Item:
    return Item(
        sku=one.sku,
        upc=one.upc,
        name=one.name,
        maker=one.maker,
        description=one.description,
        keywords=one.keywords,
        name_es=one.name_es,
        kind=one.kind,
        size_group=one.size_group,
        marks=list(one.marks),
        allergens=list(one.allergens),
        has_alcohol=one.has_alcohol,
        department=department,
        subcategory=one.subcategory,
        tile=one.tile,
        unit_amount=one.unit_amount,
        unit=one.unit,
        is_weighed=one.is_weighed,
        piece_pounds=one.piece_pounds,
        grams=one.grams,
        room=one.room,
        cold_class=one.cold_class,
        age_limit=one.age_limit,
        is_taxable=one.is_taxable,
        is_snap=one.is_snap,
    )


def _shelf(
    slug: str, store: Store, items: dict[str, Item], aisles: dict[tuple[int, str], Aisle]
) -> Iterator[StoreItem]:
    names = {sign.number: aisle_name(sign.number, sign.name) for sign in catalogue_data.aisles(slug)}
    for one in catalogue_data.items():
        shelf = shelf_of(slug, one)
        yield StoreItem(
            store=store,
            item=items[one.sku],
            aisle=aisles.get((store.pk, names[shelf.aisle])),
            price_cents=shelf.price_cents,
            stock=shelf.stock,
        )
