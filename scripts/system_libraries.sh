#!/usr/bin/env bash
# Sees that what pip cannot install is on this system: a Python that is new enough and can make virtual environments,
# the text libraries of WeasyPrint (Pango and what it stands on), and with --tests what the tests start besides: the PDF
# tools, PostgreSQL, and Java 17 for Spark.
# As root on Debian or Ubuntu it installs what is missing; elsewhere it prints the command and exits with 1.
set -euo pipefail

python="${PYTHON:-python3}"
for_tests=no
case "${1:-}" in
    "") ;;
    --tests) for_tests=yes ;;
    *) echo "usage: scripts/system_libraries.sh [--tests]" >&2; exit 2 ;;
esac

if ! command -v "$python" >/dev/null; then
    echo "There is no '$python' on this system. Install Python 3.11 or newer, or name one: make PYTHON=/path/to/python3.11" >&2
    exit 1
fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "isg-audit needs Python 3.11 or newer; '$python' is $("$python" -V 2>&1). Name a newer one: make PYTHON=/path/to/python3.11" >&2
    exit 1
fi

can_make_environments() { "$python" -c 'import ensurepip, venv' 2>/dev/null; }

can_write_pdf() {
    "$python" - <<'PYTHON' 2>/dev/null
import ctypes
import sys


def opens(*names):
    for name in names:
        try:
            ctypes.CDLL(name)
        except OSError:
            continue
        return True
    return False


# Number of the interface, then name: the file is NAME.so.N on Linux, NAME[.N].dylib on macOS.
needed = [
    ("libgobject-2.0", 0), ("libpango-1.0", 0), ("libpangoft2-1.0", 0),
    ("libharfbuzz", 0), ("libharfbuzz-subset", 0), ("libfontconfig", 1),
]
sys.exit(not all(opens(f"{name}.so.{n}", f"{name}.{n}.dylib", f"{name}.dylib") for name, n in needed))
PYTHON
}

can_serve_postgres() { compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null; }

can_run_spark() {
    local java=java version
    [ -z "${JAVA_HOME:-}" ] || java="$JAVA_HOME/bin/java"
    version="$("$java" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p')"
    [ "${version:-0}" -ge 17 ]
}

can_read_pdf() { command -v pdftotext >/dev/null && command -v pdftoppm >/dev/null; }

# One word for each thing that is missing.
missing() {
    can_make_environments || echo venv
    can_write_pdf || echo pango
    [ "$for_tests" = yes ] || return 0
    can_read_pdf || echo poppler
    can_serve_postgres || echo postgresql
    can_run_spark || echo java
}

# Name of the packages that bring the missing things, for the system that `$1` names.
packages() {
    local thing
    for thing in $(missing); do
        case "$1-$thing" in
            debian-venv) echo python3-venv ;;
            debian-pango) echo libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 ;;
            debian-poppler | fedora-poppler | alpine-poppler) echo poppler-utils ;;
            alpine-pango) echo pango harfbuzz-subset fontconfig font-dejavu ;;
            debian-java) echo openjdk-17-jre-headless ;;
            fedora-postgresql) echo postgresql-server ;;
            fedora-java) echo java-17-openjdk-headless ;;
            alpine-java) echo openjdk17-jre-headless ;;
            arch-java) echo jre17-openjdk-headless ;;
            brew-java) echo openjdk@17 ;;
            brew-postgresql) echo postgresql@17 ;;
            arch-venv) echo python ;;
            *-venv) echo python3 ;;
            *) echo "$thing" ;;
        esac
    done | tr '\n' ' ' | sed 's/ *$//'
}

[ -n "$(missing)" ] || exit 0

if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    echo "Installing system packages: $(packages debian)"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    # shellcheck disable=SC2046  # one word a package
    apt-get install -y -qq --no-install-recommends $(packages debian) >/dev/null
    if [ -n "$(missing)" ]; then
        echo "Installed, and still missing for '$python': $(missing | tr '\n' ' ')" >&2
        exit 1
    fi
    exit 0
fi

echo "This system lacks what pip cannot install: $(missing | tr '\n' ' ')" >&2
if command -v apt-get >/dev/null; then
    echo "Run: sudo apt-get update && sudo apt-get install -y --no-install-recommends $(packages debian)" >&2
elif command -v dnf >/dev/null; then
    echo "Run: sudo dnf install -y $(packages fedora)" >&2
elif command -v pacman >/dev/null; then
    echo "Run: sudo pacman -S --needed $(packages arch)" >&2
elif command -v apk >/dev/null; then
    echo "Run: sudo apk add $(packages alpine)" >&2
elif command -v brew >/dev/null; then
    echo "Run: brew install $(packages brew)" >&2
else
    echo "Install with your system's packages: Pango, HarfBuzz with its subset library, Fontconfig; for tests poppler's tools, PostgreSQL, Java 17." >&2
fi
exit 1
