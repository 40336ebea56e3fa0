import t from 'tap';
import { mustError } from '../core/must.js';
import { withOutputKept } from '../testing/command-line.js';
import { argument, defineCommand } from './define.js';
import { DocumentedCommand } from './documented-command.js';
import { listFlag, switchFlag, unlessNoFlag, valueFlag } from './flag.js';
import { nameSources } from './settings/name-sources.js';
import type { Environment } from './settings/settings.js';

// A program of two commands, whose options are set by everything that can set them.

const flags = {
  out: valueFlag('<dir>', 'where to', { default: 'reports' }),
  junit: valueFlag('<file>', 'a report'),
  jobs: valueFlag('<n>', 'how many', { default: '1' }),
  host: valueFlag('<user@host>', 'whose', { required: true, rule: { own: true } }),
  guest: listFlag('<name>', 'on which'),
  places: listFlag('<dir|here>', 'directories, or a word'),
  quiet: switchFlag('say less'),
  color: unlessNoFlag('in black and white'),
  sweep: valueFlag('<range>', 'several'),
  steps: valueFlag('<n>', 'how many of them', { rule: { needs: 'sweep' } }),
  script: switchFlag('print', { rule: { excludes: (on) => (on ? ['guest'] : []) } }),
  suite: valueFlag('<name>', 'what'),
  harm: switchFlag('do harm', { rule: { commandLineOnly: 'it does harm' } }),
  /** Here a file, there a switch. */
  both: valueFlag('<file>', 'a file'),
};
const otherFlags = {
  out: valueFlag('<dir>', 'another folder', { default: '.', rule: { own: true } }),
  guest: valueFlag('<name>', 'on which one'),
  host: valueFlag('<user@host>', 'another host', { rule: { own: true } }),
  both: switchFlag('on or off'),
};

type Values = Readonly<Record<string, unknown>>;

interface Sets {
  readonly env?: Environment;
  readonly values?: Readonly<Record<string, unknown>>;
}

/** What a command is handed, and what is said on standard error. */
async function parse(words: string, { env = {}, values }: Sets = {}): Promise<{ handed: Values; stderr: string }> {
  let handed: Values | undefined;
  const run = async (_: unknown, { settings, ...given }: Values) => {
    handed = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  };
  const root = new DocumentedCommand('program');
  root.settings = { env, config: values && { file: 'oomdrill.config.ts', dir: '/repo', values } };
  const scenarios = argument('[name...]', 'names', undefined, ['suite']);
  defineCommand({ name: 'drill', description: 'drills', argument: scenarios, flags, run }).addTo(root);
  defineCommand({ name: 'look', description: 'looks', flags: otherFlags, run, brokenConfig: 'warned' }).addTo(root);
  const { stderr } = await withOutputKept(() => root.parseAsync(['node', 'program', ...words.split(' ')]));
  if (!handed) throw new Error('the command was not carried out');
  return { handed, stderr };
}

const handed = async (words: string, sets: Sets) => (await parse(words, sets)).handed;
const DEFAULTS = { out: 'reports', jobs: '1', host: 'u@h', color: true };

t.test('the command line, the environment, the file, the default: the first that is given', async (t) => {
  const values = { jobs: 5, drill: { jobs: 4 } };
  const all = { OOMDRILL_JOBS: '3', OOMDRILL_DRILL_JOBS: '2' };
  const jobs = async (words: string, sets: Sets) => (await handed(`drill --host u@h${words}`, sets)).jobs;
  t.equal(await jobs(' --jobs 6', { env: all, values }), '6');
  t.equal(await jobs('', { env: all, values }), '2', 'of this command before those of all');
  t.equal(await jobs('', { env: { OOMDRILL_JOBS: '3' }, values }), '3');
  t.equal(await jobs('', { env: { OOMDRILL_JOBS: '' }, values }), '4', 'an empty variable is not set');
  t.equal(await jobs('', { values: { jobs: 5 } }), '5');
  t.equal(await jobs('', {}), '1');
});

t.test('what is required may be set elsewhere', async (t) => {
  t.equal((await handed('drill', { env: { OOMDRILL_DRILL_HOST: 'u@h' } })).host, 'u@h');
  t.equal((await handed('drill', { values: { drill: { host: 'u@h' } } })).host, 'u@h');
  await t.rejects(parse('drill'), { code: 'OPTION_MISSING' });
});

t.test('each kind of value', async (t) => {
  const env = {
    OOMDRILL_DRILL_HOST: 'u@h',
    OOMDRILL_GUEST: 'trixie,bookworm',
    OOMDRILL_QUIET: 'yes',
    OOMDRILL_COLOR: '0',
    OOMDRILL_JUNIT: './x.xml',
  };
  const set = { guest: ['trixie', 'bookworm'], quiet: true, color: false };
  t.same(await handed('drill', { env }), { ...DEFAULTS, ...set, junit: './x.xml' });
  const drill = { host: 'u@h', guest: ['trixie', 'bookworm'], quiet: true, color: false };
  const values = { drill, junit: 'x.xml', out: '../up' };
  t.same(
    await handed('drill', { values }),
    { ...DEFAULTS, ...set, out: '/up', junit: '/repo/x.xml' },
    'paths are of the file',
  );
  t.same((await handed('drill --host u@h', { values: { places: ['a', 'here', './here'] } })).places, [
    '/repo/a',
    'here',
    '/repo/here',
  ]);
  t.equal((await handed('look', { values: { guest: ['trixie'] } })).guest, 'trixie', 'a list of one is that one');
  const off = { OOMDRILL_QUIET: 'FALSE', OOMDRILL_COLOR: 'true' };
  t.same(await handed('drill --guest sid', { env: off, values }), {
    ...DEFAULTS,
    guest: ['sid'],
    out: '/up',
    junit: '/repo/x.xml',
  });
});

t.test('what is wrong with a value, by the name of what has it', async (t) => {
  const refused: [Sets, string, string][] = [
    [{ env: { OOMDRILL_QUIET: 'maybe' } }, 'VARIABLE_INVALID', 'OOMDRILL_QUIET must be true or false (got maybe).'],
    [
      { env: { OOMDRILL_OUT: '--jobs' } },
      'OPTION_VALUE_MISSING',
      'OOMDRILL_OUT must be given a value that does not look like an option (got --jobs).',
    ],
    [
      { values: { jobs: true } },
      'CONFIG_INVALID',
      'oomdrill.config.ts: jobs must be a string in quotes, or a number (got true).',
    ],
    [
      { values: { drill: { quiet: 'yes' } } },
      'CONFIG_INVALID',
      'oomdrill.config.ts: drill.quiet must be true or false (got "yes").',
    ],
    [
      { values: { guest: ['trixie', 5] } },
      'CONFIG_INVALID',
      'oomdrill.config.ts: guest must be a string in quotes, or a list of at least one such string.',
    ],
    [{ values: { out: null } }, 'CONFIG_INVALID', 'oomdrill.config.ts: out must be a string in quotes (got null).'],
    [
      { values: { drill: 5 } },
      'CONFIG_INVALID',
      'oomdrill.config.ts: drill must be an object with options of oomdrill drill.',
    ],
  ];
  for (const [sets, code, message] of refused)
    await t.rejects(parse('drill --host u@h', sets), { code, message }, JSON.stringify(sets));
  await t.rejects(
    parse('look', { values: { guest: ['trixie', 'sid'] } }),
    {
      code: 'CONFIG_INVALID',
      message: 'oomdrill.config.ts: guest must be a single value for this command (got trixie, sid).',
    },
    'a list where one is meant',
  );
});

t.test('keys that nothing has, or that several have', async (t) => {
  const refused: [Readonly<Record<string, unknown>>, string, string | RegExp][] = [
    [{ jobz: 1 }, 'oomdrill.config.ts: jobz is not a command or an option.', 'Did you mean jobs?'],
    [{ dril: {} }, 'oomdrill.config.ts: dril is not a command or an option.', 'Did you mean drill?'],
    [
      { drill: { jobz: 1 } },
      'oomdrill.config.ts: drill.jobz is not an option of oomdrill drill.',
      'Did you mean jobs?',
    ],
    [{ elsewhere: 1 }, 'oomdrill.config.ts: elsewhere is not a command or an option.', /lists all keys/],
    [
      { host: 'u@h' },
      'oomdrill.config.ts: host must be in the section of a command, because it means something else in each.',
      'Write drill: { host: ... } or look: { host: ... }.',
    ],
    [
      { both: true },
      'oomdrill.config.ts: both must be in the section of a command, because it means something else in each.',
      /^Write/,
    ],
    [
      { outcomes: [] },
      'oomdrill.config.ts: outcomes cannot be added by a configuration, because a verdict must mean the same everywhere.',
      /architecture/,
    ],
  ];
  for (const [values, message, hint] of refused)
    await t.rejects(parse('drill --host u@h', { values }), { code: 'CONFIG_INVALID', message, hint });
  await t.rejects(parse('look', { env: { OOMDRILL_BOTH: '1' } }), {
    code: 'VARIABLE_AMBIGUOUS',
    message: 'OOMDRILL_BOTH must name its command, because the option means something else in each.',
    hint: 'Write OOMDRILL_DRILL_BOTH, OOMDRILL_LOOK_BOTH.',
  });
});

t.test('an option that means something else in a command is set for that command only', async (t) => {
  t.equal((await handed('look', { values: { out: 'x' }, env: { OOMDRILL_OUT: 'y' } })).out, '.');
  t.equal((await handed('look', { values: { look: { out: 'x' } } })).out, '/repo/x');
});

t.test('what was only a default gives way', async (t) => {
  const values = { drill: { host: 'u@h', suite: 'core', steps: 3, guest: 'sid' } };
  t.equal((await handed('drill', { values })).suite, 'core');
  t.equal((await handed('drill a-name', { values })).suite, undefined, 'to the argument');
  t.match(await handed('drill a-name --suite full', { values }), { suite: 'full' }, 'the command refuses that');
  t.equal((await handed('drill', { values })).steps, undefined, 'without what it belongs to');
  t.equal((await handed('drill --sweep a', { values })).steps, '3');
  t.equal((await handed('drill --script', { values })).guest, undefined, 'to an option that excludes it');
});

t.test('harm is consented to on the command line only', async (t) => {
  t.equal((await handed('drill --host u@h --harm', {})).harm, true);
  const refused = {
    code: 'COMMAND_LINE_ONLY',
    message: /harm must be given on the command line, as --harm, because it/,
  };
  await t.rejects(parse('drill --host u@h', { values: { drill: { harm: true } } }), refused);
  await t.rejects(parse('drill --host u@h', { env: { OOMDRILL_HARM: '1' } }), { code: 'COMMAND_LINE_ONLY' });
});

t.test('a variable that means nothing is named', async (t) => {
  const env = { OOMDRILL_JOBZ: '1', OOMDRILL_VM_MEMORY: '1', OOMDRILL_NONSENSE_OF_OURS: '1', OOMDRILL_LOOK_OUT: 'x' };
  const { stderr } = await parse('drill --host u@h', { env });
  t.equal(
    stderr,
    'oomdrill: warning: OOMDRILL_JOBZ has no effect. Did you mean OOMDRILL_JOBS?\n' +
      'oomdrill: warning: OOMDRILL_NONSENSE_OF_OURS has no effect. `oomdrill config` lists those that are in force.\n',
  );
});

t.test('a command that helps to repair things works with a broken file', async (t) => {
  const { stderr, handed } = await parse('look', { values: { jobz: 1 }, env: { OOMDRILL_GUEST: 'sid' } });
  t.match(stderr, /^oomdrill: warning: oomdrill\.config\.ts: jobz is not .* The file is ignored\.\n$/);
  t.equal(handed.guest, 'sid');
});

t.test('errors name what set an option', async (t) => {
  const variable = { name: 'jobs', long: '--jobs', source: { variable: 'OOMDRILL_JOBS' }, raw: '0', rank: 1 };
  const key = { name: 'json', long: '--json', source: { file: 'f.ts', key: 'run.json' }, raw: 'sid', rank: 2 };
  const named = (error: unknown) => nameSources(error, [variable, key]) as { message: string; hint?: string };
  const must = (name: string, code = 'X') => mustError(code, name, 'be right', 'x', 'Do it.');
  t.equal(named(must('--jobs')).message, 'OOMDRILL_JOBS must be right (got x).');
  t.equal(named(must('--jobs and --json')).message, 'OOMDRILL_JOBS and f.ts: run.json must be right (got x).');
  t.match(named(mustError('X', '--other', 'be used with --json', 'x', 'Do it.')), {
    message: '--other must be used with --json (got x).',
    hint: 'Do it. --json is set by f.ts: run.json.',
  });
  t.match(named(mustError('X', 'The guest', 'exist', 'sid')), { hint: '--json is set by f.ts: run.json.' });
  const untouched = must('--jobs-more');
  t.equal(named(untouched), untouched);
  const bug = new Error('--jobs is a bug');
  t.equal(named(bug), bug);
});
