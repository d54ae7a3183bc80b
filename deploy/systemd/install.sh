#!/usr/bin/env bash
# Installs the worker as a systemd service, or another version of it. To be run again as often as you like: it keeps settings and secrets.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(cd "$here/../.." && pwd)
binaries=
allowed=()

usage() {
    cat <<'TEXT'
usage: sudo deploy/systemd/install.sh [--from FOLDER] [--allow ADDRESS]...

  --from FOLDER    what `dotnet publish Worker -c Release -r linux-x64` has made; default: it is published now, with the SDK of this machine
  --allow ADDRESS  broker and database are not on this machine: an address or a network of theirs, and of the name server; more than once

DESTDIR=/somewhere installs below another root and leaves the running system alone.

To remove everything: sudo systemctl disable --now 'orders-worker@*'
  sudo rm -r /opt/orders-worker /etc/orders-worker /etc/systemd/system/orders-worker@.service{,.d}; sudo systemctl daemon-reload
TEXT
}

fail() {
    printf 'install.sh: %s\n' "$1" >&2
    exit 1
}

while [[ $# -gt 0 ]]; do
    case $1 in
        --from)
            binaries=${2:?--from wants a folder}
            shift 2
            ;;
        --allow)
            allowed+=("${2:?--allow wants an address}")
            shift 2
            ;;
        -h | --help)
            usage
            exit 0
            ;;
        *)
            usage >&2
            fail "there is no option '$1'."
            ;;
    esac
done

destination=${DESTDIR:-}
[[ -n $destination || $EUID -eq 0 ]] || fail "only root can install services; try sudo."

if [[ -z $binaries ]]; then
    command -v dotnet >/dev/null || fail "the .NET SDK 10 is needed to publish the worker; or publish it elsewhere and give the folder with --from."
    binaries=$(mktemp -d)
    trap 'rm -rf "$binaries"' EXIT
    dotnet publish "$repository/Worker" --configuration Release --use-current-runtime --nologo --verbosity quiet --output "$binaries"
fi
[[ -x $binaries/Worker ]] || fail "$binaries holds no program named Worker."

# In place of the last version as a whole, so that no file of it stays. Running replicas keep theirs until they are started again.
program=$destination/opt/orders-worker
install -d -m 755 "$destination/opt"
rm -rf "$program.next"
cp -r "$binaries" "$program.next"
cp "$repository/docs/deployment.md" "$program.next/"
chmod -R u=rwX,go=rX "$program.next"
rm -rf "$program.last"
[[ ! -e $program ]] || mv "$program" "$program.last"
mv "$program.next" "$program"
rm -rf "$program.last"

settings=$destination/etc/orders-worker
install -d -m 755 "$settings"
install -d -m 700 "$settings/credentials" "$settings/migrator"
[[ -e $settings/credentials/Management__AdminToken ]] || install -m 600 /dev/null "$settings/credentials/Management__AdminToken"
if [[ ! -e $settings/worker.env ]]; then
    printf '# Settings of all replicas, such as Intake__Lanes=4. Those of one are in 1.env, 2.env ...\n' >"$settings/worker.env"
fi

units=$destination/etc/systemd/system
install -d -m 755 "$units"
install -m 644 "$here/orders-worker@.service" "$units/"
if [[ ${#allowed[@]} -gt 0 ]]; then
    install -d -m 755 "$units/orders-worker@.service.d"
    printf '[Service]\nIPAddressAllow=%s\n' "${allowed[*]}" >"$units/orders-worker@.service.d/network.conf"
fi
[[ -n $destination ]] || systemctl daemon-reload

missing=()
for name in ConnectionStrings__RabbitMq ConnectionStrings__Orders; do
    [[ -s $settings/credentials/$name ]] || missing+=("$name")
done
if [[ ${#missing[@]} -gt 0 ]]; then
    echo "Write these files into $settings/credentials, readable by root only, one address each: ${missing[*]}"
fi
if [[ ! -s $settings/migrator/ConnectionStrings__Orders ]]; then
    echo "And into $settings/migrator the address with which the schema is changed: ConnectionStrings__Orders. The workers' own may not do that."
fi
cat <<TEXT
Then, once a version:   sudo CREDENTIALS_DIRECTORY=/etc/orders-worker/migrator /opt/orders-worker/Worker migrate
a replica:              sudo systemctl enable --now orders-worker@1
after an installation:  sudo systemctl restart 'orders-worker@*'
TEXT
