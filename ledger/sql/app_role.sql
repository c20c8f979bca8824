-- Rights of the role that web, workers and beat connect as. Run as the owner of the tables, after each migration
-- (`scripts/run.sh release` does):
--     python manage.py grant_app_role
-- The owner migrates and nothing else. The application's role owns nothing, so it cannot disable a trigger, replace
-- a function or truncate; in the ledger it may look and add, never change, and what was earned, stated and sent to the
-- bank keeps its amounts.
GRANT USAGE ON SCHEMA public TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role};
REVOKE CREATE ON SCHEMA public FROM {role};

REVOKE ALL ON ledger_account, ledger_posting, ledger_entry, ledger_periodlock FROM {role};
GRANT SELECT, INSERT ON ledger_account, ledger_posting, ledger_entry, ledger_periodlock TO {role};

REVOKE ALL ON payouts_earning, payouts_statement, payouts_settlement, payouts_bankfile FROM {role};
GRANT SELECT, INSERT ON payouts_earning, payouts_statement, payouts_settlement, payouts_bankfile TO {role};
GRANT UPDATE (settlement_id) ON payouts_earning TO {role};
GRANT UPDATE (trace_number, hold_reason, returned_at, carried_to_id) ON payouts_statement TO {role};
GRANT UPDATE (
    status, total_cents, closed_at, closed_by, approved_at, approved_by, sent_at, sent_by, is_by_one_person, settled_at
) ON payouts_settlement TO {role};

REVOKE ALL ON django_migrations FROM {role};
GRANT SELECT ON django_migrations TO {role};
