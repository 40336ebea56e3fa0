import { pollUntil } from '../../core/deadline.js';
import { machineError } from '../../core/errors.js';
import type { Place } from '../../inject/place.js';
import type { GuestShell } from '../../machine/machine.js';

/** A place that is there, and those who are in it beside the hog. Cgroups are below the root of the hierarchy. */
export interface OpenPlace {
  /** Where the hog is put. */
  readonly cgroup: string;
  /** The slice whose limits it meets there: as it is called in this guest, where users have other numbers. */
  readonly slice: { readonly name: string; readonly cgroup: string };
  /** Who must live through the drill. */
  readonly bystanders: readonly { readonly name: string; readonly pid: number }[];
}

/** A first login under emulation starts a user manager and much of PAM. */
const OPEN_MS = 120_000;

/**
 * Makes a place by the means that the box itself has for it: two of its kind, one for the hog, and one that must live.
 *
 * @throws OomdrillError `PLACE` with the guest's words
 */
export async function openPlace(machine: GuestShell, place: Place, signal: AbortSignal): Promise<OpenPlace> {
  const [hogs, other] = await OPENERS[place.kind](machine, place, signal);
  const { stdout } = await run(machine, ['cat', `/proc/${hogs}/cgroup`], 'the cgroup of the place', signal);
  const cgroup = /^0::(.+)$/m.exec(stdout)?.[1] ?? '';
  const [slice, name] = /^.*\/((?:user-\d+|docker)\.slice)(?=\/)/.exec(cgroup) ?? [];
  if (slice === undefined || name === undefined) {
    throw machineError(
      'PLACE',
      `The ${place.kind} for the hog is in no slice that could limit it, but in ${cgroup || 'no cgroup'}.`,
      'Containers get there by cgroup-parent in /etc/docker/daemon.json, sessions by pam_systemd.',
    );
  }
  return {
    cgroup,
    slice: { name, cgroup: slice },
    bystanders: [
      { name: `the ${place.kind} that the hog is in`, pid: hogs },
      { name: `another ${place.kind}`, pid: other },
    ],
  };
}

type Opener = (machine: GuestShell, place: Place, signal: AbortSignal) => Promise<[number, number]>;

const OPENERS: Readonly<Record<Place['kind'], Opener>> = { session: openSessions, container: startContainers };

/** Two logins by the guest's own sshd, whose PAM registers each with logind (pam_systemd(8)). Gives the PIDs of their shells. */
async function openSessions(machine: GuestShell, place: Place, signal: AbortSignal): Promise<[number, number]> {
  const user = place.kind === 'session' ? place.user : '';
  const script = `
set -e
user=$1 dir=/run/oomdrill/session
home=$(getent passwd "$user" | cut -d: -f6)
mkdir -p "$dir" && chmod 711 "$dir"
test -e "$dir/key" || ssh-keygen -q -t ed25519 -N '' -f "$dir/key"
install -d -o "$user" -g "$user" -m 700 "$home/.ssh"
install -o "$user" -g "$user" -m 600 "$dir/key.pub" "$home/.ssh/authorized_keys"
# A file of its own, because systemd-run expands dollars.
printf 'echo $$ >/tmp/oomdrill-shell-$1\\nexec sleep infinity\\n' >"$dir/shell" && chmod 644 "$dir/shell"
for n in 1 2; do
  systemd-run --quiet --collect --unit="oomdrill-session-$n" --slice=oomdrill.slice ssh -n -i "$dir/key" \
    -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null "$user@127.0.0.1" sh "$dir/shell" "$n"
done`;
  await run(machine, ['sh', '-c', script, 'sh', user], `${user}'s sessions`, signal);
  const pid = (n: number) =>
    pollUntil(
      async () => {
        const { stdout } = await machine.exec(['cat', `/tmp/oomdrill-shell-${n}`], { reason: 'a shell', signal });
        return Number(stdout) || undefined;
      },
      { reason: `${user} to be logged in`, timeoutMs: OPEN_MS, signal, code: 'PLACE' },
      500,
    );
  return [await pid(1), await pid(2)];
}

/** Two containers of an image that holds busybox alone: there is no network to fetch another. Gives the PIDs of their first processes. */
async function startContainers(machine: GuestShell, _place: Place, signal: AbortSignal): Promise<[number, number]> {
  const script = `
set -e
systemctl start docker.service
tar --create --directory=/ --dereference --transform='s,^usr/,,' usr/bin/busybox | docker import - oomdrill/busybox >/dev/null
for name in hog other; do
  docker run --detach --network=none --name="oomdrill-$name" oomdrill/busybox /bin/busybox sleep 1000000 >/dev/null
done
docker inspect --format '{{.State.Pid}}' oomdrill-hog oomdrill-other`;
  const { stdout } = await run(machine, ['sh', '-c', script], 'two containers', signal);
  const [first = 0, second = 0] = stdout.trim().split('\n').map(Number);
  return [first, second];
}

async function run(machine: GuestShell, command: readonly string[], reason: string, signal: AbortSignal) {
  const result = await machine.exec(command, { reason, signal, timeoutMs: OPEN_MS });
  if (result.exitCode === 0) return result;
  const words = result.stderr.trim().split('\n').slice(-3).join(' | ');
  throw machineError('PLACE', `The guest cannot make ${reason}: ${words}.`, '--keep-machine lets you look.');
}
