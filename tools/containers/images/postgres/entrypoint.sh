#!/bin/bash
# Takes the variables and the init folder of the vendor's image: POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB.
set -euo pipefail

user=${POSTGRES_USER:-postgres}
database=${POSTGRES_DB:-$user}
as_postgres=()

if [ "$(id -u)" = 0 ]; then
  install -d -o postgres -g postgres -m 0700 "$PGDATA"
  as_postgres=(setpriv --reuid postgres --regid postgres --clear-groups)
fi

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  : "${POSTGRES_PASSWORD:?set POSTGRES_PASSWORD}"
  install -m 0644 /dev/null /tmp/password
  printf '%s' "$POSTGRES_PASSWORD" >/tmp/password
  "${as_postgres[@]}" initdb -D "$PGDATA" -U "$user" --pwfile /tmp/password --encoding UTF8 --locale C \
    --auth-local trust --auth-host scram-sha-256 --no-instructions
  rm /tmp/password
  echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"

  # Nobody sees the server before its databases are there: it listens on a private socket only.
  sockets=$(mktemp -d) && chmod 0777 "$sockets"
  "${as_postgres[@]}" postgres -D "$PGDATA" -c listen_addresses= -c unix_socket_directories="$sockets" &
  server=$!
  run_sql() { psql --no-psqlrc -v ON_ERROR_STOP=1 -h "$sockets" -U "$user" "$@"; }
  until run_sql -d postgres -c 'SELECT 1' >/dev/null 2>&1; do sleep 0.1; done
  if [ "$database" != postgres ]; then
    run_sql -d postgres -v name="$database" <<<'CREATE DATABASE :"name"'
  fi
  for file in /docker-entrypoint-initdb.d/*.sql; do
    if [ -f "$file" ]; then run_sql -d "$database" -f "$file"; fi
  done
  kill -INT "$server" && wait "$server"
fi

if [ "${1:-}" = postgres ]; then
  shift
  exec "${as_postgres[@]}" postgres -D "$PGDATA" -c "listen_addresses=*" -c unix_socket_directories=/var/run/postgresql "$@"
fi
exec "$@"
