# Finds the tools that the tests need and installs the missing ones. Sourced by tests/run.

# The newest installed PostgreSQL's programs; Debian keeps them off the PATH.
find_postgres() {
    local folder
    for folder in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV); do
        [ -x "$folder/initdb" ] && POSTGRES_BIN=$folder && return
    done
    folder=$(command -v initdb) && POSTGRES_BIN=$(dirname "$(readlink -f "$folder")")
}

# Prints the Debian packages that are missing, on one line.
missing_packages() {
    local missing=()
    command -v cc >/dev/null || missing+=(gcc libc6-dev)
    command -v pkg-config >/dev/null || missing+=(pkg-config)
    pkg-config --exists libpq 2>/dev/null || missing+=(libpq-dev)
    pkg-config --exists libmariadb 2>/dev/null || pkg-config --exists mysqlclient 2>/dev/null ||
        missing+=(libmariadb-dev)
    if [ -z "${IDEM_TEST_POSTGRES_URL:-}" ]; then
        find_postgres || missing+=(postgresql)
    fi
    if [ -z "${IDEM_TEST_PGBOUNCER_URL:-}" ]; then
        command -v pgbouncer >/dev/null || missing+=(pgbouncer)
    fi
    if [ -z "${IDEM_TEST_MYSQL_URL:-}" ]; then
        command -v mariadbd >/dev/null && command -v mariadb-install-db >/dev/null ||
            missing+=(mariadb-server)
    fi
    # Whatever the environment names: the tests need Redis servers of their own to kill.
    command -v redis-server >/dev/null && command -v redis-cli >/dev/null ||
        missing+=(redis-server)
    # A page is tried in a real browser.
    command -v chromium >/dev/null && command -v chromedriver >/dev/null ||
        missing+=(chromium chromium-driver)
    if [ -z "${SCHEMATHESIS:-}" ]; then
        # Debian's python3 has venv only with a package more.
        python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3 python3-venv)
    fi
    echo "${missing[*]}"
}

# Runs a command as root, if that is possible without asking for a password.
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

# Installs what is missing, or says exactly what to install and ends the run.
install_packages() {
    local packages
    packages=$(missing_packages)
    [ -n "$packages" ] || return 0
    if command -v apt-get >/dev/null && as_root true 2>/dev/null; then
        say "installing $packages"
        # The packages' own servers are not wanted: the tests start throw-away ones.
        # shellcheck disable=SC2086 # a list of words
        as_root env DEBIAN_FRONTEND=noninteractive sh -c \
            'apt-get update -q && apt-get install -qy --no-install-recommends "$@"' sh $packages \
            >"$LOGS/install.log" 2>&1 </dev/null || tail -n 40 "$LOGS/install.log"
        packages=$(missing_packages)
        [ -n "$packages" ] || return 0
    fi
    say "missing, and not to be had from here. Install it with:"
    say "    sudo apt-get install --no-install-recommends $packages"
    say "or name servers of your own to use instead: see tests/run --help"
    return 1
}

# cargo-nextest, built if need be; without it `cargo test` runs the suite.
install_nextest() {
    cargo nextest --version >/dev/null 2>&1 && return
    say "installing cargo-nextest"
    cargo install --locked cargo-nextest >"$LOGS/install-nextest.log" 2>&1 </dev/null
}
