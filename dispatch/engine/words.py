"""One plain sentence for a driver: why me, why not me (English and Spanish)."""

from math import ceil
from typing import Literal

from dispatch.engine.explain import Consideration, Reason

Language = Literal["en", "es"]
METRES_PER_MILE = 1_609.344

SENTENCES: dict[Reason, tuple[str, str]] = {
    Reason.CHOSEN: (
        "Of {fitting} trips it fits, yours goes nearest by: {added}.",
        "De {fitting} viajes en los que cabe, el tuyo es el que pasa más cerca: {added}.",
    ),
    Reason.OWN_VAN: (
        "No driver's trip takes it, so it goes with the store's own van: {added}.",
        "Ningún viaje lo toma, así que va en la camioneta de la tienda: {added}.",
    ),
    Reason.CLOSER_TRIP: (
        "It fits your trip ({added}), but another trip passes closer.",
        "Cabe en tu viaje ({added}), pero otro viaje pasa más cerca.",
    ),
    Reason.OTHER_DELIVERY: (
        "It would fit ({added}), but another delivery fits your trip better.",
        "Cabría ({added}), pero otra entrega se ajusta mejor a tu viaje.",
    ),
    Reason.FITS: ("It fits your trip: {added}.", "Cabe en tu viaje: {added}."),
    Reason.TOO_FAR_METRES: (
        "It would add {miles} mi, {over_miles} mi more than you allow.",
        "Sumaría {miles} mi, {over_miles} mi más de lo que permites.",
    ),
    Reason.TOO_LONG_SECONDS: (
        "It would add {minutes} min, {over_minutes} min more than you allow.",
        "Sumaría {minutes} min, {over_minutes} min más de lo que permites.",
    ),
    Reason.ROUTE_TOO_FAR: (
        "The whole drive would be {over_miles} mi over your distance limit.",
        "El recorrido completo pasaría {over_miles} mi de tu límite de distancia.",
    ),
    Reason.TOO_LATE: (
        "On your way it would reach the door {over_minutes} min late.",
        "En tu camino llegaría a la puerta {over_minutes} min tarde.",
    ),
    Reason.STORE_CLOSED: (
        "On your way you would reach the store {over_minutes} min after it closes.",
        "En tu camino llegarías a la tienda {over_minutes} min después del cierre.",
    ),
    Reason.ARRIVES_AFTER_LATEST: (
        "You would arrive {over_minutes} min after your latest arrival.",
        "Llegarías {over_minutes} min después de tu hora límite.",
    ),
    Reason.LEFT_ALREADY: ("Your departure window has passed.", "Tu hora de salida ya pasó."),
    Reason.NO_CAPACITY: ("There is not enough room in your vehicle.", "No hay suficiente espacio en tu auto."),
    Reason.TOO_HEAVY: (
        "It is heavier than what you carry.",
        "Pesa más de lo que llevas.",
    ),
    Reason.TOO_MANY_ORDERS: (
        "Your trip already has as many orders as you take.",
        "Tu viaje ya tiene todos los pedidos que aceptas.",
    ),
    Reason.COLD_CHAIN: (
        "Chilled food would be {over_minutes} min too long without a cold box.",
        "La comida fría pasaría {over_minutes} min de más sin hielera.",
    ),
    Reason.ITEM_TOO_HEAVY: (
        "It has an item heavier than your limit.",
        "Tiene un artículo más pesado que tu límite.",
    ),
    Reason.NO_COLD_BOX: ("It needs a cold box.", "Necesita una hielera."),
    Reason.NO_ALCOHOL: ("It has alcohol, which you do not take.", "Lleva alcohol, que no aceptas."),
    Reason.NO_STAIRS: ("It has stairs, which you do not take.", "Tiene escaleras, que no aceptas."),
    Reason.NO_PETS: ("There are pets, which you avoid.", "Hay mascotas, que evitas."),
    Reason.NO_TOLLS: ("It crosses a toll or bridge you avoid.", "Cruza un peaje o puente que evitas."),
    Reason.NO_DARK: ("It would be driven in the dark.", "Habría que conducir de noche."),
    Reason.NO_AGE_CHECK: (
        "It needs an age check, which you do not take.",
        "Requiere verificar la edad, que no aceptas.",
    ),
    Reason.STORE_EXCLUDED: ("It comes from a store you left out.", "Sale de una tienda que excluiste."),
    Reason.DECLINED: (
        "You passed on it before; that is never held against you.",
        "Ya la dejaste pasar; eso nunca cuenta en tu contra.",
    ),
    Reason.BAD_ROW: ("Its details cannot be used yet.", "Sus datos aún no se pueden usar."),
}


ONLY = (
    "Yours is the only trip it fits: {added}.",
    "El tuyo es el único viaje en el que cabe: {added}.",
)


def sentence(row: Consideration, *, fitting: int = 1, language: Language = "en") -> str:
    """Say a consideration in one sentence; `fitting` is how many trips the delivery fits."""
    # Rounded up, as on every page: what a driver adds is never shown smaller than it is.
    miles, minutes = ceil(round(row.added_m / METRES_PER_MILE * 10, 6)) / 10, ceil(row.added_s / 60)
    words = ONLY if row.reason == Reason.CHOSEN and fitting <= 1 else SENTENCES[row.reason]
    return words[language == "es"].format(
        fitting=fitting,
        added=f"+{max(0, minutes)} min, +{max(0.0, miles):.1f} mi",
        miles=f"{miles:.1f}",
        minutes=minutes,
        over_miles=f"{max(0.1, row.over / METRES_PER_MILE):.1f}",
        over_minutes=max(1, -(-row.over // 60)),
    )
