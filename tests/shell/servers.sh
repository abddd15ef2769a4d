# Starts throw-away servers on free ports, in a folder of their own, and stops exactly those.
# Sourced by tests/run.

PIDS=()

# Servers refuse to run as root: there, they run as nobody.
as_server() {
    local as=()
    [ "$(id -u)" = 0 ] && as=(setpriv --reuid=nobody --regid="$(id -gn nobody)" --clear-groups)
    (cd "$ROOM" && "${as[@]}" env HOME="$ROOM" "$@")
}

# Starts a server in the background: $PID. It ends with this script, even one ended by kill -9
# where the system can do that. $1: its log; the rest: the command.
launch() {
    local log=$1 as=()
    shift
    if command -v setpriv >/dev/null; then
        as=(setpriv --pdeathsig TERM)
        [ "$(id -u)" = 0 ] && as+=(--reuid=nobody --regid="$(id -gn nobody)" --clear-groups)
    fi
    (cd "$ROOM" && exec "${as[@]}" "$@") >"$log" 2>&1 </dev/null &
    PID=$!
}

# A folder that the servers' user may use: $ROOM. In memory if there is enough of it: each test has a
# database of its own, and a disk's file system is slow at files that come and go.
make_room() {
    local memory=/dev/shm
    ROOM=
    if [ "$(stat -f -c %T $memory 2>/dev/null)" = tmpfs ] &&
        [ "$(df --output=avail -k $memory | tail -n 1)" -gt $((3 * 1024 * 1024)) ]; then
        ROOM=$(mktemp -d $memory/idem-tests.XXXXXX 2>/dev/null)
    fi
    [ -n "$ROOM" ] || ROOM=$(mktemp -d)
    if [ "$(id -u)" = 0 ]; then
        chown "nobody:$(id -gn nobody)" "$ROOM"
        if ! as_server test -w . 2>/dev/null; then
            rmdir "$ROOM"
            ROOM=$(mktemp -d /tmp/idem-tests.XXXXXX)
            chown "nobody:$(id -gn nobody)" "$ROOM"
        fi
    fi
    case $ROOM in "$memory"/*) export TMPDIR=$ROOM ;; esac
    SECRET=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
}

# A port that nobody listens on, below those that the system gives to clients: $PORT.
free_port() {
    while :; do
        PORT=$((12000 + RANDOM % 18000))
        (exec 3<>"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null || return 0
    done
}

# Waits for server $1 (a pid) until the rest of the arguments, a command, succeeds.
await() {
    local pid=$1 try
    shift
    for ((try = 0; try < 300; try++)); do
        "$@" >/dev/null 2>&1 </dev/null && kill -0 "$pid" 2>/dev/null && return
        kill -0 "$pid" 2>/dev/null || return 1
        sleep 0.2
    done
    return 1
}

# Runs `launch_$1`, then `ready_$1` until it succeeds; on another port where one was taken.
start_server() {
    local try
    for try in 1 2 3; do
        free_port
        "launch_$1"
        PIDS+=("$PID")
        await "$PID" "ready_$1" && return
        kill "$PID" 2>/dev/null
    done
    say "$1 doesn't start:"
    tail -n 30 "$LOGS/$1.log"
    return 1
}

launch_postgres() {
    launch "$LOGS/postgres.log" "$POSTGRES_BIN/postgres" -D "$ROOM/postgres" -p "$PORT" \
        -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200 \
        -c fsync=off -c full_page_writes=off -c synchronous_commit=off
    POSTGRES_URL=postgres://idem:$SECRET@127.0.0.1:$PORT/postgres
}
ready_postgres() { "$POSTGRES_BIN/psql" "$POSTGRES_URL" -c 'SELECT 1'; }

start_postgres() {
    find_postgres || return
    echo "$SECRET" >"$ROOM/secret"
    chmod a+r "$ROOM/secret"
    as_server "$POSTGRES_BIN/initdb" -D "$ROOM/postgres" -U idem --pwfile="$ROOM/secret" \
        --auth=scram-sha-256 --encoding=UTF8 --no-locale --no-sync \
        >"$LOGS/initdb.log" 2>&1 </dev/null || { tail -n 20 "$LOGS/initdb.log"; return 1; }
    start_server postgres || return
    export IDEM_TEST_POSTGRES_URL=$POSTGRES_URL
}

# Few server connections, so that the tests' clients do share them.
launch_pgbouncer() {
    cat >"$ROOM/pgbouncer.ini" <<INI
[databases]
* = host=$BEHIND_HOST port=$BEHIND_PORT user=$BEHIND_USER password=$BEHIND_PASSWORD
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $PORT
unix_socket_dir =
auth_type = scram-sha-256
auth_file = $ROOM/users
pool_mode = transaction
default_pool_size = 20
max_client_conn = 500
server_idle_timeout = 10
INI
    # Since 1.21 it keeps apart the prepared statements of its clients.
    if printf '%s\n' 1.21 "$(pgbouncer --version | sed -n 's/^PgBouncer //p')" | sort -VC; then
        echo "max_prepared_statements = 200" >>"$ROOM/pgbouncer.ini"
        export IDEM_TEST_PGBOUNCER_PREPARED=1
    fi
    echo "\"$BEHIND_USER\" \"$BEHIND_PASSWORD\"" >"$ROOM/users"
    chmod a+r "$ROOM/pgbouncer.ini" "$ROOM/users"
    launch "$LOGS/pgbouncer.log" "$(command -v pgbouncer)" "$ROOM/pgbouncer.ini"
    PGBOUNCER_URL=postgres://$BEHIND_USER:$BEHIND_PASSWORD@127.0.0.1:$PORT/postgres
}
ready_pgbouncer() { (exec 3<>"/dev/tcp/127.0.0.1/$PORT"); }

start_pgbouncer() {
    local url='^postgres(ql)?://([^:/@]+):([^:/@]*)@([^:/@]+)(:([0-9]+))?/'
    if ! [[ $IDEM_TEST_POSTGRES_URL =~ $url ]]; then
        say "to put PgBouncer before it, IDEM_TEST_POSTGRES_URL must be like" \
            "postgres://user:password@host:port/database; or set IDEM_TEST_PGBOUNCER_URL too"
        return 1
    fi
    BEHIND_USER=${BASH_REMATCH[2]} BEHIND_PASSWORD=${BASH_REMATCH[3]}
    BEHIND_HOST=${BASH_REMATCH[4]} BEHIND_PORT=${BASH_REMATCH[6]:-5432}
    start_server pgbouncer || return
    export IDEM_TEST_PGBOUNCER_URL=$PGBOUNCER_URL
}

launch_mariadb() {
    launch "$LOGS/mariadb.log" "$(command -v mariadbd)" --no-defaults --datadir="$ROOM/mariadb" \
        --bind-address=127.0.0.1 --port="$PORT" --socket="$ROOM/mariadb.sock" \
        --pid-file="$ROOM/mariadb.pid" --init-file="$ROOM/mariadb.sql" \
        --character-set-server=utf8mb4 --max-connections=200 --innodb-buffer-pool-size=64M \
        --innodb-flush-log-at-trx-commit=0 --skip-name-resolve
    MYSQL_URL=mysql://idem:$SECRET@127.0.0.1:$PORT/mysql
}
ready_mariadb() { mariadb --no-defaults -h127.0.0.1 -P"$PORT" -uidem -p"$SECRET" -e 'SELECT 1'; }

start_mariadb() {
    echo "CREATE USER IF NOT EXISTS idem@'%' IDENTIFIED BY '$SECRET';
        GRANT ALL PRIVILEGES ON *.* TO idem@'%' WITH GRANT OPTION;" >"$ROOM/mariadb.sql"
    chmod a+r "$ROOM/mariadb.sql"
    as_server mariadb-install-db --no-defaults --datadir="$ROOM/mariadb" --skip-test-db \
        --auth-root-authentication-method=normal \
        >"$LOGS/mariadb-install.log" 2>&1 </dev/null ||
        { tail -n 20 "$LOGS/mariadb-install.log"; return 1; }
    start_server mariadb || return
    export IDEM_TEST_MYSQL_URL=$MYSQL_URL
}

# The tests start clusters and servers to kill by themselves; this one is for everybody.
launch_redis() {
    launch "$LOGS/redis.log" "$(command -v redis-server)" --port "$PORT" --bind 127.0.0.1 \
        --requirepass "$SECRET" --save '' --appendonly no --dir "$ROOM"
    REDIS_URL=redis://:$SECRET@127.0.0.1:$PORT/0
}
ready_redis() { [ "$(REDISCLI_AUTH=$SECRET redis-cli -p "$PORT" PING)" = PONG ]; }

start_redis() {
    start_server redis || return
    export IDEM_TEST_REDIS_URL=$REDIS_URL
}

# Starts every server that the environment doesn't name.
start_servers() {
    make_room
    [ -n "${IDEM_TEST_POSTGRES_URL:-}" ] || start_postgres || return
    [ -n "${IDEM_TEST_PGBOUNCER_URL:-}" ] || start_pgbouncer || return
    [ -n "${IDEM_TEST_MYSQL_URL:-}" ] || start_mariadb || return
    [ -n "${IDEM_TEST_REDIS_URL:-}" ] || start_redis || return
    export IDEM_TEST_REQUIRE=1 IDEM_TEST_SKIPS=$LOGS/skips.txt
    rm -f "$IDEM_TEST_SKIPS"
}

# Stops the servers that were started here, and no others, and removes their folder.
stop_servers() {
    local pid try
    # INT is PostgreSQL's word for "now", TERM is the others'.
    for pid in "${PIDS[@]}"; do kill -INT "$pid" && kill -TERM "$pid"; done 2>/dev/null
    for pid in "${PIDS[@]}"; do
        for ((try = 0; try < 100; try++)); do
            kill -0 "$pid" 2>/dev/null || break
            sleep 0.1
        done
        kill -KILL "$pid" 2>/dev/null
        wait "$pid" 2>/dev/null
    done
    PIDS=()
    [ -z "${ROOM:-}" ] || rm -rf "$ROOM"
}
