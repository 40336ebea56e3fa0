import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { measureTime } from '../core/clock.js';
import { runCommandLine } from './command-line.js';

// Texts that make a careless reader take for ever, and each place of the command line where text comes in.

const BYTES = 1_000_000;

const repeat = (text: string, bytes = BYTES): string => text.repeat(Math.ceil(bytes / text.length));

/** Texts of a megabyte: long lines, many lines, brackets in brackets, and words that begin a match again and again. */
const TEXTS: Readonly<Record<string, string>> = {
  'one word': repeat('a'),
  'blanks before a word': `${repeat(' ')}x`,
  'blanks in a value': `[Service]\nMemoryMax=1${repeat(' ')}x\n`,
  'line breaks': repeat('\n'),
  'returns and line breaks': repeat('\r\n'),
  backslashes: `[Service]\nExecStart=${repeat('\\')}x\n`,
  continuations: `[Service]\nExecStart=${repeat('a \\\n')}x\n`,
  quotes: `[Service]\nExecStart=${repeat('"\'')}\n`,
  'opening brackets': repeat('['),
  'objects in objects': repeat('{"a":'),
  'lists in lists': `${repeat('[', BYTES / 2)}${repeat(']', BYTES / 2)}`,
  sections: repeat('[Service]\nMemoryMax=1G\n'),
  keys: `[Service]\n${Array.from({ length: 60_000 }, (_, index) => `Key${index}=value`).join('\n')}\n`,
  sizes: `[Service]\nMemoryMax=${repeat('1K ')}\n`,
  percentages: `[Service]\nMemoryMax=${repeat('1')}%\n`,
  'parents of Docker': `[Service]\nExecStart=/usr/bin/dockerd ${repeat('--cgroup-parent="')}\n`,
  'arguments of earlyoom': `EARLYOOM_ARGS="--prefer '${repeat('(.|.|.|.)*!', 4_000)}'"${repeat(' ')}x\n`,
  'branches for earlyoom': `EARLYOOM_ARGS="--prefer '${repeat('abc|')}'"\n`,
  'many patterns for earlyoom': `EARLYOOM_ARGS="${repeat("--prefer '(a|a)*b' ")}"\n`,
  suppressions: repeat(`# oomdrill-lint: ignore${' '.repeat(900)}X\n`),
  'good suppressions': repeat('# oomdrill-lint: ignore swap-allowed -- a reason\nMemoryMax=1G\n'),
  'summaries of kills': repeat('oom-kill:constraint=A,x,task='),
  'lines of kills': repeat('oom-kill:constraint=CONSTRAINT_MEMCG,oom_memcg=/a,task_memcg=/a,task=x,pid=1,uid=0\n'),
  'words of kills': repeat('Out of memory Killed process 1 ('),
  'files of grep': repeat('/memory.events/memory.'),
  'lines of grep': repeat('/sys/fs/cgroup/a/memory.events:high 1\n'),
  'lines of a captured host': repeat('F /etc/systemd/system/a.service.d/'),
  'entries of a history': repeat('{"schema":"oomdrill.history/1"\n'),
};

type Place = (file: string, dir: string) => readonly string[];

/** How a text comes in: the path of the file that holds it below a folder, and the command line that reads it. */
const PLACES: Readonly<Record<string, readonly [path: string, commandLine: Place]>> = {
  judge: ['record.jsonl', (file) => ['judge', file]],
  report: ['record.jsonl', (file, dir) => ['report', file, '-o', dir]],
  explain: ['dmesg.log', (file) => ['explain', file]],
  'explain a folder': ['memory.events', (_, dir) => ['explain', dir]],
  merge: ['shard.json', (file) => ['merge', file]],
  history: ['history.jsonl', (file) => ['history', '--history', file]],
  'lint a unit': ['etc/systemd/system/web.service', (_, dir) => ['lint', dir]],
  'lint a drop-in': ['etc/systemd/system/web.service.d/a.conf', (file) => ['lint', file]],
  'lint docker.service': ['etc/systemd/system/docker.service', (_, dir) => ['lint', dir]],
  'lint earlyoom': ['etc/default/earlyoom', (_, dir) => ['lint', dir]],
  'lint Docker': ['etc/docker/daemon.json', (_, dir) => ['lint', dir]],
  'lint bundle.json': ['bundle.json', (_, dir) => ['lint', dir]],
  'mutate bundle.json': ['bundle.json', (_, dir) => ['mutate', dir, '--list']],
  'init a unit': [
    'web.service',
    (file, dir) => ['init', dir, '--dry-run', '--unit', file, '--url', 'http://localhost:80/'],
  ],
  'capture --from': ['host.capture', (file, dir) => ['capture', '--from', file, '--out', join(dir, 'out')]],
};

/** Names of the places where text comes in. */
export const HOSTILE_PLACES: readonly string[] = Object.keys(PLACES);

/** Lets the command line read each text in a place. Gives the milliseconds that each took, by its name. */
export async function readHostileTexts(place: string): Promise<Readonly<Record<string, number>>> {
  const [path, commandLine] = PLACES[place] ?? [];
  if (path === undefined || commandLine === undefined) throw new Error(`there is no place ${place}`);
  const times: Record<string, number> = {};
  for (const [name, text] of Object.entries(TEXTS)) {
    const dir = await mkdtemp(join(tmpdir(), 'oomdrill-hostile-'));
    try {
      const file = join(dir, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
      times[name] = (await measureTime(() => runCommandLine(commandLine(file, dir)))).ms;
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  }
  return times;
}
