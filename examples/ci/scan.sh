#!/bin/sh
# Scans SCAN_TARGET in a CI job. The scan decides; the status is an output of the step, so that later
# steps can upload the results before the job fails.
#
# SCAN_PROGRAM   the program; default: plimsoll
# SCAN_FOLDER    a directory for the advisory database and the results
# SCAN_BASELINE  the JSON result of the target branch, if there is one
# SCAN_FAIL_ON   the severity at which the gate fails; with a baseline, only new findings count
set -eu

program=${SCAN_PROGRAM:-plimsoll}
mkdir -p "$SCAN_FOLDER"
export PLIMSOLL_CACHE_DIR="$SCAN_FOLDER/cache"
json=$SCAN_FOLDER/result.json
sarif=$SCAN_FOLDER/result.sarif
markdown=$SCAN_FOLDER/result.md
# Results of an earlier scan in the job are not results of this one.
rm -f "$json" "$sarif" "$markdown"

if [ "${SCAN_UPDATE:-true}" = true ]; then
  "$program" db update
fi

set -- -q --no-db-auto-update
if [ -n "${SCAN_FAIL_ON:-}" ]; then
  set -- "$@" --fail-on "$SCAN_FAIL_ON"
fi
if [ -n "${SCAN_BASELINE:-}" ] && [ -f "$SCAN_BASELINE" ]; then
  set -- "$@" --baseline "$SCAN_BASELINE" --fail-on-new
fi

status=0
"$program" scan "$@" -o "json=$json" -o "sarif=$sarif" -o "markdown=$markdown" -o table -- "$SCAN_TARGET" || status=$?

if [ -n "${GITHUB_STEP_SUMMARY:-}" ] && [ -f "$markdown" ]; then
  cat "$markdown" >>"$GITHUB_STEP_SUMMARY"
fi
if [ -n "${GITHUB_OUTPUT:-}" ]; then
  printf 'status=%s\njson=%s\nsarif=%s\nmarkdown=%s\n' "$status" "$json" "$sarif" "$markdown" >>"$GITHUB_OUTPUT"
  # A scan without a result ends the job here; the gate is the last step.
  [ -f "$json" ] || exit "$status"
  exit 0
fi
exit "$status"
