-- The roles and the database of one service, as ops/stack/provision.py makes them; repeatable.
-- psql, as superuser, with NAME, OWNER_PASSWORD, RUNTIME_PASSWORD and AUDITOR_PASSWORD in the environment.
\set ON_ERROR_STOP on
\getenv name NAME
\getenv owner_password OWNER_PASSWORD
\getenv runtime_password RUNTIME_PASSWORD
\getenv auditor_password AUDITOR_PASSWORD
\set database :name _db
\set owner :name _owner
\set runtime :name _runtime
\set auditor :name _auditor

-- The server's log must not have the passwords, not even with a statement that failed.
SET log_statement = 'none';
SET log_min_error_statement = 'panic';

SELECT format('CREATE ROLE %I', role) FROM unnest(ARRAY[:'owner', :'runtime', :'auditor']) AS role
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role)
\gexec
ALTER ROLE :"owner" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD :'owner_password';
ALTER ROLE :"runtime" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD :'runtime_password';
ALTER ROLE :"auditor" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD :'auditor_password';
ALTER ROLE :"auditor" SET default_transaction_read_only = on;
REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC;

SELECT format('CREATE DATABASE %I OWNER %I', :'database', :'owner')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database')
\gexec
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO :"owner", :"runtime", :"auditor";

\connect :database
ALTER SCHEMA public OWNER TO :"owner";
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO :"owner", :"runtime", :"auditor";
-- PostgreSQL lets everybody make large objects, in a transaction that the auditor may have made writable.
REVOKE EXECUTE ON FUNCTION lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea) FROM PUBLIC;
