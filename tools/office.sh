#!/bin/sh
# Install what opens a pack as its readers do, where it is missing: QGIS (without its windows), LibreOffice, qpdf;
# nginx, which stands in front of several processes of the app; and what runs the app in a container.
# On Debian and Ubuntu, as root; elsewhere it says what to install. Nothing is done where all are there.
set -eu
packages=
command -v soffice >/dev/null 2>&1 || packages="$packages libreoffice-calc libreoffice-writer"
command -v qpdf >/dev/null 2>&1 || packages="$packages qpdf"
command -v pdftotext >/dev/null 2>&1 || packages="$packages poppler-utils"
command -v podman >/dev/null 2>&1 || packages="$packages podman crun netavark aardvark-dns iptables"
command -v debootstrap >/dev/null 2>&1 || packages="$packages debootstrap"
/usr/bin/python3 -c 'import qgis.core' 2>/dev/null || packages="$packages python3-qgis qgis-providers"
command -v nginx >/dev/null 2>&1 || [ -x /usr/sbin/nginx ] || packages="$packages nginx-light"
[ -n "$packages" ] || exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    printf 'make interop needs%s. On Debian or Ubuntu: sudo apt-get install --no-install-recommends%s\n' \
        "$packages" "$packages" >&2
    exit 1
fi
printf 'Installing%s …\n' "$packages" >&2
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086  # one word for each package
apt-get install -qq --yes --no-install-recommends $packages >/dev/null
