#!/bin/sh
# Creates or updates Temporal's two databases. Every step may be repeated: an existing database is kept, a schema is brought up to date.
set -eu

# By the environment, not as an argument: arguments show in the list of processes.
export SQL_PASSWORD="$POSTGRES_PWD"

schema() {
  database=$1
  folder=$2
  tool() {
    temporal-sql-tool --plugin "$DB" --ep "$POSTGRES_SEEDS" --port "$DB_PORT" --user "$POSTGRES_USER" --database "$database" "$@"
  }
  # The first two fail where their work was done before; if they failed for another reason, the third fails too.
  tool create-database || echo "database $database is there already"
  tool setup-schema --version 0.0 || echo "database $database has a schema already"
  tool update-schema --schema-dir "/etc/temporal/schema/postgresql/v12/$folder/versioned"
}

schema temporal temporal
schema temporal_visibility visibility
