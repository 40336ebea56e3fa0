#!/bin/sh
# Makes a container image of Debian packages that this guest has, with all that they depend on, and without a network: an archive as
# `docker save` writes it, which Docker, Podman and containerd read.
# Usage: make-image NAME ARCHIVE PACKAGE...   with the command of the image in IMAGE_COMMAND, as JSON; by default a shell
set -eu
name=$1 archive=$2
shift 2
dir=$(mktemp -d /var/tmp/oomdrill-image.XXXXXX)
trap 'rm -rf "$dir"' EXIT

# One pass over what dpkg knows: each package once, with what it depends on. Of alternatives every one that is installed.
awk -v wanted="base-files base-passwd dash libc-bin $*" '
  BEGIN { RS = ""; FS = "\n" }
  {
    package = depends = ""; installed = 0
    for (i = 1; i <= NF; i++) {
      if ($i ~ /^Package: /) package = substr($i, 10)
      else if ($i ~ /^Status: .* installed$/) installed = 1
      else if ($i ~ /^(Pre-)?Depends: /) depends = depends "," substr($i, index($i, ":") + 1)
    }
    if (!installed) next
    gsub(/\([^)]*\)|:any|:native|\[[^]]*\]/, "", depends)
    gsub(/[|,]/, " ", depends)
    all[package] = depends
  }
  END {
    n = split(wanted, queue, " ")
    for (i = 1; i <= n; i++)
      if (!(queue[i] in all)) { print "the package " queue[i] " is not installed in this guest" > "/dev/stderr"; exit 1 }
    for (i = 1; i <= n; i++) {
      if (queue[i] in seen || !(queue[i] in all)) continue
      seen[queue[i]] = 1
      print queue[i]
      m = split(all[queue[i]], more, " ")
      for (j = 1; j <= m; j++) queue[++n] = more[j]
    }
  }' /var/lib/dpkg/status >"$dir/packages"

# /lib and its like are links to what is below /usr, and a layer has no path through a link.
{
  while read -r package; do
    for list in "/var/lib/dpkg/info/$package.list" "/var/lib/dpkg/info/$package:amd64.list"; do
      [ ! -e "$list" ] || cat "$list"
    done
  done <"$dir/packages"
  printf '%s\n' /bin /sbin /lib /lib64 /etc/passwd /etc/group /etc/nsswitch.conf /etc/ld.so.cache /tmp
  find /etc/alternatives
} | sed -E 's,^/(bin|sbin|lib|lib64)/,/usr/\1/,; s,^/\.$,,; s,^/,,; /^$/d' | sort -u >"$dir/files"
tar --create --file="$dir/layer.tar" --directory=/ --no-recursion --numeric-owner --ignore-failed-read --warning=none \
  --exclude='usr/share/doc/*' --exclude='usr/share/man/*' --exclude='usr/share/locale/*' --files-from="$dir/files" 2>/dev/null

digest=$(sha256sum <"$dir/layer.tar" | cut -d' ' -f1)
path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
printf '{"architecture":"amd64","os":"linux","config":{"Cmd":%s,"Env":["PATH=%s"]},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]},"history":[{"created_by":"oomdrill"}]}' \
  "${IMAGE_COMMAND:-[\"/bin/sh\"]}" "$path" "$digest" >"$dir/config.json"
printf '[{"Config":"config.json","RepoTags":["%s"],"Layers":["layer.tar"]}]' "$name" >"$dir/manifest.json"
tar --create --file="$archive" --directory="$dir" manifest.json config.json layer.tar
