# Runs named and timed steps, and counts what passed. Sourced by tests/run.

PASSED=0
FAILED=0

# Runs a command as the step named $1, its output kept in a log and shown if it fails.
step() {
    local name=$1 log start=$SECONDS
    shift
    log=$LOGS/${name//[^a-z0-9-]/-}.log
    say "$name …"
    if "$@" >"$log" 2>&1 </dev/null; then
        PASSED=$((PASSED + 1))
        say "$name: passed ($((SECONDS - start)) s)"
    else
        FAILED=$((FAILED + 1))
        show "$name" "$log"
        say "$name: FAILED ($((SECONDS - start)) s)"
    fi
}

# Prints the end of a failed step's log; that of the first failure in full, as far as it is
# readable.
show() {
    local lines=40
    [ -n "${SHOWN:-}" ] || lines=400
    SHOWN=1
    say "---- $1: the last $lines lines of $2"
    tail -n "$lines" "$2"
    say "----"
}

# Adds up the numbers that come before a word in a log. $1: the log, $2: which lines, $3: the word.
count() { sed -n "/$2/p" "$1" | grep -oE "[0-9]+ $3" | awk '{ sum += $1 } END { print sum + 0 }'; }

# Counts the tests of a run that has ended. $1: name, $2: log, $3: exit code, $4: passed, $5: failed.
tally() {
    local name=$1 log=$2 code=$3 passed=$4 failed=$5
    # Not a test failed, but something did: it wasn't built, or was ended.
    [ "$code" != 0 ] && [ "$failed" = 0 ] && failed=1
    PASSED=$((PASSED + passed))
    FAILED=$((FAILED + failed))
    [ "$failed" = 0 ] || show "$name" "$log"
    say "$name: $passed passed, $failed failed ($((SECONDS - STARTED)) s)"
}

# Every test of the workspace, on every server.
suite() {
    local log=$LOGS/suite.log code
    STARTED=$SECONDS
    say "the suite …"
    if install_nextest; then
        cargo nextest run --workspace --all-features --no-fail-fast --status-level fail \
            --final-status-level slow >"$log" 2>&1 </dev/null
        code=$?
        tally "the suite" "$log" $code "$(count "$log" ' Summary ' passed)" \
            "$(count "$log" ' Summary ' '(failed|exec failed|timed out)')"
    else
        cargo test --workspace --all-features --no-fail-fast --lib --bins --tests >"$log" 2>&1 </dev/null
        code=$?
        tally "the suite" "$log" $code "$(count "$log" '^test result: ' passed)" \
            "$(count "$log" '^test result: ' failed)"
    fi
}

# The examples in the documentation.
doc_tests() {
    local log=$LOGS/doc-tests.log code
    STARTED=$SECONDS
    say "documentation tests …"
    cargo test --doc --workspace --all-features --no-fail-fast >"$log" 2>&1 </dev/null
    code=$?
    tally "documentation tests" "$log" $code "$(count "$log" '^test result: ' passed)" \
        "$(count "$log" '^test result: ' failed)"
}

# The framework's own types are for those who ask for them, by a feature of its name.
core_stands_alone() {
    local others='diesel|sqlx|redis|tokio|async-std|smol|futures|axum|hyper|actix|tower|rocket|warp'
    depends_on_none "$others|http" testing,chrono,time && depends_on_none "$others" testing,http
}

# $1: names, $2: features of idem-core.
depends_on_none() {
    local tree
    tree=$(cargo tree -p idem-core --features "$2" -e normal --prefix none) || return
    echo "$tree"
    ! grep -E "^($1)" <<<"$tree"
}

# Runs an example that has been built with the rest of the workspace.
example() { "$TARGET/debug/$1"; }

# What the suite couldn't do here, and how often.
show_skips() {
    [ -s "${IDEM_TEST_SKIPS:-}" ] || return 0
    sort "$IDEM_TEST_SKIPS" | uniq -c | while read -r times reason; do
        say "skipped $times tests: $reason"
    done
}

# The closing line, and the exit code.
close() {
    show_skips
    say "$((SECONDS / 60)) min $((SECONDS % 60)) s"
    echo "$PASSED passed, $FAILED failed"
    [ "$FAILED" = 0 ]
    exit
}
