#!/bin/sh
# deb.sh ROOT VERSION OUT: packs ROOT (usr/bin/… is there) as a Debian package into OUT.
set -eu
root=$1 out=$3
version=$(echo "$2" | sed 's/^v//; s/[^A-Za-z0-9.+~]/+/g')
case $version in [0-9]*) ;; *) version=0+$version ;; esac
here=$(dirname "$0")
mkdir -p "$root/DEBIAN" "$root/usr/share/applications" "$root/usr/share/doc/kassa"
cp "$here/kassa-till.desktop" "$root/usr/share/applications/"
cp "$here/../../LICENSE" "$root/usr/share/doc/kassa/copyright"
cat >"$root/DEBIAN/control" <<CONTROL
Package: kassa
Version: $version
Architecture: $(dpkg --print-architecture)
Maintainer: Kassa <kassa@example.org>
Depends: libc6 (>= 2.34), libgl1, libx11-6
Recommends: libxcursor1, libxrandr2, libxinerama1, libxi6
Section: misc
Priority: optional
Description: offline-first point of sale
 A till with fiscal printers, barcode scanners and checks of marked goods,
 its command line, and the local marking module of a shop.
CONTROL
chmod 755 "$root"/usr/bin/*
dpkg-deb --root-owner-group -Zxz --build "$root" "$out/kassa_${version}_$(dpkg --print-architecture).deb"
