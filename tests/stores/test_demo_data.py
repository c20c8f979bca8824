"""The demo's catalogue, places and people hold together."""

from collections import Counter
from datetime import time
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import zipcodes

from common.geo import haversine_metres
from providers.geocoding.address import street_key
from stores.catalogue_data import AisleSign, CatalogueItem, Shelf, aisles, departments, items, shelf_of
from stores.data_reader import BadData, build, build_from_text
from stores.named_data import named_places
from stores.world_data import WEEKDAYS, MarketPlace, StorePlace, Tax, markets, people, window_rules

TILES = Path(__file__).parents[2] / "static" / "tiles"
ITEMS = {item.sku: item for item in items()}
STORES = [store for market in markets() for store in market.stores]
MARKETS = {market.code: market for market in markets()}
NOT_FOOD = {"household", "personal-care", "pet"}


def check_digit(body: str) -> int:
    return -sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body))) % 10


def centroid(zip_code: str) -> tuple[float, float]:
    found = zipcodes.matching(zip_code)  # type: ignore[no-untyped-call]  # the package has no types
    assert found, f"{zip_code} is no ZIP code"
    return float(found[0]["lat"]), float(found[0]["long"])


def near(place: tuple[float, float], other: tuple[float, float], metres: float) -> bool:
    return haversine_metres(*place, *other) <= metres


def test_about_three_hundred_items_fill_every_department() -> None:
    per_department = Counter(item.department for item in items())

    assert 290 <= len(items()) <= 320
    assert set(per_department) == {department.code for department in departments()}
    assert min(per_department.values()) >= 9


def test_skus_upcs_and_names_are_unique() -> None:
    assert len(ITEMS) == len(items())
    assert len({item.upc for item in items()}) == len(items())
    assert len({item.name for item in items()}) == len(items())


@pytest.mark.parametrize("item", items(), ids=lambda item: item.sku)
def test_an_item_is_complete_and_sensible(item: CatalogueItem) -> None:
    assert 0 < len(item.name) <= 60
    assert all((item.maker, item.subcategory, item.keywords))
    assert item.description.endswith(".")
    assert len(item.description) <= 120
    assert item.price_cents > 0
    assert item.unit_amount > 0
    assert item.grams > 0
    assert item.room >= 1
    assert item.unit in {"lb", "oz", "ct", "fl_oz", "gal", "sq_ft"}
    assert item.cold_class in {"ambient", "chilled", "frozen"}
    assert item.is_weighed == (item.piece_pounds is not None)


@pytest.mark.parametrize("item", items(), ids=lambda item: item.sku)
def test_a_upc_is_valid_and_kept_for_use_inside_a_company(item: CatalogueItem) -> None:
    assert len(item.upc) == 12
    assert int(item.upc[-1]) == check_digit(item.upc[:-1])
    assert item.upc.startswith("2" if item.is_weighed else "04")


def test_every_picture_exists_and_is_a_plain_svg() -> None:
    named = {item.tile for item in items()} | {department.tile for department in departments()}

    for name in named:
        root = ET.parse(TILES / f"{name}.svg").getroot()
        assert root.get("viewBox") == "0 0 32 32"
        assert len(list(root.iter())) > 1
        assert not [node for node in root.iter() if node.tag.endswith(("script", "image", "foreignObject"))]
    assert "MIT License" in (TILES / "LICENSE").read_text()


def test_alternatives_are_of_the_same_kind() -> None:
    for item in items():
        for sku in item.alternatives:
            other = ITEMS[sku]
            assert other.sku != item.sku
            assert (other.department, other.subcategory) == (item.department, item.subcategory)
            assert (other.age_limit, other.is_snap) == (item.age_limit, item.is_snap)


def test_snap_buys_food_and_neither_alcohol_nor_hot_food_nor_goods() -> None:
    for item in items():
        if item.age_limit or item.department in NOT_FOOD or item.subcategory in {"Hot food", "Flowers"}:
            assert item.is_taxable, item.name
            assert not item.is_snap, item.name
    assert all(item.age_limit == 21 for item in items() if item.department == "beer-wine")
    assert sum(item.is_snap for item in items()) > 200


def test_a_store_has_the_same_shelf_each_time_and_prices_near_the_list() -> None:
    for store in STORES:
        for item in items():
            shelf = shelf_of(store.slug, item)
            assert shelf == shelf_of(store.slug, item)
            assert abs(shelf.price_cents - item.price_cents) * 100 <= 5 * item.price_cents
            assert shelf.stock >= 0


def test_few_items_are_out_of_stock_and_some_are_low() -> None:
    stocks = [shelf_of(store.slug, item).stock for store in STORES for item in items()]

    assert 0.01 < sum(stock == 0 for stock in stocks) / len(stocks) < 0.06
    assert 0.04 < sum(0 < stock < 5 for stock in stocks) / len(stocks) < 0.15


def test_stores_differ_in_prices_and_aisles() -> None:
    shelves: set[Shelf] = {shelf_of(store.slug, ITEMS["PAN012"]) for store in STORES}

    assert len(shelves) > 3


def test_every_shelf_is_in_an_aisle_of_its_store_and_cold_aisles_are_walked_last() -> None:
    order = {"ambient": 0, "chilled": 1, "frozen": 2}
    for store in STORES:
        signs: tuple[AisleSign, ...] = aisles(store.slug)
        numbers = [sign.number for sign in signs]
        assert len(numbers) == len(set(numbers))
        assert [order[sign.cold_class] for sign in signs] == sorted(order[sign.cold_class] for sign in signs)
        assert {shelf_of(store.slug, item).aisle for item in items()} <= set(numbers)


def test_frozen_goods_stand_in_frozen_aisles_only() -> None:
    frozen = {sign.number for sign in aisles("germantown") if sign.cold_class == "frozen"}

    for item in items():
        assert (item.cold_class == "frozen") == (shelf_of("germantown", item).aisle in frozen), item.name


def test_two_markets_of_five_stores_with_unique_slugs() -> None:
    assert [(market.code, len(market.stores)) for market in markets()] == [("nashville", 5), ("new-orleans", 5)]
    assert len({store.slug for store in STORES}) == 10


@pytest.mark.parametrize("market", markets(), ids=lambda market: market.code)
def test_stores_lie_in_their_market_and_zip(market: MarketPlace) -> None:
    for store in market.stores:
        here = (store.lat, store.lng)
        assert near(here, (market.lat, market.lng), 25_000)
        assert near(here, centroid(store.zip_code), 3_500), store.name
        assert store.zip_code in store.service_zips


@pytest.mark.parametrize("store", STORES, ids=lambda store: store.slug)
def test_a_store_serves_true_zips_within_its_radius(store: StorePlace) -> None:
    assert len(set(store.service_zips)) == len(store.service_zips) >= 4
    for code in store.service_zips:
        assert near((store.lat, store.lng), centroid(code), store.radius_metres)


@pytest.mark.parametrize("store", STORES, ids=lambda store: store.slug)
def test_windows_lie_within_opening_hours_and_do_not_overlap(store: StorePlace) -> None:
    for weekday in WEEKDAYS:
        opens, closes = store.hours.on(weekday)
        rules = [rule for rule in window_rules(store.windows) if weekday in rule.weekdays]
        slots = sorted(slot for rule in rules for slot in rule.slots())
        assert slots
        assert opens <= slots[0][0]
        assert slots[-1][1] <= closes
        assert all(before[1] <= after[0] for before, after in pairwise(slots))


def test_window_rules_cut_their_span_into_whole_windows_with_seats_and_a_fee() -> None:
    for rule in [*window_rules("city"), *window_rules("suburb")]:
        assert list(rule.slots())[-1][1] == rule.ends
        assert rule.seats > 0
        assert 695 <= rule.fee_cents <= 995
    assert next(window_rules("city")[0].slots()) == (time(9), time(11))


def test_staging_holds_all_three_cold_classes_under_unique_codes() -> None:
    for store in STORES:
        places = store.staging_places
        codes = places.ambient + places.chilled + places.frozen
        assert min(len(places.ambient), len(places.chilled), len(places.frozen)) >= 4
        assert len(set(codes)) == len(codes)


def test_tax_rates_name_their_source_and_metairie_has_its_own() -> None:
    new_orleans = MARKETS["new-orleans"]
    rates = {store.slug: new_orleans.tax_at(store) for store in new_orleans.stores}

    assert (rates["mid-city"].grocery_bp, rates["metairie"].grocery_bp) == (450, 350)
    assert MARKETS["nashville"].tax.general_bp == 975
    assert all("Set to your own rates" in tax.source for tax in [*rates.values(), MARKETS["nashville"].tax])


def test_people_are_many_and_have_addresses_of_their_own() -> None:
    everyone = people()
    emails = [
        each.email for group in (everyone.drivers, everyone.shoppers, everyone.staff, everyone.office) for each in group
    ]

    assert len(everyone.drivers) == 60
    assert len(everyone.shoppers) >= 80
    assert len(set(emails)) == len(emails)
    assert all(email.endswith(("@example.com", ".example")) for email in emails)


def test_phone_numbers_are_fictional_and_not_shared() -> None:
    phones = [each.phone for each in people().drivers] + [each.phone for each in people().shoppers]
    phones += [store.phone for store in STORES]

    assert all(phone[2:5] in {"615", "504"} and phone[5:10] == "55501" and len(phone) == 12 for phone in phones)
    assert len(set(phones)) == len(phones)


def test_shoppers_live_in_their_zip_where_a_store_delivers() -> None:
    for shopper in people().shoppers:
        here = (shopper.lat, shopper.lng)
        serving = [store for store in MARKETS[shopper.market].stores if shopper.zip_code in store.service_zips]
        assert near(here, centroid(shopper.zip_code), 3_500), shopper.name
        assert any(near(here, (store.lat, store.lng), store.radius_metres) for store in serving), shopper.name


def test_drivers_commute_inside_their_metro() -> None:
    for driver in people().drivers:
        market = MARKETS[driver.market]
        home, work = (driver.home.lat, driver.home.lng), (driver.work.lat, driver.work.lng)
        assert near(home, (market.lat, market.lng), 25_000), driver.name
        assert near(work, (market.lat, market.lng), 25_000), driver.name
        assert not near(home, work, 3_000), driver.name
        assert driver.leaves_home < driver.leaves_work
        assert driver.vehicle.room >= 192
        assert set(driver.weekdays) <= set(WEEKDAYS)


def test_each_store_has_a_manager_a_lead_and_a_picker() -> None:
    roles = {store.slug: Counter(each.role for each in people().staff if each.store == store.slug) for store in STORES}

    assert all(found == Counter(["manager", "lead", "picker"]) for found in roles.values())
    assert len(people().staff) == 30


def test_a_missing_field_is_named() -> None:
    with pytest.raises(BadData, match="missing \\['source'\\]"):
        build(Tax, {"grocery_bp": 1, "general_bp": 2})


def test_a_value_of_the_wrong_type_is_named() -> None:
    with pytest.raises(BadData, match=r"Tax\.general_bp"):
        build(Tax, {"grocery_bp": 1, "general_bp": "2", "source": ""})


def test_a_csv_flag_that_is_neither_0_nor_1_is_refused() -> None:
    row = dict.fromkeys(CatalogueItem.__dataclass_fields__, "1") | {"is_taxable": "yes"}

    with pytest.raises(BadData, match=r"CatalogueItem\.is_taxable"):
        build_from_text(CatalogueItem, row)


@pytest.mark.parametrize("market", MARKETS)
def test_every_street_and_stop_of_the_demo_has_a_name_that_can_be_typed(market: str) -> None:
    named = list(named_places(market))
    keys = {street_key(one.name) for one in named if one.kind == "street"}
    lines = [one.line1 for one in people().shoppers if one.market == market]
    lines += [store.line1 for store in MARKETS[market].stores]
    spots = {spot.label for one in people().drivers if one.market == market for spot in (one.home, one.work)}
    middle = (MARKETS[market].lat, MARKETS[market].lng)

    assert [line for line in lines if street_key(line) not in keys] == []
    assert spots <= {one.name for one in named}
    assert all(near((one.point.lat, one.point.lng), middle, 30_000) for one in named if one.point)
