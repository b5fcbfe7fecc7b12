#!/usr/bin/env bash
# From the choice of a base image to an alert after release, without a network: docs/journey.md.
#
#   examples/journey/journey.sh [DIRECTORY]
#
# PLIMSOLL is the program, by default the script at the top of this checkout; NODE runs the receiver.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
examples="$(dirname "$here")"
plimsoll="${PLIMSOLL:-$(dirname "$examples")/plimsoll}"
work="${1:-$(mktemp -d)}"
port="${RECEIVER_PORT:-7448}"
cd "$work"

step() { printf '\n== %s\n' "$1"; }

# Every command uses these advisories. They are old, so the age limit is off.
export PLIMSOLL_DB_MAX_AGE=0 PLIMSOLL_DB="$work/db"

build_database() {
  "$plimsoll" db build osv="$examples/base-images/debian-osv.json" osv="$examples/advisories/osv-npm.json" \
    alpine-secdb="$1" -q > db.log
}

step '1. Choose a base image'
build_database "$examples/advisories/alpine-secdb-3.10.json"
"$plimsoll" compare "$examples/base-images/debian-trixie-slim.cdx.json" "$examples/base-images/alpine-3.20.cdx.json" -q |
  head -n 8

step '2. Check the image that was built on it'
cp "$examples/sample-alpine.oci.tar" app.tar
"$plimsoll" check app.tar --pack hardened-image 2> check.log || echo "exit status $?"

step '3. Sign its SBOM'
openssl genpkey -algorithm ed25519 -out release.pem
openssl pkey -in release.pem -pubout -out release.pub
"$plimsoll" attest app.tar --key release.pem --type sbom -q > sbom.dsse.json
"$plimsoll" attest verify app.tar sbom.dsse.json --key release.pub -q

step '4. Watch it after release'
"${NODE:-node}" "$here/receiver.js" "$port" > alerts.log &
receiver=$!
"$plimsoll" serve --server-dir server --listen 127.0.0.1:0 --allow-host 127.0.0.1 > serve.log 2>&1 &
server=$!
trap 'kill $receiver $server 2> /dev/null || true' EXIT
for _ in $(seq 100); do
  [ -e server/address.json ] && break
  sleep 0.2
done
"$plimsoll" push app.tar --server-dir server -q
"$plimsoll" serve notify add team "http://127.0.0.1:$port/" --kind data --server-dir server -q | sed 's/whsec_.*/whsec_…/'

step '5. The next day, Alpine publishes a fix of busybox'
# CVE-2019-0000000 is invented. The image does not change.
sed 's/"1\.30\.1-r2": \[/"1.30.1-r3": [ "CVE-2019-0000000" ],\n     &/' \
  "$examples/advisories/alpine-secdb-3.10.json" > next-day.json
build_database next-day.json
for _ in $(seq 100); do
  [ -s alerts.log ] && break
  sleep 0.2
done
cat alerts.log

step '6. Justify what stays'
mkdir -p justifications
"$plimsoll" justify queue app.tar -q -o yaml=justifications/app.yaml
sed -i 's/^  reason: ""$/  reason: the service is only reachable from the build machines/
  s/^  by: ""$/  by: security@example.org/
  s/^  until: ""$/  until: "2099-12-31"/' justifications/app.yaml
"$plimsoll" check app.tar --pack hardened-image --justifications justifications 2> check.log ||
  echo "exit status $?"

step '7. Hand the evidence to the auditor'
"$plimsoll" check app.tar --pack hardened-image --justifications justifications -o html=evidence.html \
  > check.log 2>&1 || true
echo "$work/evidence.html"
