-- Rights of the role that web, workers and beat connect as. Run as the owner of the tables, after each migration:
--     python manage.py grant_app_role homeward_app
-- The owner migrates and nothing else. The application's role owns nothing, so it cannot disable a trigger, replace
-- a function or truncate; in the ledger it may look and add, never change.
GRANT USAGE ON SCHEMA public TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role};
REVOKE ALL ON ledger_account, ledger_posting, ledger_entry, ledger_periodlock FROM {role};
GRANT SELECT, INSERT ON ledger_account, ledger_posting, ledger_entry, ledger_periodlock TO {role};
REVOKE CREATE ON SCHEMA public FROM {role};
