-- What was earned, stated and sent keeps its amounts. The application's role has rights on few of these columns
-- (ledger/sql/app_role.sql); these triggers hold for every role that cannot switch them off, and say why.

CREATE FUNCTION payouts_refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% is kept: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payouts_kept';
END $$;

CREATE TRIGGER payouts_kept BEFORE DELETE OR TRUNCATE ON payouts_earning
    FOR EACH STATEMENT EXECUTE FUNCTION payouts_refuse_change();
CREATE TRIGGER payouts_kept BEFORE DELETE OR TRUNCATE ON payouts_statement
    FOR EACH STATEMENT EXECUTE FUNCTION payouts_refuse_change();
CREATE TRIGGER payouts_kept BEFORE DELETE OR TRUNCATE ON payouts_settlement
    FOR EACH STATEMENT EXECUTE FUNCTION payouts_refuse_change();
CREATE TRIGGER payouts_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON payouts_bankfile
    FOR EACH STATEMENT EXECUTE FUNCTION payouts_refuse_change();

-- An earning changes once: it joins a settlement that is still open. A statement is written for an open settlement,
-- and later only tells how it was paid. A settlement's total stands from the moment it is sent.
CREATE FUNCTION payouts_keep_amounts() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    free text[] := CASE TG_TABLE_NAME
        WHEN 'payouts_earning' THEN ARRAY['settlement_id']
        WHEN 'payouts_statement' THEN ARRAY['trace_number', 'hold_reason', 'returned_at', 'carried_to_id']
        ELSE ARRAY['status', 'total_cents', 'closed_at', 'closed_by', 'approved_at', 'approved_by', 'sent_at',
                   'sent_by', 'is_by_one_person', 'settled_at']
    END;
    was jsonb := CASE WHEN TG_OP = 'UPDATE' THEN to_jsonb(OLD) END;
    becomes jsonb := to_jsonb(NEW);
    joins bigint := nullif(becomes ->> 'settlement_id', '')::bigint;
BEGIN
    IF TG_OP = 'UPDATE' AND (becomes - free) IS DISTINCT FROM (was - free) THEN
        RAISE EXCEPTION '% is kept: only % may change', TG_TABLE_NAME, array_to_string(free, ', ')
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payouts_kept';
    END IF;
    IF TG_TABLE_NAME = 'payouts_settlement' THEN
        IF was ->> 'sent_at' IS NOT NULL AND becomes -> 'total_cents' <> was -> 'total_cents' THEN
            RAISE EXCEPTION 'a settlement that was sent keeps its total'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payouts_kept';
        END IF;
        RETURN NEW;
    END IF;
    IF joins IS NOT DISTINCT FROM (was ->> 'settlement_id')::bigint THEN
        RETURN NEW;
    END IF;
    IF was ->> 'settlement_id' IS NOT NULL
        OR NOT EXISTS (SELECT 1 FROM payouts_settlement s WHERE s.id = joins AND s.status = 'open') THEN
        RAISE EXCEPTION '% joins a settlement once, while it is open', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payouts_kept';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER payouts_amounts_kept BEFORE INSERT OR UPDATE ON payouts_earning
    FOR EACH ROW EXECUTE FUNCTION payouts_keep_amounts();
CREATE TRIGGER payouts_amounts_kept BEFORE INSERT OR UPDATE ON payouts_statement
    FOR EACH ROW EXECUTE FUNCTION payouts_keep_amounts();
CREATE TRIGGER payouts_amounts_kept BEFORE UPDATE ON payouts_settlement
    FOR EACH ROW EXECUTE FUNCTION payouts_keep_amounts();

-- Nothing is earned beside the books: at commit the ledger owes the driver exactly what the earning says.
CREATE FUNCTION payouts_check_booked() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    owed numeric;
BEGIN
    SELECT coalesce(-sum(entry.amount_cents), 0) INTO owed
    FROM ledger_posting posting
    JOIN ledger_entry entry ON entry.posting_id = posting.id
    JOIN ledger_account account ON account.id = entry.account_id
    JOIN drivers_driver driver ON driver.id = NEW.driver_id
    WHERE posting.kind = 'earning.' || NEW.kind AND posting.source = NEW.source
      AND account.code = 'driver:' || driver.public_id || ':payable';
    IF owed <> NEW.pay_cents + NEW.tip_cents + NEW.topup_cents THEN
        RAISE EXCEPTION 'earning % % is not booked: the ledger owes % cents for it', NEW.kind, NEW.source, owed
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payouts_booked';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER payouts_earning_booked AFTER INSERT ON payouts_earning
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payouts_check_booked();
