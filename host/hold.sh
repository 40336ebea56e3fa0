#!/bin/sh
# Holds the lock of a borrowed host as long as the connection of the run stands: it says so again and again, and ends when no one
# listens. Sent with shared.sh in front; run as root. Usage: hold.sh RUN
take_lock 10 || fail 5 'another process holds the lock'
[ "$(cat "$state/run" 2>/dev/null)" = "$1" ] && [ -e "$state/SUMS" ] || fail 1 'the backup is gone'
# The kernel must not take this for a culprit of the drill.
echo -1000 >/proc/self/oom_score_adj 2>/dev/null || :
echo "$$ $(started $$) $(boot)" >"$state/alive"
while echo held 2>/dev/null; do sleep 5 9>&-; done
