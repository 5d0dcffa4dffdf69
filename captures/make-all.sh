#!/bin/sh
# Makes every capture again, or those named. Two at a time: most of the time is waiting.
set -eu
cd "$(dirname "$0")"
[ $# -gt 0 ] || set -- */make.sh
for each; do echo "${each%/make.sh}"; done |
    xargs -P "${JOBS:-2}" -I @ sh -c './@/make.sh || { echo "@ failed" >&2; exit 1; }'
