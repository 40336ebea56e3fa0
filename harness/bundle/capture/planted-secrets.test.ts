import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { type CaptureHost, type CaptureTools, captureHost } from '../../testing/capture-host.js';
import { runCommandLine } from '../../testing/command-line.js';
import {
  CLIENT_COMMANDS,
  COMMANDS,
  ENVIRONMENT_TEXTS,
  leaksIn,
  NAMED_TEXTS,
  NUMBER_TEXTS,
  SECRET_SHAPES,
  UNIT_TEXTS,
  WEAK_SECRETS,
} from '../../testing/planted-secrets.js';
import { assembleCapture } from './assemble.js';
import { parseCaptureStream } from './stream.js';

// The script starts some hundred programs for each host.
t.setTimeout(180_000);

const UNIT = '[Service]\nExecStart=/opt/web/bin/web --port 8080\nMemoryMax=1G\n';

const asCommand = (command: string) => `[Service]\nExecStartPost=${command}`;

/** Texts of drop-ins, in which `@@` is the place of the secret. */
const textsFor = (secret: string): readonly string[] => [
  ...[...CLIENT_COMMANDS, ...COMMANDS].map(asCommand),
  ...UNIT_TEXTS,
  ...(/^\d+$/.test(secret) ? [] : NUMBER_TEXTS),
  ...(/^[a-z]+$|=/.test(secret) ? [] : NAMED_TEXTS),
];

const plant = (template: string, secret: string) => template.replaceAll('@@', () => secret);

/** All that leaves the host, and all that is made of it. */
async function captured(dir: string, host: CaptureHost, tools: CaptureTools = {}): Promise<string> {
  const { stdout, stderr } = await captureHost(dir, host, tools);
  const capture = assembleCapture(parseCaptureStream(stdout, 'x'), { name: 'web', path: '/', port: 80 });
  return [stdout, stderr, JSON.stringify(capture)].join('\n');
}

/** A host with a secret wherever a unit can hold one. */
const plantedHost = (secret: string): CaptureHost => ({
  unit: UNIT,
  dropIns: {
    '10.conf': `${textsFor(secret)
      .map((text) => plant(text, secret))
      .join('\n')}\n`,
  },
  environmentFiles: Object.fromEntries(
    ENVIRONMENT_TEXTS.map((text, at) => [`web-${at}.env`, `${plant(text, secret)}\n`]),
  ),
});

/** The lines of a leak, to be read where a test fails. */
const linesWith = (text: string, pieces: readonly string[]) =>
  text.split('\n').filter((line) => line.startsWith('|') && pieces.some((piece) => line.includes(piece)));

async function checkNothingLeaks(t: Test, host: CaptureHost, secrets: readonly string[], tools?: CaptureTools) {
  const text = await captured(t.testdir(), host, tools);
  t.match(text, 'ExecStart=/opt/web/bin/web --port 8080', 'what is needed comes out');
  const leaks = leaksIn(text, secrets);
  t.same(linesWith(text, leaks), []);
  t.same(leaks, []);
}

t.test('the table has more than a hundred places', async (t) => {
  t.ok(textsFor('x9').length + ENVIRONMENT_TEXTS.length > 180);
});

for (const [shape, secret] of Object.entries(SECRET_SHAPES))
  t.test(`a secret that is a ${shape} stays on the host`, (t) => checkNothingLeaks(t, plantedHost(secret), [secret]));

/** Every awk that a host may have, of those that this machine has. */
const AWKS = ['mawk', 'gawk', 'gawk --posix', 'original-awk', 'busybox awk'];

/** The pressure of this host differs from one moment to the next. */
const withoutPressure = ({ stdout, ...rest }: Awaited<ReturnType<typeof captureHost>>) => ({
  ...rest,
  stdout: stdout.replaceAll(/\b(avg\d+|total)=[\d.]+/g, '$1='),
});

t.test('every awk prints the same', async (t) => {
  const host = plantedHost(Object.values(SECRET_SHAPES).join(' '));
  const dir = t.testdir();
  const ours = await captureHost(dir, host);
  t.same(leaksIn(ours.stdout, Object.values(SECRET_SHAPES)), []);
  for (const awk of AWKS) {
    const has = (await execa('sh', ['-c', `echo x | ${awk} '{ print }'`], { reject: false })).exitCode === 0;
    if (has) t.same(withoutPressure(await captureHost(dir, host, { awk })), withoutPressure(ours), awk);
    else t.comment(`this machine has no ${awk}`);
  }
});

t.test('a password that any command line may hold stays on the host with a client that takes one', async (t) => {
  const linesOf = async (secret: string) => {
    const unit = CLIENT_COMMANDS.map((command) => `ExecStart=${plant(command, secret)}\n`).join('');
    const { stdout } = await captureHost(t.testdir(), { unit: `[Service]\n${unit}` });
    // Of a word behind a hyphen its first letter stays: it names an option.
    const lines = stdout.replaceAll(' -dREDACTED', ' REDACTED').split('\n');
    return lines.filter((line) => line.startsWith('|ExecStart='));
  };
  const expected = await linesOf(SECRET_SHAPES.token);
  t.equal(expected.length, CLIENT_COMMANDS.length);
  for (const secret of WEAK_SECRETS) t.same(await linesOf(secret), expected, `what comes out does not tell ${secret}`);
});

t.test('each secret in a drop-in of its own, through the whole command', async (t) => {
  const secret = SECRET_SHAPES.leet;
  const texts = textsFor(secret);
  const dir = t.testdir();
  const { stdout } = await captureHost(dir, {
    ...plantedHost(secret),
    dropIns: Object.fromEntries(texts.map((text, at) => [`${1000 + at}.conf`, `${plant(text, secret)}\n`])),
  });
  await writeFile(join(dir, 'web.capture'), stdout);
  const out = join(dir, 'web');
  const args = ['--from', join(dir, 'web.capture'), '--out', out, '--url', 'http://localhost/', '--json', '-'];
  const ran = await runCommandLine(['capture', ...args]);
  t.equal(ran.exitCode ?? 0, 0, ran.stderr);
  const files = (await readdir(out, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  t.ok(files.length > texts.length);
  const contents = await Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'utf8')));
  t.same(leaksIn([...files.map(({ name }) => name), ...contents, ran.stdout, ran.stderr].join('\n'), [secret]), []);
});

t.test('a secret in the name of a drop-in, of a directory, and of an environment file', async (t) => {
  const secret = SECRET_SHAPES.token;
  const text = await captured(t.testdir(), {
    unit: UNIT,
    dropIns: { [`50-${secret}.conf`]: '[Service]\nMemoryHigh=1G\n', [`50-${secret}x.conf`]: '[Service]\nNice=1\n' },
    environmentFiles: { [`${secret}/web.env`]: 'A=1\n' },
    absentEnvironment: [`/etc/my ${secret} env`, `/etc/x ${secret} (ignore_errors=yes)`],
    shown: { ExecStart: `{ path=/opt/${secret}/web ; argv[]=x }` },
  });
  t.same(leaksIn(text, [secret]), []);
  t.match(text, /== file \S+\/web\.service\.d\/50-2-REDACTED\.conf\n\|\[Service\]\n\|MemoryHigh=1G\n/);
  t.match(text, /== file \S+\/web\.service\.d\/50-3-REDACTED\.conf\n/, 'each has a name of its own, in their order');
});

t.test('a line that would take minutes is left out', async (t) => {
  const long = `ExecStart=/opt/web/bin/web ${'opensesame '.repeat(100_000)}`;
  const text = await captured(t.testdir(), { unit: UNIT, dropIns: { '10.conf': `[Service]\n${long}\nNice=1\n` } });
  t.same(leaksIn(text, ['opensesame']), []);
  t.match(text, /\|\[Service\]\n\|Nice=1\n== omitted needed\n\|\S+: line 2: a line that is too long was left out/);
});

t.test('any generated password at any place, in any quotes', async (t) => {
  // Each letter by chance alone, as a generator of passwords takes it.
  const letter = fc.constantFrom(...'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz0123456789+/=_.@:%!^-');
  const password = fc.noBias(fc.array(letter, { minLength: 20, maxLength: 40 })).map((letters) => letters.join(''));
  const quoted = fc.constantFrom('@@', '"@@"', "'@@'", '"x @@"', "'@@ y'", 'x@@', '"x"@@', '\\@@', 'x\\ @@', '[@@]');
  const templates = [...[...CLIENT_COMMANDS, ...COMMANDS].map(asCommand), ...UNIT_TEXTS, ...NAMED_TEXTS];
  const parent = t.testdir();
  const planted = fc.record({ template: fc.constantFrom(...templates), quoted, password });
  await fc.assert(
    fc.asyncProperty(fc.array(planted, { minLength: 200, maxLength: 200 }), async (rows) => {
      const texts = rows.map((row) => plant(plant(row.template, row.quoted), row.password));
      const { stdout, stderr } = await captureHost(await mkdtemp(join(parent, 'host-')), {
        unit: `${UNIT}${texts.join('\n')}\n[Service]\nNice=1\n`,
      });
      const secrets = rows.map((row) => row.password);
      const leaks = leaksIn(`${stdout}${stderr}`, secrets);
      if (leaks.length > 0) throw new Error(linesWith(stdout, leaks).join('\n'));
    }),
    // A failure names its lines: nothing is gained by smaller ones.
    { numRuns: 6, endOnFailure: true },
  );
});
