from orders.models.addresses import Address
from orders.models.carts import Cart, CartLine, ParkedLine, WindowHold, Wish
from orders.models.orders import Line, Order, ShortReason, Staging, Substitution
from orders.models.payments import Payment, Refund, TipChange
from orders.models.reports import GatewayReport

__all__ = [
    "Address",
    "Cart",
    "CartLine",
    "GatewayReport",
    "Line",
    "Order",
    "ParkedLine",
    "Payment",
    "Refund",
    "ShortReason",
    "Staging",
    "Substitution",
    "TipChange",
    "WindowHold",
    "Wish",
]
