#!/usr/bin/env bash
# Prints a Python that has the packages named: a virtual environment of its own in the user's cache, made at
# first use.
#   python.sh NAME PACKAGE...
# A NAME that begins with "debian-" sees Debian's own Python packages as well.
# Prints nothing and ends with 1 where it cannot be made; what needs it is then skipped, by name.
set -uo pipefail
folder=${XDG_CACHE_HOME:-$HOME/.cache}/steadycast/python-$1
shift
if [ ! -e "$folder/ready" ]; then
    python=(python3 -m venv)
    [[ $folder == *python-debian-* ]] && python=(/usr/bin/python3 -m venv --system-site-packages)
    { "${python[@]}" "$folder" && "$folder/bin/pip" install -q "$@" && touch "$folder/ready"; } >&2 || exit 1
fi
echo "$folder/bin/python"
