-- The rows that one order writes, and nothing else: no reading of baskets, no prices, no HTTP, no gateway.
\set item :first_item + random(0, 290)
\set last :item + :lines - 1
SELECT nextval('bench_floor') AS cart \gset
BEGIN;
INSERT INTO orders_payment (public_id, purpose, cart_id, shopper_id, key, status, card_token, card_brand, card_last4,
    amount_cents, shown_cents, captured_cents, hold_ref, receipt_ref, challenge_ref, challenge_url, refusal_code, refusal,
    retry_at, attempts, created_at, updated_at)
VALUES (gen_random_uuid(), 'order', :cart, :shopper, 'order:' || gen_random_uuid() || ':1', 'holding', 'card_0', 'visa',
    '4242', 7000, 6000, 0, '', '', '', '', '', '', now(), 0, now(), now()) RETURNING id AS payment \gset
COMMIT;
BEGIN;
UPDATE orders_windowhold SET sold_at = now() WHERE cart_id = :cart;
UPDATE stores_storeitem SET stock = stock - 1 WHERE id BETWEEN :item AND :last;
INSERT INTO orders_order (public_id, number, shopper_id, store_id, window_id, checkout_key, status, currency, placed_at,
    contact_name, phone, line1, line2, city, state, zip_code, lat, lng, instructions, gate_code, leave_at_door, passcode,
    age_limit, subtotal_cents, delivery_fee_cents, statutory_fee_cents, statutory_fee_label, tax_cents, tip_cents,
    total_cents, hold_cents, bag_count, handover_code, cancel_reason)
VALUES (gen_random_uuid(), 'F' || :payment::text, :shopper, :store, :window, gen_random_uuid(), 'placed', 'USD', now(),
    'Shopper', '', '1 Riverside Dr', '', 'Nashville', 'TN', '37206', 36.17, -86.75, '', '', false, '',
    0, 4000, 995, 0, '', 250, 500, 5745, 7000, 0, '4711', '') RETURNING id AS placed \gset
INSERT INTO orders_line (public_id, order_id, store_item_id, name, quantity, price_cents, is_weighed, estimated_pounds,
    estimated_cents, tax_bp, is_snap, age_limit, cold_class, grams, room, wish, status, picked_quantity, refunded_cents)
SELECT gen_random_uuid(), :placed::bigint, n, 'Item', 1, 500, false, 0, 500, 625, true, 0, 'ambient', 500, 1, 'best',
    'to_pick', 0, 0 FROM generate_series(:item::bigint, :last::bigint) n;
INSERT INTO events_statuschange (kind, object_id, from_status, to_status, at, actor, reason)
VALUES ('order', :placed, '', 'placed', now(), 'user:00000000-0000-0000-0000-000000000000', '');
INSERT INTO events_event (topic, payload, at, attempts)
VALUES ('order.placed', jsonb_build_object('order_id', :placed::bigint), now(), 0);
UPDATE orders_cart SET ordered_at = now() WHERE id = :cart;
UPDATE orders_payment SET status = 'held', order_id = :placed, hold_ref = 'hold_0', updated_at = now() WHERE id = :payment;
INSERT INTO events_statuschange (kind, object_id, from_status, to_status, at, actor, reason)
VALUES ('payment', :payment, 'holding', 'held', now(), 'system', '');
COMMIT;
