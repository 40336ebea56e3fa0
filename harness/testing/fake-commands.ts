import type { FakeGuest } from './fake-guest.js';

export const SERVER_PID = 412;
const AGENT_PID = 430;
const FIRST_HOG_PID = 733;

/** A pattern of a command line, and the guest's answer on standard output. */
export type FakeCommand = readonly [RegExp, Answer];

type Answer = (guest: FakeGuest, command: readonly string[]) => string;

const nothing: Answer = () => '';

/** The commands of a drill with a memory hog. */
export const COMMANDS: readonly FakeCommand[] = [
  [/cgroup\.controllers|^sh -c true$/, nothing],
  [/authorized_keys/, nothing],
  [/tar --extract|^systemctl daemon-reload$/, nothing],
  [/oomdrill\/hog speed$/, () => '{"touchedBytesPerSecond":1000000000,"loopMs":30}\n'],
  [/--property=TimeoutStartUSec$/, () => 'TimeoutStartUSec=1min 30s\n'],
  [/^systemd-analyze verify/, nothing],
  [/drop_caches.*systemctl start/, () => `${SERVER_PID}\n`],
  [/^cat \/proc\/\d+\/cgroup$/, ({ unit }) => `0::${unit.cgroup}\n`],
  [/oomdrill\/sampler --interval-ms/, startSampler],
  [/oomdrill\/canary --port/, startCanary],
  [/oomdrill\/hog run/, startHog],
  [/oomdrill\/hog wake/, wakeHog],
  [/^cat \/(?:sys|run)\//, (guest, [, path = '']) => guest.read(path) ?? ''],
  [/^grep --no-messages --with-filename/, showFiles],
  [/^systemctl kill --signal=TERM oomdrill-hog-/, killHog],
  [/^systemctl show \S+ --property=MemoryHigh/, showLimits],
  [/^systemctl show \S+ --property=(?:MainPID|ActiveState)/, showState],
  [/grep "" memory\.high/, showLimitFiles],
  [/cat \/proc\/swaps/, nothing],
  [/^cat \/proc\/net\/tcp/, ({ unit }) => showListener(unit.port)],
  [/cgroup\.procs/, () => `${SERVER_PID} node server\n${AGENT_PID} node agent\n`],
  [/uname -r/, () => 'kernel=6.12.0-fake\nsystemd=257\n'],
  [/^date \+%s/, () => `${Date.now() / 1e3}\n`],
  [/\[ -d "\/proc\/\$pid" \]/, (_guest, command) => command.slice(4).join('\n')],
  [/^journalctl --boot --since=\S+ --output=json/, ({ journal }) => [OF_THE_BOOT, ...journal].join('\n')],
];

/** A line of the journal from before any injection. */
const OF_THE_BOOT = JSON.stringify({ _TRANSPORT: 'kernel', MESSAGE: 'Linux', _SOURCE_MONOTONIC_TIMESTAMP: '0' });

function startSampler(guest: FakeGuest, command: readonly string[]): string {
  guest.startSampler(command);
  return '';
}

function startCanary(guest: FakeGuest, command: readonly string[]): string {
  guest.startCanary(Number(command.at(-1)));
  return '';
}

const argumentOf = (command: readonly string[], name: string) => command[command.indexOf(name) + 1] ?? '';

function targetOf(command: readonly string[]): number {
  const target = argumentOf(command, '--target');
  return target === 'none' ? Number.POSITIVE_INFINITY : Number(target);
}

function startHog({ cgroup }: FakeGuest, command: readonly string[]): string {
  const option = (name: string) => argumentOf(command, name);
  cgroup.hogs.push({
    name: option('--name'),
    comm: option('--comm'),
    pid: FIRST_HOG_PID + cgroup.hogs.length,
    target: targetOf(command),
    sleeps: command.includes('--asleep'),
    state: 'ramping',
    touchedBytes: 0,
    rampMs: 0,
  });
  return '';
}

function wakeHog({ cgroup }: FakeGuest, command: readonly string[]): string {
  const name = /hog-(.+)\.state$/.exec(argumentOf(command, '--state'))?.[1] ?? '';
  cgroup.wake(name, targetOf(command));
  return '';
}

/** As grep(1) does for several files, what a look at a guest from a snapshot reads. */
function showFiles(guest: FakeGuest, command: readonly string[]): string {
  const special: Readonly<Record<string, string>> = {
    [`/proc/${SERVER_PID}/cgroup`]: `0::${guest.unit.cgroup}`,
    '/sys/fs/cgroup/oomdrill.slice/oomdrill-canary.service/cgroup.procs': '7',
    '/proc/net/tcp': showListener(guest.unit.port),
  };
  const linesOf = (path: string) => (special[path] ?? guest.read(path) ?? '').split('\n').filter(Boolean);
  return command
    .slice(4)
    .flatMap((path) => linesOf(path).map((line) => `${path}:${line}\n`))
    .join('');
}

function killHog({ cgroup }: FakeGuest, command: readonly string[]): string {
  cgroup.kill(/oomdrill-hog-(.+)\.service$/.exec(command.at(-1) ?? '')?.[1] ?? '');
  return '';
}

function showLimits({ unit }: FakeGuest): string {
  const { high, max, swapMax } = unit.limits;
  const render = (bytes: number) => (Number.isFinite(bytes) ? bytes : 'infinity');
  return `MemoryHigh=${render(high)}\nMemoryMax=${render(max)}\nMemorySwapMax=${render(swapMax)}\nOOMPolicy=continue\nControlGroup=${unit.cgroup}\n`;
}

function showState(): string {
  return `MainPID=${SERVER_PID}\nNRestarts=0\nActiveState=active\nSubState=running\nResult=success\n`;
}

const LIMIT_FILES = ['memory.high', 'memory.max', 'memory.swap.max', 'memory.oom.group'];

function showLimitFiles(guest: FakeGuest): string {
  return LIMIT_FILES.map((file) => `${file}:${guest.read(`/sys/fs/cgroup${guest.unit.cgroup}/${file}`)}\n`).join('');
}

/** One line of /proc/net/tcp (proc_net_tcp): state 0A is LISTEN. */
function showListener(port: number): string {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  return `   0: 00000000:${hex} 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 14022 1\n`;
}
