"""PostgreSQL: engines, the tables that every service has, and what an error of the database means."""
