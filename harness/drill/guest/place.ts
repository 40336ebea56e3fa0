import { pollUntil } from '../../core/deadline.js';
import { machineError } from '../../core/errors.js';
import type { Place } from '../../inject/place.js';
import { GUEST_RUN_DIR } from '../../machine/guest-paths.js';
import type { GuestShell } from '../../machine/machine.js';
import { run } from '../../machine/run.js';
import type { Pace } from '../pace.js';
import { type GuestManager, managerOf } from './manager.js';

/** A unit that runs, and the manager to ask for it. */
export interface RunningUnit {
  readonly name: string;
  /** Below the root of the hierarchy. */
  readonly cgroup: string;
  readonly manager: GuestManager;
}

/** A place that is there, and what is in it next to the hog. */
export interface OpenPlace {
  /** Where the hog is put, below the root of the hierarchy. */
  readonly cgroup: string;
  /** The unit whose limits it meets there, as it is called in this guest; null where the place is in none that could limit it. */
  readonly limited: RunningUnit | null;
  /** The unit that systemd made for this very place: it stops it whole where its OOMPolicy says so. */
  readonly unit: RunningUnit;
  /** What must live through the drill. */
  readonly bystanders: readonly { readonly name: string; readonly pid: number }[];
}

/** A first login under emulation starts a user manager and much of PAM. */
const PLACE_OPEN_MS = 120_000;

/**
 * Makes a place by the means that the box itself has for it: two of its kind, one for the hog, and one that must live.
 *
 * @param machine whose commands may take as long as the pace of its guest asks for
 * @throws OomdrillError `PLACE` with the guest's words
 */
export async function openPlace(
  machine: GuestShell,
  place: Place,
  pace: Pace,
  signal: AbortSignal,
): Promise<OpenPlace> {
  const [hogs, other] = await OPENERS[place.kind]({ machine, place, pace, signal });
  const { stdout } = await runForPlace(machine, ['cat', `/proc/${hogs}/cgroup`], 'the cgroup of the place', signal);
  const cgroup = /^0::(.+)$/m.exec(stdout)?.[1] ?? '';
  const manager = managerAt(place, cgroup);
  const limited = LIMITED_BY[place.kind].exec(cgroup)?.[0];
  return {
    cgroup,
    limited: limited === undefined ? null : runningUnit(limited, manager),
    unit: runningUnit(cgroup, manager),
    bystanders: [
      { name: `the ${place.kind} that the hog is in`, pid: hogs },
      { name: `another ${place.kind}`, pid: other },
    ],
  };
}

const runningUnit = (cgroup: string, manager: GuestManager): RunningUnit => ({
  name: cgroup.slice(cgroup.lastIndexOf('/') + 1),
  cgroup,
  manager,
});

/** A pane's scope is its user's, everything else the system's; the user's number is that of the slice. */
function managerAt(place: Place, cgroup: string): GuestManager {
  const uid = /\/user-(\d+)\.slice\//.exec(cgroup)?.[1];
  return managerOf(place.kind === 'pane' && uid !== undefined ? Number(uid) : undefined);
}

/** The part of a place's cgroup that is the unit which limits it. */
const LIMITED_BY: Readonly<Record<Place['kind'], RegExp>> = {
  session: /^.*\/user-\d+\.slice(?=\/)/,
  pane: /^.*\/tmux-spawn-[^/]+\.scope$/,
  container: /^.*\/docker\.slice(?=\/)/,
  scope: /^.*\.slice(?=\/)/,
};

/** A place that is to be made. */
interface Opening {
  readonly machine: GuestShell;
  readonly place: Place;
  readonly pace: Pace;
  readonly signal: AbortSignal;
}

type Opener = (opening: Opening) => Promise<[number, number]>;

const OPENERS: Readonly<Record<Place['kind'], Opener>> = {
  session: openSessions,
  pane: openPanes,
  container: startContainers,
  scope: startScopes,
};

const SESSION_DIR = `${GUEST_RUN_DIR}/session`;

/** A shell that says its number and stays. A file of its own, because systemd-run and tmux expand dollars. */
const SHELL = `${SESSION_DIR}/shell`;

/** What logs a user in by the guest's own sshd, whose PAM registers it with logind (pam_systemd(8)). */
const LOGIN = `
set -e
user=$1 dir=${SESSION_DIR}
home=$(getent passwd "$user" | cut -d: -f6)
mkdir -p "$dir" && chmod 711 "$dir"
test -e "$dir/key" || ssh-keygen -q -t ed25519 -N '' -f "$dir/key"
install -d -o "$user" -g "$user" -m 700 "$home/.ssh"
install -o "$user" -g "$user" -m 600 "$dir/key.pub" "$home/.ssh/authorized_keys"
printf 'echo $$ >/tmp/oomdrill-$1\\nexec sleep infinity\\n' >${SHELL} && chmod 644 ${SHELL}
login() {
  name=$1
  shift
  systemd-run --quiet --collect --unit="oomdrill-$name" --slice=oomdrill.slice ssh -n -i "$dir/key" \\
    -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null "$user@127.0.0.1" "$@"
}`;

/** Two logins. Gives the PIDs of their shells. */
async function openSessions(opening: Opening): Promise<[number, number]> {
  const script = `${LOGIN}
for name in session-1 session-2; do login "$name" sh ${SHELL} "$name"; done`;
  return shellsOf(opening, script);
}

/** One login whose tmux has two panes. Gives the PIDs of their shells. */
async function openPanes(opening: Opening): Promise<[number, number]> {
  const script = `${LOGIN}
login tmux "tmux new-session -d 'sh ${SHELL} pane-1' ';' new-window 'sh ${SHELL} pane-2' && exec sleep infinity"`;
  return shellsOf(opening, script);
}

async function shellsOf({ machine, place, pace, signal }: Opening, script: string): Promise<[number, number]> {
  const user = 'user' in place ? place.user : '';
  await runForPlace(machine, ['sh', '-c', script, 'sh', user], `a ${place.kind} of ${user}`, signal);
  const pid = (n: number) =>
    pollUntil(
      async () => {
        const file = `/tmp/oomdrill-${place.kind}-${n}`;
        const { stdout } = await machine.exec(['cat', file], { reason: 'a shell', signal });
        return Number(stdout) || undefined;
      },
      { reason: `a ${place.kind} of ${user}`, timeoutMs: pace.stretch(PLACE_OPEN_MS), signal, code: 'PLACE' },
      500,
    );
  return [await pid(1), await pid(2)];
}

/** Two containers of an image that holds busybox alone: there is no network to fetch another. Gives the PIDs of their first processes. */
async function startContainers({ machine, signal }: Opening): Promise<[number, number]> {
  const script = `
set -e
systemctl start docker.service
tar --create --directory=/ --dereference --transform='s,^usr/,,' usr/bin/busybox | docker import - oomdrill/busybox >/dev/null
for name in hog other; do
  docker run --detach --network=none --name="oomdrill-$name" oomdrill/busybox /bin/busybox sleep 1000000 >/dev/null
done
docker inspect --format '{{.State.Pid}}' oomdrill-hog oomdrill-other`;
  const { stdout } = await runForPlace(machine, ['sh', '-c', script], 'two containers', signal);
  const [first = 0, second = 0] = stdout.trim().split('\n').map(Number);
  return [first, second];
}

/** Two scopes in the slice. Gives the PIDs of what runs in them. */
async function startScopes({ machine, place, signal }: Opening): Promise<[number, number]> {
  // OOMPolicy as a pane's cap has it. A scope's command is a child of systemd-run(1), and keeps it waiting: started in the background, away from our own connection.
  const script = `
for name in hog other; do
  setsid systemd-run --quiet --scope --collect --property=OOMPolicy=continue --unit="oomdrill-$name" --slice="$1" sleep infinity >/dev/null 2>&1 </dev/null &
done
for name in hog other; do
  until cgroup=$(systemctl show "oomdrill-$name.scope" --property=ControlGroup --value) && [ "$cgroup" ]; do sleep 0.2; done
  head -n 1 "/sys/fs/cgroup$cgroup/cgroup.procs"
done`;
  const slice = place.kind === 'scope' ? place.slice : '';
  const { stdout } = await runForPlace(machine, ['sh', '-c', script, 'sh', slice], 'two scopes', signal);
  const [first = 0, second = 0] = stdout.trim().split('\n').map(Number);
  return [first, second];
}

/** Runs a command that makes a place, or asks for it. @throws OomdrillError `PLACE` */
function runForPlace(machine: GuestShell, command: readonly string[], reason: string, signal: AbortSignal) {
  return run(machine, command, {
    reason,
    signal,
    timeoutMs: PLACE_OPEN_MS,
    orThrow: (words) =>
      machineError('PLACE', `Could not make ${reason} in the guest: ${words}.`, '--keep-machine lets you look.'),
  });
}
