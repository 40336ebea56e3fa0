# What the scripts of a borrowed host share: each is sent to it with this file in front. POSIX sh, run as root.
# Users of the host may change the directories that are theirs at any moment. So nothing is done by a path that leads through
# one: a directory is entered, what was entered is compared with what was meant, and from then on its names are used alone.
# shellcheck shell=sh
set -euf
umask 077
export LC_ALL=C
state=/var/lib/oomdrill-backup
# As it was called before 0.2.0.
old_state=/var/lib/oomdrill-borrowed
lock=/run/oomdrill-backup.lock
# Where files are made next to those that they replace.
staging=.oomdrill-staging
# All that a file has. Times in nanoseconds need the format.
keep='--format=posix --pax-option=delete=atime,delete=ctime --numeric-owner --xattrs --xattrs-include=* --acls'
[ ! -e /sys/fs/selinux/enforce ] || keep="$keep --selinux"

# What is data is printed as it is: dash's echo(1) reads backslashes.
print() { printf '%s\n' "$*"; }

# A connection that broke must not end what is under way.
say() { print "$*" >&2 || :; }
fail() {
  status=$1
  shift
  say "$*"
  exit "$status"
}

# Takes the one lock of this host as descriptor 9, within $1 seconds. The kernel frees it whatever ends the process; the last one
# removes the file, so what was locked must still be there.
take_lock() {
  while :; do
    exec 9>>"$lock"
    flock --wait "$1" 9 || return 1
    [ "$(stat -L -c %i /proc/self/fd/9)" != "$(stat -c %i "$lock" 2>/dev/null)" ] || return 0
  done
}

# When a process started, in ticks since boot: with its number and the boot this is one process alone.
started() {
  read -r line 2>/dev/null <"/proc/$1/stat" || return 1
  # shellcheck disable=SC2086
  set -- ${line##*)}
  echo "${20}"
}

boot() { cat /proc/sys/kernel/random/boot_id; }

# Whether the run that the backup belongs to is alive: what hold.sh wrote down. Prints its number.
find_holder() {
  read -r pid start in 2>/dev/null <"$state/alive" || return 1
  [ "$in" = "$(boot)" ] && [ "$start" = "$(started "$pid")" ] && echo "$pid"
}

# Enters a directory whose path is physical, and no other.
enter() { cd -P -- "$1" 2>/dev/null && [ "$(readlink /proc/self/cwd)" = "$1" ]; }

# Whether no one but root may change what is in a directory. An ACL that lets others write shows as a group that may.
safe=
only_root() {
  case $safe in *"|$1|"*) return ;; esac
  case $(stat -c %u:%A -- "$1") in 0:d????-??-?) safe="$safe|$1|" ;; *) return 1 ;; esac
}

# Finds the directory that the path $1 leads to: `where` is what is there of it, `missing` the rest. Links are followed where no one
# but root could have made them, as /lib is; anywhere else one is refused.
resolve() {
  where=/ missing='' rest=${1#/} ours=yes hops=0
  while [ -n "$rest" ]; do
    part=${rest%%/*}
    rest=${rest#"$part"}
    rest=${rest#/}
    case $part in
      '' | .) continue ;;
      ..)
        where=${where%/*}
        where=${where:-/}
        continue
        ;;
    esac
    next=${where%/}/$part
    only_root "$where" || ours=
    if [ -L "$next" ]; then
      [ -n "$ours" ] || fail 7 "$next is a link, and others than root may write to $where"
      hops=$((hops + 1))
      [ "$hops" -le 40 ] || fail 7 "$1 leads through too many links"
      target=$(readlink -- "$next")
      case $target in /*) where=/ ;; esac
      rest=$target${rest:+/$rest}
    elif [ -d "$next" ]; then
      where=$next
    elif [ -e "$next" ]; then
      fail 7 "$next is not a directory"
    else
      missing=$part${rest:+/$rest}
      return
    fi
  done
}

# Writes down the names in the directory that was entered, and its time. $1 where
describe_dir() {
  ls -A >"$1/listing"
  stat -c %y . >"$1/time"
}

# Gives the directory that was entered its time back, unless others added or removed names. $1 where `describe_dir` wrote
age_dir() {
  ls -A >"$1/listing.now"
  if cmp -s "$1/listing" "$1/listing.now"; then
    read -r time <"$1/time"
    touch -m -d "$time" .
  fi
}

# Removes the backup and the lock. At once, so that nothing half-removed is taken for a backup.
remove_backup() {
  names=$(cat "$state/place/listing" 2>/dev/null || :)
  time=$(cat "$state/place/time" 2>/dev/null || :)
  mv "$state" "$state.done"
  rm -rf "$state.done"
  rm -f "$lock"
  cd "${state%/*}"
  if [ -n "$time" ] && [ "$(ls -A)" = "$names" ]; then touch -m -d "$time" .; fi
}

# Makes a directory for root alone in the one that was entered, $1, and opens it as descriptor 8: whatever becomes of its name,
# /proc/self/fd/8 is that directory.
open_staging() {
  rm -rf --one-file-system "./$staging"
  mkdir -m 700 "./$staging"
  command exec 8<"./$staging/." && [ "$(readlink /proc/self/fd/8)" = "${1%/}/$staging" ] || return 1
  case $(stat -L -c %u:%a /proc/self/fd/8) in 0:700 | 0:2700) ;; *) return 1 ;; esac
}

close_staging() {
  exec 8<&-
  rm -rf --one-file-system "./$staging"
}

# Labels names of SELinux in the directory that was entered, $1, as their place has them, unless others may change what they are. Names
# end in NUL.
label() {
  if [ -e /sys/fs/selinux/enforce ] && command -v restorecon >/dev/null && only_root "$1"; then
    xargs -0 restorecon -RF
  else
    cat >/dev/null
  fi
}

# The names of a list, one a line, as xargs(1) takes them: below $2. $1 the list
below() { while IFS= read -r name; do printf '%s\0' "$2/$name"; done <"$1"; }

# Where the backup of the directory $1 is: sets `folder`. One of this name within a path is refused.
mark=.oomdrill-backup
folder_of() {
  folder=$state/dirs${1%/}/$mark
}

# The folders of the backup, one a line, and the directory that one is of: sets `dir`.
folders() { find "$state/dirs" -type d -name "$mark" | sort; }
dir_of() {
  dir=${1#"$state/dirs"}
  dir=${dir%"/$mark"}
  dir=${dir:-/}
}

# What a name of the directory that was entered holds, in one word: sets `held` to a checksum, or what else it is. A pipe is not
# waited for.
look() {
  if [ -L "./$1" ]; then
    held=$(readlink -- "./$1" | sha256sum)
    held=link-${held%% *}
  elif [ -f "./$1" ]; then
    held=$(dd if="./$1" iflag=nofollow,nonblock,noatime bs=1M status=none | sha256sum)
    held=${held%% *}
  elif [ -e "./$1" ]; then
    held=$(stat -c %F -- "./$1" | tr ' ' -)
  else
    held=nothing
  fi
}

# The same with what else is kept, to see whether a file is as it was: sets `facts` too.
look_closely() {
  look "$1"
  facts="$held $(stat -c '%f %u %g %y' -- "./$1" 2>/dev/null) $1"
}
