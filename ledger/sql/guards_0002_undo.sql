DROP FUNCTION ledger_check_balance() CASCADE;
DROP FUNCTION ledger_seal_entry() CASCADE;
DROP FUNCTION ledger_stamp_period_lock() CASCADE;
DROP FUNCTION ledger_stamp_posting() CASCADE;
DROP FUNCTION ledger_refuse_change() CASCADE;
