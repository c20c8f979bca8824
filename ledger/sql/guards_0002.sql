-- Guards of the ledger. Every function names its search path, temporary schema last: otherwise a session
-- could put a temporary table called ledger_entry in front of the real one and be judged by that.

-- 1. Append only. Statement triggers, because row triggers do not see TRUNCATE, and because an attempt
--    that would have touched nothing is refused like any other.
CREATE FUNCTION ledger_refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'ledger_append_only';
END $$;

CREATE TRIGGER ledger_account_append_only BEFORE UPDATE OR DELETE ON ledger_account
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_posting_append_only BEFORE UPDATE OR DELETE ON ledger_posting
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_entry_append_only BEFORE UPDATE OR DELETE ON ledger_entry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_periodlock_append_only BEFORE UPDATE OR DELETE ON ledger_periodlock
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();

-- Apart from the rest under one name, so that a test database's owner can disable just these.
CREATE TRIGGER ledger_no_truncate BEFORE TRUNCATE ON ledger_account
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_no_truncate BEFORE TRUNCATE ON ledger_posting
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_no_truncate BEFORE TRUNCATE ON ledger_entry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_no_truncate BEFORE TRUNCATE ON ledger_periodlock
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();

-- 2. A posting is stamped with the transaction that makes it, whatever the statement says, and its day must be open.
--    The shared lock lets postings run side by side but not beside the closing of a period.
CREATE FUNCTION ledger_stamp_posting() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    closed_before date;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('ledger.period'));
    NEW.txid := pg_current_xact_id()::text::bigint;
    NEW.posted_at := transaction_timestamp();
    NEW.occurred_on := (NEW.occurred_at AT TIME ZONE 'UTC')::date;
    SELECT max(lock.before) INTO closed_before FROM ledger_periodlock lock;
    IF NEW.occurred_on < closed_before THEN
        RAISE EXCEPTION 'the books are closed before %, a posting of % is refused', closed_before, NEW.occurred_on
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_period_open';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER ledger_posting_stamp BEFORE INSERT ON ledger_posting
    FOR EACH ROW EXECUTE FUNCTION ledger_stamp_posting();

CREATE FUNCTION ledger_stamp_period_lock() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('ledger.period'));
    NEW.locked_at := transaction_timestamp();
    RETURN NEW;
END $$;

CREATE TRIGGER ledger_periodlock_stamp BEFORE INSERT ON ledger_periodlock
    FOR EACH ROW EXECUTE FUNCTION ledger_stamp_period_lock();

-- 3. Sealed. Entries join a posting only inside the transaction that made it. Both stamps are compared, because
--    transaction ids begin again in a cluster restored from a backup. Not xmin: a savepoint has its own.
CREATE FUNCTION ledger_seal_entry() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM ledger_posting posting
    WHERE posting.id = NEW.posting_id
      AND posting.txid = pg_current_xact_id()::text::bigint
      AND posting.posted_at = transaction_timestamp();
    IF NOT FOUND THEN
        RAISE EXCEPTION 'posting % is sealed: an entry is made with its posting or not at all', NEW.posting_id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'ledger_sealed';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER ledger_entry_seal BEFORE INSERT ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_seal_entry();

-- 4. Balanced, at commit: two entries or more, one currency, sum zero. On the posting too, so that one without
--    entries is seen; on each entry too, so that SET CONSTRAINTS IMMEDIATE half way lets nothing in afterwards.
CREATE FUNCTION ledger_check_balance() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    target bigint;
    entries bigint;
    currencies bigint;
    total numeric;
BEGIN
    IF TG_TABLE_NAME = 'ledger_posting' THEN
        target := NEW.id;
    ELSE
        target := NEW.posting_id;
    END IF;
    SELECT count(*), count(DISTINCT account.currency), coalesce(sum(entry.amount_cents), 0)
    INTO entries, currencies, total
    FROM ledger_entry entry JOIN ledger_account account ON account.id = entry.account_id
    WHERE entry.posting_id = target;
    IF entries < 2 OR currencies <> 1 OR total <> 0 THEN
        RAISE EXCEPTION 'posting % does not balance: % entries, % currencies, sum %', target, entries, currencies, total
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_balanced';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER ledger_posting_balanced AFTER INSERT ON ledger_posting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_check_balance();
CREATE CONSTRAINT TRIGGER ledger_entry_balanced AFTER INSERT ON ledger_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_check_balance();
