import { PassThrough, type Readable } from 'node:stream';
import type { ExecResult } from '../machine/machine.js';
import { FakeCgroup, type FakeHog, type FakeLimits } from './fake-cgroup.js';
import { COMMANDS, type FakeCommand, SERVER_PID } from './fake-commands.js';
import { FakeSampler } from './fake-sampler.js';

/** The serving unit of the fake guest, and its limits in effect. */
export interface FakeUnit {
  readonly name: string;
  readonly cgroup: string;
  readonly port: number;
  /** Bytes; `Infinity` for no limit. */
  readonly limits: FakeLimits & { readonly swapMax: number };
}

/** The guest's uptime when this process started: its clock differs from the host's. */
const UPTIME_MS = 90_000;
const MEM_AVAILABLE_KIB = 2 * 1024 ** 2;

/**
 * A guest made of one cgroup and a table of commands with their answers, for tests of the engine's flow: each command
 * of a drill gets the answer of a Debian guest, and any other command is an error. Its answers are not evidence of what
 * a kernel does.
 */
export class FakeGuest {
  readonly unit: FakeUnit;
  readonly cgroup: FakeCgroup;
  /** Lines of `journalctl --output=json`. */
  readonly journal: string[] = [];
  /** Further files by path: those that a test's own commands write. */
  readonly files = new Map<string, () => string>();
  readonly #commands: readonly FakeCommand[];
  readonly #samples = new PassThrough();
  #sampler: FakeSampler | undefined;
  #canaryPort: number | undefined;
  #advancedMs = this.monotonicMs;

  constructor(unit: FakeUnit, commands: readonly FakeCommand[] = COMMANDS) {
    this.unit = unit;
    this.#commands = commands;
    this.cgroup = new FakeCgroup(unit.limits, (hog) => this.#logKill(hog));
  }

  /** The host's end of the sampler's port. */
  get samples(): Readable {
    return this.#samples;
  }

  /** The guest's own clock, milliseconds. */
  get monotonicMs(): number {
    return performance.now() + UPTIME_MS;
  }

  /** Whether the unit is above memory.high, so that none of its tasks runs. */
  isSilent(): boolean {
    this.#catchUp();
    return this.cgroup.isThrottled;
  }

  /**
   * Answers a command with the first matching line of the table.
   *
   * @throws Error for an unknown command: a drill that runs a new command needs a new line in the table
   */
  exec(command: readonly string[]): ExecResult {
    this.#catchUp();
    const line = command.join(' ');
    const known = this.#commands.find(([pattern]) => pattern.test(line));
    if (!known) throw new Error(`the fake guest does not know the command: ${line}`);
    return { stdout: known[1](this, command), stderr: '', exitCode: 0 };
  }

  /** The current text of a file; undefined if there is no file at that path. */
  read(path: string): string | undefined {
    this.#catchUp();
    const hog = this.cgroup.hogs.find(({ name }) => path === `/run/oomdrill/hog-${name}.state`);
    if (hog) return renderHogFile(hog);
    const inCgroup = `/sys/fs/cgroup${this.unit.cgroup}/`;
    if (path.startsWith(inCgroup)) return renderCgroupFile(this, path.slice(inCgroup.length));
    if (path === `/proc/${SERVER_PID}/task/${SERVER_PID}/stat`) return `${SERVER_PID} (node) S 1 412 412 0`;
    if (path === '/proc/meminfo') return `MemTotal: 4194304 kB\nMemAvailable:    ${MEM_AVAILABLE_KIB} kB\n`;
    return this.files.get(path)?.();
  }

  /** Whether the canary was started on this port. */
  hasCanaryOn(port: number): boolean {
    return port === this.#canaryPort;
  }

  startCanary(port: number): void {
    this.#canaryPort = port;
  }

  startSampler(command: readonly string[]): void {
    this.#sampler = new FakeSampler(this, command, this.#samples);
  }

  stop(): void {
    this.#sampler?.stop();
    this.#samples.end();
  }

  /** Advances the cgroup to the current time. */
  #catchUp(): void {
    const now = this.monotonicMs;
    this.cgroup.advance(now - this.#advancedMs);
    this.#advancedMs = now;
  }

  /** As in fixtures/captured/kernel.log. */
  #logKill({ comm, pid }: FakeHog): void {
    const { cgroup } = this.unit;
    const lines = [
      `oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=${cgroup},task_memcg=${cgroup},task=${comm},pid=${pid},uid=0`,
      `Memory cgroup out of memory: Killed process ${pid} (${comm}) total-vm:1073742948kB, anon-rss:204600kB, file-rss:128kB, shmem-rss:0kB, UID:0 pgtables:452kB oom_score_adj:0`,
    ];
    const _SOURCE_MONOTONIC_TIMESTAMP = String(Math.round(this.monotonicMs * 1e3));
    for (const MESSAGE of lines)
      this.journal.push(JSON.stringify({ _TRANSPORT: 'kernel', MESSAGE, _SOURCE_MONOTONIC_TIMESTAMP }));
  }
}

function renderHogFile({ state, pid, touchedBytes, rampMs }: FakeHog): string {
  const dead = state === 'killed';
  const task = dead ? '-' : 'S';
  return JSON.stringify({ state, pid, task, touchedBytes, rampMs, signal: dead ? 9 : 0, exitCode: 0 });
}

/** The text of a file of the unit's cgroup; undefined for an unknown name. */
function renderCgroupFile({ cgroup, unit }: FakeGuest, name: string): string | undefined {
  const limit = (bytes: number) => (Number.isFinite(bytes) ? String(bytes) : 'max');
  const flat = (values: Readonly<Record<string, number>>) =>
    Object.entries(values)
      .map(([key, value]) => `${key} ${value}\n`)
      .join('');
  const pressure = `avg10=0.00 avg60=0.00 avg300=0.00 total=${Math.round(cgroup.stalledMs * 1e3)}\n`;
  const files: Readonly<Record<string, string>> = {
    'memory.current': String(cgroup.current),
    'memory.events': flat(cgroup.events),
    'memory.stat': flat({ anon: cgroup.current, file: 0, workingset_refault_file: 0 }),
    'memory.pressure': `some ${pressure}full ${pressure}`,
    'memory.swap.current': '0',
    'memory.high': limit(unit.limits.high),
    'memory.max': limit(unit.limits.max),
    'memory.swap.max': limit(unit.limits.swapMax),
    'memory.oom.group': '0',
  };
  return files[name];
}
