#!/bin/sh
# Puts the files of an archive in place on a borrowed host: those that are backed up, and no others. Sent with shared.sh in front; run
# as root. Usage: install.sh RUN <archive; its members are below `./`, as packed by `packTrees`.
# What is put in place is written down first, so that restore.sh can tell it from what others wrote.
trap '' HUP PIPE
run=$1
[ "$(cat "$state/run" 2>/dev/null)" = "$run" ] && [ -e "$state/SUMS" ] || fail 1 "the backup of this run is gone from $state"

incoming=$state/incoming
rm -rf "$incoming"
mkdir "$incoming"
: >"$state/installed"
# Directories are made by us: umask as EXTRACT_TREES has it.
(umask 022 && tar --extract --directory="$incoming")
chmod 755 "$incoming"

# Makes what is missing of a directory, and sets `folder` to its backup. $1 the directory as the archive has it
make_dir() {
  resolve "$1"
  while [ -n "$missing" ]; do
    parent=$where name=${missing%%/*}
    where=${where%/}/$name
    folder_of "$where"
    if [ ! -e "$folder/names" ]; then
      mkdir -p "$folder"
      for list in names there absent trees absent-trees accounts new; do : >"$folder/$list"; done
    fi
    (enter "$parent" && mkdir -m 755 "./$name") || fail 1 "could not make $where"
    case $missing in */*) missing=${missing#*/} ;; *) missing= ;; esac
  done
  folder_of "$where"
}

# Moves a directory that is the drill's as a whole into its place. $1 its parent as the archive has it, $2 its name
place_tree() {
  make_dir "$1"
  (
    enter "$where" && open_staging "$where" || fail 1 "$where changed under way"
    mv -T -- "$incoming$1/$2" "/proc/self/fd/8/$2"
    [ ! -e "./$2" ] && [ ! -L "./$2" ] || mv -T -- "./$2" /proc/self/fd/8/replaced
    mv -T -- "/proc/self/fd/8/$2" "./$2"
    printf '%s\0' "./$2" | label "$where"
    close_staging
  ) || fail 1 "could not put $1/$2 in place"
}

# Moves the files of one directory into their places, each at once. $1 the directory as the archive has it
place_files() {
  make_dir "$1"
  (cd "$incoming$1" && find . -mindepth 1 -maxdepth 1 ! -type d -printf '%f\n') | sort >"$state/placed"
  [ -s "$state/placed" ] || return 0
  [ -e "$folder/names" ] || fail 1 "$where is not in the backup"
  sort -u "$folder/there" "$folder/absent" | comm -13 - "$state/placed" >"$state/unknown"
  [ ! -s "$state/unknown" ] || fail 1 "${where%/}/$(head -n 1 "$state/unknown") is not in the backup"
  (
    cd "$incoming$1"
    while IFS= read -r name; do
      look "$name"
      print "$held $name"
    done <"$state/placed" >>"$folder/ours"
    sync "$folder/ours"
    enter "$where" && open_staging "$where" || fail 1 "$where changed under way"
    below "$state/placed" "$incoming$1" | xargs -0 mv -t /proc/self/fd/8 --
    below "$state/placed" /proc/self/fd/8 | xargs -0 mv -f -t . --
    below "$state/placed" . | label "$where"
    close_staging
  ) || fail 1 "could not put files in place in $where"
}

while IFS= read -r folder; do
  dir_of "$folder"
  cat "$folder/trees" "$folder/absent-trees" | while IFS= read -r name; do
    if [ -d "$incoming${dir%/}/$name" ]; then place_tree "${dir%/}" "$name"; fi
  done
done <"$state/order"
(cd "$incoming" && find . -mindepth 1 -type d) | cut -c 2- | sort | {
  place_files ''
  while IFS= read -r dir; do place_files "$dir"; done
}
rm -rf "$incoming" "$state/placed" "$state/unknown"
