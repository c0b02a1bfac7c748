#!/usr/bin/env bash
# The package for Debian 12 and what is built from the same release, of the program as it is built here.
#   deb.sh           the package, in target/package
#   deb.sh release   that, the program as an archive, a list of all that is in it, and checksums
# Needs cargo-deb, and for a release cargo-cyclonedx: cargo install --locked cargo-deb cargo-cyclonedx
set -euo pipefail
cd "$(dirname "$0")/.."

needed=(cargo-deb)
[ "${1:-}" = release ] && needed+=(cargo-cyclonedx)
for tool in "${needed[@]}"; do
    command -v "$tool" >/dev/null || { echo "$tool is missing: cargo install --locked $tool" >&2; exit 1; }
done

target=${CARGO_TARGET_DIR:-target}
program=$target/release/steadycast
folder=target/package
rm -rf "$folder"
mkdir -p "$folder"

# What shells and `man` read, made of the command line itself; run where there are no settings.
case $program in /*) ;; *) program=$PWD/$program ;; esac
made() { (cd "$folder" && env -i "$program" "$@"); }
made man | gzip -9n >"$folder/steadycast.1.gz"
made completions bash >"$folder/steadycast.bash"
made completions zsh >"$folder/_steadycast"
made completions fish >"$folder/steadycast.fish"

cargo deb --no-build --locked --strip --output "$folder/"
echo "$(ls "$folder"/*.deb): $(stat -c %s "$folder"/*.deb) bytes"
[ "${1:-}" = release ] || exit 0

version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)
name=steadycast-$version-$(uname -m)-linux
mkdir "$folder/$name"
cp "$program" README.md CHANGELOG.md LICENSE .env.example cameras.example.toml "$folder/$name/"
cp -r docs LICENSES "$folder/$name/"
strip --strip-debug "$folder/$name/steadycast"
tar -C "$folder" -czf "$folder/$name.tar.gz" "$name"
rm -r "${folder:?}/$name"
cargo cyclonedx --format json --override-filename steadycast-sbom >/dev/null
mv steadycast-sbom.json "$folder/"
(cd "$folder" && sha256sum ./*.deb ./*.tar.gz ./*.json >SHA256SUMS && cat SHA256SUMS)
