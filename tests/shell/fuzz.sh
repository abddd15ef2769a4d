# Lets an independent fuzzer at examples/payments-api. Sourced by tests/run.

SCHEMATHESIS_VERSION=4.32.5

# Makes $SCHEMATHESIS, in a Python environment of its own in the target folder, unless the environment
# names one.
install_schemathesis() {
    [ -z "${SCHEMATHESIS:-}" ] || return 0
    local folder=$TARGET/schemathesis-$SCHEMATHESIS_VERSION
    if [ ! -x "$folder/bin/schemathesis" ]; then
        rm -rf "$folder"
        python3 -m venv "$folder" &&
            "$folder/bin/pip" install --quiet --disable-pip-version-check \
                "schemathesis==$SCHEMATHESIS_VERSION" || { rm -rf "$folder"; return 1; }
    fi
    export SCHEMATHESIS=$folder/bin/schemathesis
}

# Starts the service in a database of its own, and lets the fuzzer at it for a minute; then checks the
# books.
fuzz_payments_api() {
    install_schemathesis || return
    # Built with the suite, which a single package would not be.
    cargo test --workspace --all-features --test api fuzz:: -- --ignored --nocapture
}
