# tap.sh: read by the scripts of this folder that look at the command from outside.
#
#   sheaf ARGS…          runs the command; leaves `status`, and what it printed in the files out and err
#   check NAME TEST…     one result: whether the command TEST succeeds
#   has FILE TEXT        whether a line of the file holds the text
#   archive_data         SQL of a few rows for examples/archive
#   finish               prints the plan; the end of every script
set -u
unset NO_COLOR $(env | sed -n 's/^\(SHEAF_[A-Z_]*\)=.*/\1/p' | grep -v '^SHEAF_\(SOURCE\|BUILD\|TEST_PG\|TEST_PG_BIN\)$')
archive=$SHEAF_SOURCE/examples/archive
results=0
faults=0
status=0

sheaf() {
    status=0
    "$SHEAF_BUILD/sheaf" "$@" >out 2>err || status=$?
}

check() {
    results=$((results + 1))
    name=$1
    shift
    if "$@"; then
        echo "ok $results - $name"
    else
        faults=$((faults + 1))
        echo "not ok $results - $name"
        echo "# it was: $*; status $status"
        sed 's/^/# out: /' out
        sed 's/^/# err: /' err
    fi
}

has() { grep -qF -e "$2" "$1"; }
hasnt() { ! has "$@"; }
is() { [ "$1" = "$2" ]; }

archive_data() {
    cat <<'SQL'
INSERT INTO distro VALUES (1, 'debian', 'Debian');
INSERT INTO suite VALUES (1, 1, 'bookworm', 'bookworm');
INSERT INTO person VALUES (1, 'ann@x', 'Ann'), (2, 'bob@x', 'Bob "B"');
INSERT INTO package (id, distro_id, suite_id, maintainer_id, name, version, popularity)
    VALUES (1, 1, 1, 1, 'bash', '5.2', 9), (2, 1, 1, 2, 'zsh', '5.9', 3), (3, 1, 1, 1, 'libc', '2.36', 20);
INSERT INTO package_uploader VALUES (1, 2), (3, 2);
SQL
}

sqlite_run() { # FILE, SQL on stdin
    python3 -c 'import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); db.executescript(sys.stdin.read())' "$1"
}

finish() {
    echo "1..$results"
    [ "$faults" -eq 0 ]
}
