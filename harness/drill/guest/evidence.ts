import { parseListenQueue } from '../../cgroup/listen-queue.js';
import { parseOomKill } from '../../cgroup/oom-kill.js';
import { machineError } from '../../core/errors.js';
import { installedVersions } from '../../machine/image/guests.js';
import type { GuestShell } from '../../machine/machine.js';
import type { Entry, EntryOf } from '../../record/schema.js';
import { parseShow } from '../../systemd/show.js';
import type { Supervisor } from '../../workload/workload.js';
import { type GuestManager, systemctl } from './manager.js';
import type { RunningUnit } from './place.js';

/** What serves, and its supervisor. */
export interface ServingPlace {
  /** By its owner's name. */
  readonly unit: string;
  readonly port: number;
  /** Undefined: systemd. */
  readonly supervisor?: Supervisor | undefined;
}

/** What serves, as its supervisor and the kernel's socket table show it. */
export async function lookAtUnit(
  machine: GuestShell,
  { unit, port, supervisor }: ServingPlace,
  signal: AbortSignal,
): Promise<Omit<EntryOf<'unit'>, 't' | 'when'>> {
  const [state, sockets] = await Promise.all([
    supervisor ? stateBy(machine, unit, supervisor, signal) : stateOf(machine, unit, 'system', signal),
    machine.exec(['cat', '/proc/net/tcp', '/proc/net/tcp6'], { reason: 'the sockets', signal }),
  ]);
  return { ...state, listening: parseListenQueue(sockets.stdout, port) !== null };
}

/** The unit of a place: it listens nowhere. */
export async function lookAtPlace(
  machine: GuestShell,
  { name, manager }: Pick<RunningUnit, 'name' | 'manager'>,
  role: string,
  signal: AbortSignal,
): Promise<Omit<EntryOf<'unit'>, 't' | 'when'>> {
  return { ...(await stateOf(machine, name, manager, signal)), listening: false, role };
}

async function stateOf(machine: GuestShell, unit: string, manager: GuestManager, signal: AbortSignal) {
  const properties = '--property=MainPID,NRestarts,ActiveState,SubState,Result';
  const { stdout } = await machine.exec([...systemctl(manager), 'show', unit, properties], {
    reason: `the state of ${unit}`,
    signal,
  });
  return stateFrom(unit, parseShow(stdout));
}

async function stateBy(machine: GuestShell, unit: string, { name, show }: Supervisor, signal: AbortSignal) {
  const { stdout } = await machine.exec(show, { reason: `the state of ${unit}`, signal });
  const shown = parseShow(stdout);
  return { ...stateFrom(unit, shown), supervisor: name, health: shown.Health || undefined };
}

function stateFrom(unit: string, shown: Readonly<Record<string, string>>) {
  return {
    type: 'unit' as const,
    unit,
    mainPid: Number(shown.MainPID ?? 0),
    nRestarts: Number(shown.NRestarts ?? 0),
    activeState: shown.ActiveState ?? 'unknown',
    subState: shown.SubState ?? 'unknown',
    result: shown.Result ?? 'unknown',
  };
}

/**
 * What must live through the drill, by PID: everything in the server's cgroup but its main process, and the main processes of
 * these other units, as far as they have one.
 */
export async function findBystanders(
  machine: GuestShell,
  cgroup: string,
  mainPid: number,
  units: readonly string[],
  signal: AbortSignal,
): Promise<{ name: string; pid: number }[]> {
  const script = `for pid in $(cat "/sys/fs/cgroup$1/cgroup.procs"); do echo "$pid $(tr '\\0' ' ' </proc/$pid/cmdline | cut -c1-60)"; done; shift; for unit; do echo "$(systemctl show "$unit" --property=MainPID --value) $unit"; done`;
  const { stdout } = await machine.exec(['sh', '-c', script, 'sh', cgroup, ...units], {
    reason: 'the bystanders',
    signal,
  });
  const found = [...stdout.matchAll(/^(\d+) (.*)$/gm)].map(([, pid, name]) => ({
    name: (name ?? '').trim(),
    pid: Number(pid),
  }));
  return found.filter(({ pid }) => pid > 0 && pid !== mainPid);
}

/** Which of these PIDs are alive. */
export async function aliveAmong(
  machine: GuestShell,
  pids: readonly number[],
  signal: AbortSignal,
): Promise<ReadonlySet<number>> {
  const { stdout } = await machine.exec(
    ['sh', '-c', 'for pid; do [ -d "/proc/$pid" ] && echo "$pid"; done; true', 'sh', ...pids.map(String)],
    { reason: 'what is alive', signal },
  );
  return new Set(stdout.split('\n').filter(Boolean).map(Number));
}

/** So much more of the journal is read than is wanted, seconds: what reads it looks at the wall clock, which may be set meanwhile. */
const JOURNAL_MARGIN_S = 60;

/**
 * What journalctl says, with status 0, of the file that journald writes to, where it was just being enlarged.
 * It compares the size that the file had when it was opened with that in its header (systemd, sd-journal/journal-file.c,
 * journal_file_verify_header), and leaves out all of it.
 */
const LEFT_OUT = /\/system\.journal is truncated, ignoring file/;

/** How often the journal is read for a whole one. */
const JOURNAL_READS = 5;

/** A span of the guest's journal. */
interface JournalSpan {
  /** Where it begins, by the guest's monotonic clock, milliseconds. */
  readonly sinceMs: number;
  /** How long ago that was, milliseconds. */
  readonly lengthMs: number;
  /** Turns guest monotonic milliseconds into the record's time. */
  readonly toHostT: (guestMs: number) => number;
}

/**
 * Lines of a span of the guest's journal, as entries on the host's clock; each OOM kill in it as an entry of its own.
 *
 * @throws OomdrillError `JOURNAL` for one of which files are left out, and for an empty one: systemd logs the start of each injection, so
 *   it was not read, and what was killed is not known
 */
export async function readJournal(
  machine: GuestShell,
  { sinceMs, lengthMs, toHostT }: JournalSpan,
  signal: AbortSignal,
): Promise<Entry[]> {
  const since = `--since=-${Math.ceil(lengthMs / 1000) + JOURNAL_MARGIN_S}s`;
  const fields =
    '--output-fields=MESSAGE,_SYSTEMD_UNIT,_SYSTEMD_USER_UNIT,SYSLOG_IDENTIFIER,_TRANSPORT,UNIT,USER_UNIT,_SOURCE_MONOTONIC_TIMESTAMP';
  const command = ['journalctl', '--boot', since, '--output=json', fields, '--lines=2000', '--no-pager'];
  const read = () => machine.exec(command, { reason: 'the journal', signal });
  let said = await read();
  for (let again = 1; again < JOURNAL_READS && LEFT_OUT.test(said.stderr); again++) said = await read();
  const { stdout, stderr, exitCode } = said;
  if (stdout === '' || LEFT_OUT.test(stderr))
    throw machineError(
      'JOURNAL',
      `The guest's journal could not be read whole since the injection (status ${exitCode}): ${stderr.trim() || 'no words, and no line'}.`,
      'What was killed is not known; run the drill again.',
    );
  const entries: Entry[] = [];
  for (const line of stdout.split('\n').filter(Boolean)) {
    const read = parseJournalLine(line);
    if (!read || read.monotonicMs < sinceMs) continue;
    const t = toHostT(read.monotonicMs);
    entries.push({ type: 'journal', t, unit: read.unit, message: read.message });
    const kill = read.kernel ? parseOomKill(read.message) : undefined;
    if (kill) entries.push({ type: 'kill', t, ...kill });
  }
  return entries;
}

function parseJournalLine(line: string) {
  const fields = JSON.parse(line) as Record<string, unknown>;
  // A message that is not UTF-8 comes as an array of bytes (systemd, "Journal Export Formats").
  const message = Array.isArray(fields.MESSAGE)
    ? Buffer.from(fields.MESSAGE as number[]).toString('latin1')
    : fields.MESSAGE;
  if (typeof message !== 'string') return undefined;
  const kernel = fields._TRANSPORT === 'kernel';
  // The source's own stamp where there is one: journald itself may have been late.
  const monotonicMs = Number(fields._SOURCE_MONOTONIC_TIMESTAMP ?? fields.__MONOTONIC_TIMESTAMP) / 1e3;
  // A user's own manager names its units in fields of their own (systemd.journal-fields(7)).
  const names = [
    fields.UNIT,
    fields.USER_UNIT,
    fields._SYSTEMD_USER_UNIT,
    fields._SYSTEMD_UNIT,
    fields.SYSLOG_IDENTIFIER,
  ];
  const unit = kernel ? 'kernel' : String(names.find((name) => name !== undefined) ?? '');
  return { message, kernel, monotonicMs, unit };
}

/** Names and versions of what runs in the guest: kernel and systemd as they say themselves, packages as installed. */
export async function readVersions(machine: GuestShell, signal: AbortSignal): Promise<Record<string, string>> {
  const packages = ['systemd', 'nodejs', 'docker.io', 'earlyoom', 'ugrep', 'tmux', 'openssh-server'];
  const script = `echo "kernel=$(uname -r)"; echo "lru_gen=$(cat /sys/kernel/mm/lru_gen/enabled 2>/dev/null || echo absent)"; echo "thp=$(cat /sys/kernel/mm/transparent_hugepage/enabled)"; ${installedVersions()}; true`;
  const { stdout } = await machine.exec(['sh', '-c', script, 'sh', ...packages], {
    reason: "the guest's versions",
    signal,
  });
  return parseShow(stdout);
}

/** Guest wall clock less the host's, by the middle of the round trip. */
export async function measureClock(
  machine: GuestShell,
  signal: AbortSignal,
): Promise<{ offsetMs: number; roundTripMs: number }> {
  const before = Date.now();
  const { stdout } = await machine.exec(['date', '+%s.%N'], { reason: "the guest's clock", signal });
  const after = Date.now();
  return { offsetMs: Number(stdout) * 1e3 - (before + after) / 2, roundTripMs: after - before };
}
