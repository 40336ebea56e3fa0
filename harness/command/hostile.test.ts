import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chdir, cwd } from 'node:process';
import type { Command } from 'commander';
import t from 'tap';
import { loadScenarios } from '../campaign/catalogue.js';
import { program } from '../cli.js';
import { reportError } from '../core/report-error.js';
import { createNight } from '../history/night.js';
import { withOutputKept } from '../testing/command-line.js';
import { findActing, HOSTILE, MARK } from '../testing/hostile.js';
import { compose, recordText } from '../testing/record.js';
import { summarize, summarizeRecord } from '../verdict/summarize.js';

/** What a command is called with. */
interface Hostile {
  readonly value: string;
  /** The value as far as a file can have it for a name. */
  readonly name: string;
  /** Writes a file into the working folder, and gives its name. */
  readonly write: (name: string, text: string) => string;
}

interface Call {
  readonly words: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const composed = compose();
const run = summarizeRecord(composed, 'a/record.jsonl');

const recordOf = (value: string): string =>
  recordText({
    ...composed,
    header: {
      ...composed.header,
      guest: value,
      scenario: { ...composed.header.scenario, name: value, bundle: value },
    },
    entries: composed.entries.map((entry) =>
      entry.type === 'end' ? { ...entry, error: { code: 'X', message: value, hint: value } } : entry,
    ),
  });

const summaryOf = (value: string) =>
  summarize([{ ...run, scenario: value, guest: value, bundle: value, reasons: [value], record: value }], {
    ...composed.header.host,
    kernel: value,
  });

const UNIT = '[Service]\nExecStart=/usr/bin/web\nMemoryHigh=1G\nMemoryMax=';

/** A bundle with a value in all that it may hold. Gives its folder. */
function writeBundle({ value, name, write }: Hostile): string {
  const host = { memory: '4G', swap: '0', cpus: 2 };
  const serving = { unit: 'web.service', port: 80, path: '/' };
  const folder = `bundle-${name}`;
  write(`${folder}/bundle.json`, JSON.stringify({ description: value, host, serving, [value]: 1 }));
  write(`${folder}/etc/systemd/system/web.service`, `${UNIT}2G\nSlice=${value}\n`);
  write(`${folder}/etc/systemd/system/web.service.d/${name}.conf`, `[Service]\nMemoryMax=${value}\n`);
  return `./${folder}`;
}

/** How each command meets a value from outside without a machine: as an argument, as a file's name, in what is in a file. */
const CALLS: Readonly<Record<string, (hostile: Hostile) => readonly Call[]>> = {
  init: (hostile) => [
    { words: ['init', hostile.name, '--ci', hostile.value] },
    { words: ['init', `new-${hostile.name}`, '--dry-run', '--ci', 'none', '--bundle', writeBundle(hostile)] },
    { words: ['init', hostile.name, '--dry-run', '--ci', 'none'] },
  ],
  run: ({ value, name }) => [
    { words: ['run', value] },
    { words: ['run', '--scenarios', name] },
    { words: ['run', '--machine', value] },
    { words: ['run', '2026-07-02-fixed', '--jobs', value] },
    { words: ['run', `--${value}`] },
  ],
  list: ({ value, name, write }) => {
    const hypothesis = JSON.stringify(`A ${value.replaceAll(/[\n\r\u2028\u2029\u0085\v\f]/g, ' ')}.`);
    write(`scenarios/${MARK}.mjs`, `export default { hypothesis: ${hypothesis} };`);
    return [
      { words: ['list', '--suite', value] },
      { words: ['list', '--scenarios', name] },
      { words: ['list', '--scenarios', 'scenarios'] },
      { words: ['list', '--scenarios', 'scenarios', '--markdown'] },
    ];
  },
  map: (hostile) => [
    { words: ['map', hostile.value] },
    { words: ['map', writeBundle(hostile), '--precision', hostile.value] },
    { words: ['map', 'devvm', '--sweep', hostile.value] },
  ],
  mutate: (hostile) => [
    { words: ['mutate', hostile.value] },
    { words: ['mutate', writeBundle(hostile), '--list'] },
    { words: ['mutate', 'devvm', '--mutant', hostile.value] },
  ],
  validate: (hostile) => [
    { words: ['validate', hostile.value] },
    { words: ['validate', writeBundle(hostile), '--scale', hostile.value] },
  ],
  lint: (hostile) => {
    const { value, name, write } = hostile;
    write(`etc/systemd/system/${name}.service`, `${UNIT}${value}\nOOMPolicy=${value}\n`);
    write(`etc/systemd/system/b.service.d/${name}.conf`, `[Service]\nMemoryMax=${value}\n`);
    write('etc/default/earlyoom', `EARLYOOM_ARGS="--prefer '${value}' --avoid ${value}"\n`);
    return [
      { words: ['lint', 'etc'] },
      { words: ['lint', writeBundle(hostile)] },
      { words: ['lint', 'none', '--format', value] },
      { words: ['lint', `none/${name}`] },
      { words: ['lint', 'etc', '--memory', value] },
    ];
  },
  judge: ({ value, name, write }) => [
    { words: ['judge', write(`${name}.jsonl`, recordOf(value)), write(`${name}.txt`, value)] },
    { words: ['judge', `${name}.jsonl`, `none-${name}`, '--tap'] },
    { words: ['judge', `none-${name}`] },
  ],
  results: ({ value, name, write }) => [
    { words: ['results', '--store', name] },
    { words: ['results', '--where', value] },
    { words: ['results', '--by', value] },
    { words: ['results', '--store', `${name}.db`, '--add', write(`${name}.json`, JSON.stringify(summaryOf(value)))] },
  ],
  merge: ({ value, name, write }) => [
    {
      words: [
        'merge',
        write(`${name}.json`, JSON.stringify(summaryOf(value))),
        `none-${name}`,
        '--history',
        'new.jsonl',
      ],
    },
    { words: ['merge', `${name}.json`, '--history', `${name}/none`] },
    {
      words: [
        'merge',
        write(
          'error.json',
          JSON.stringify({ schema: 'oomdrill.error/1', error: { code: 'X', message: value }, exitCode: 2 }),
        ),
      ],
    },
  ],
  history: ({ value, name, write }) => {
    const night = createNight(summaryOf(value), '2026-07-02T03:00:00.000Z');
    return [
      { words: ['history', '--history', write(`${name}.jsonl`, `${JSON.stringify(night)}\nno entry\n`)] },
      { words: ['history', value, '--history', `${name}.jsonl`] },
      { words: ['history', '--history', `none-${name}`] },
    ];
  },
  accept: ({ value, name, write }) => {
    const night = createNight(summaryOf(value), '2026-07-02T03:00:00.000Z');
    const history = write(`${name}.jsonl`, `${JSON.stringify(night)}\n`);
    return [
      { words: ['accept', '--history', history, '--baseline', `new-${name}.json`] },
      { words: ['accept', `${value}.`, '--history', history] },
    ];
  },
  report: ({ value, name, write }) => [
    { words: ['report', write(`${name}.jsonl`, recordOf(value)), write(`${name}.txt`, value), '--out', `out-${name}`] },
    { words: ['report', `${name}.jsonl`, '--map', `none-${name}`] },
  ],
  explain: ({ value, name, write }) => {
    const kill = `[ 1.0] Memory cgroup out of memory: Killed process 7 (${value}) total-vm:1kB, anon-rss:1kB, UID:0\n`;
    const constraint = `oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/a/${value},task_memcg=/a/${value},task=${value},pid=7,uid=0\n`;
    return [
      { words: ['explain', write(`${name}.log`, `${constraint}${kill}${value}\n`)] },
      { words: ['explain', `none-${name}`] },
    ];
  },
  capture: ({ value, name, write }) => [
    { words: ['capture', value] },
    { words: ['capture', 'web', '--host', `root@${value}`] },
    { words: ['capture', '--from', `none-${name}`] },
    {
      words: [
        'capture',
        '--from',
        write(`${name}.txt`, `oomdrill-capture/1\n== ${value}\n|${value}\n${value}\n== end\n`),
      ],
    },
  ],
  doctor: ({ name, write }) => {
    write(`state/ledger/${name}.json`, '{');
    return [{ words: ['doctor'] }];
  },
  setup: ({ value }) => [{ words: ['setup', value, '--dry-run'] }],
  'image build': ({ value }) => [{ words: ['image', 'build', value] }],
  'image list': ({ name, write }) => {
    write(`cache/images/${name}/disk.qcow2`, '');
    return [{ words: ['image', 'list'] }];
  },
  'image rm': ({ value, name, write }) => {
    write(`cache/images/trixie-${name}/disk.qcow2`, '');
    return [{ words: ['image', 'rm', 'trixie'] }, { words: ['image', 'rm', value] }];
  },
  'image box': ({ value }) => [{ words: ['image', 'box', value] }],
  install: ({ value, name, write }) => [
    { words: ['install', value, '--host', 'root@h', '--key', write('key', ''), '--scale', '8'] },
    { words: ['install', 'devvm', '--host', value, '--key', name] },
    { words: ['install', 'devvm', '--host', 'root@h', '--key', name, '--scale', '8'] },
  ],
  reap: ({ value, name, write }) => {
    write(`state/ledger/${name}.json`, '{');
    const owner = { pid: 1, startTicks: '1' };
    write(
      `state/ledger/1-${name}.json`,
      JSON.stringify({ owner, resources: [{ kind: value }, { kind: 'dir', path: `/${value}` }] }),
    );
    return [{ words: ['reap'] }];
  },
  config: ({ value }) => [
    { words: ['config'], env: { OOMDRILL_OUT: value, OOMDRILL_JOBS: value, [`OOMDRILL_${MARK}`]: value } },
    { words: ['config', value] },
  ],
};

/** Those of ours that do something: not `help`, and not the groups. */
const pathsOf = (command: Command, path: readonly string[] = []): string[] =>
  command.commands.flatMap((below) => {
    const own = [...path, below.name()];
    return below.commands.length > 0 ? pathsOf(below, own) : [own.join(' ')];
  });
const COMMANDS = pathsOf(program('0')).filter((path) => path !== 'help');

/** Calls a command in the working folder, where no program is to be found. */
const call = ({ words, env = {} }: Call) =>
  withOutputKept(async () => {
    try {
      await program('0', { settings: { env } }).parseAsync(['node', 'oomdrill', ...words]);
    } catch (thrown) {
      process.exitCode = reportError(thrown);
    }
  });

/** The values that act on a terminal or in a log; the others act only in the forms of some reporters. */
const ACTING = Object.entries(HOSTILE).filter(([, value]) => findActing(value) !== undefined);

// Some hundred commands, on a host that may do other work.
t.setTimeout(240_000);

const before = cwd();
const root = t.testdir({});
const { PATH, OOMDRILL_STATE, OOMDRILL_CACHE } = process.env;
t.teardown(() => {
  chdir(before);
  Object.assign(process.env, { PATH, OOMDRILL_STATE, OOMDRILL_CACHE });
});
process.env.PATH = '';
// What loads the scenarios, which are TypeScript here, may look for its own parts in the working folder.
await loadScenarios();

t.test('every command has calls here, and there are values enough', async (t) => {
  t.same(Object.keys(CALLS).sort(), [...COMMANDS].sort());
  t.ok(ACTING.length >= 20);
});

/** What acts in the output of one call, and whether it was an error that we did not foresee. */
function findFaults({ stdout, stderr }: Awaited<ReturnType<typeof call>>): string[] {
  const acting = [findActing(stdout), findActing(stderr)].filter((each) => each !== undefined);
  return /\[BUG\]|Internal error/.test(stderr) ? [...acting, stderr] : acting;
}

for (const [command, callsWith] of Object.entries(CALLS)) {
  t.test(`no hostile value acts: ${command}`, async (t) => {
    // Nothing is asserted between the calls: what tap prints then would be taken for theirs.
    const faults: string[] = [];
    const silent = new Map<number, string>();
    const printed = new Set<number>();
    for (const [index, [what, value]] of ACTING.entries()) {
      const folder = mkdtempSync(join(root, 'a'));
      chdir(folder);
      process.env.OOMDRILL_STATE = join(folder, 'state');
      process.env.OOMDRILL_CACHE = join(folder, 'cache');
      const write = (name: string, text: string): string => {
        mkdirSync(join(folder, name, '..'), { recursive: true });
        writeFileSync(join(folder, name), text);
        return name;
      };
      const name = value.replaceAll(/[/\0]/g, '_').replace(/^-/, '_').slice(0, 60);
      const calls = callsWith({ value, name, write });
      // Every value meets every command, and every call some values: all of both would take a minute.
      const turn = index % calls.length;
      const each = calls[turn];
      if (!each) throw new Error('a command must have a call');
      const ran = await call(each);
      faults.push(...findFaults(ran).map((fault) => `${JSON.stringify(each.words)} with ${what}: ${fault}`));
      if (`${ran.stdout}${ran.stderr}`.includes(MARK)) printed.add(turn);
      else silent.set(turn, `${JSON.stringify(each.words)}: ${ran.stdout}${ran.stderr}`);
    }
    for (const [turn, output] of silent) if (!printed.has(turn)) faults.push(`no value is printed by ${output}`);
    t.same(faults, []);
  });
}
