import fc from 'fast-check';
import t from 'tap';
import { formatBytes, parseBytes, renderBytes, SIZE } from './bytes.js';
import { measureTime, startClock } from './clock.js';
import { pollUntil, sleep, withDeadline } from './deadline.js';
import { asKnownError, machineError, messageOf, OomdrillError, usageError } from './errors.js';
import { parseJson } from './json.js';
import { waitForAll } from './wait-for-all.js';

t.test('a full disk is an error of the machine, wherever it is met', async (t) => {
  for (const code of ['ENOSPC', 'EDQUOT']) {
    const full = Object.assign(new Error(`${code}: no space left on device, write`), { code });
    t.match(asKnownError(full), {
      code: 'DISK_FULL',
      kind: 'machine',
      message: `The disk is full: ${full.message}.`,
      cause: full,
    });
  }
  const ours = machineError('X', 'A machine.');
  t.equal(asKnownError(ours), ours);
  for (const bug of [new Error('x'), Object.assign(new Error('x'), { code: 'EACCES' }), 'ENOSPC', undefined])
    t.equal(asKnownError(bug), undefined);
});

t.test('sizes are read and written as systemd does', async (t) => {
  t.equal(parseBytes('12.5G'), 12.5 * 1024 ** 3);
  t.equal(parseBytes(' 100 '), 100);
  t.equal(parseBytes('7B'), 7);
  t.equal(parseBytes('1G 512M'), 1.5 * 1024 ** 3);
  t.equal(parseBytes('infinity'), Number.POSITIVE_INFINITY);
  for (const text of [
    '',
    '12GB',
    '-1',
    'G',
    '1e3',
    '0x10',
    '1M 2G',
    '1 2',
    '1.2.3',
    '16\u00a0G',
    '20E',
    '18446744073709551616',
  ])
    t.throws(() => parseBytes(text), { code: 'BYTES_INVALID' }, text);
  fc.assert(fc.property(fc.nat({ max: 2 ** 50 }), (bytes) => parseBytes(renderBytes(bytes)) === bytes));
  t.equal(renderBytes(Number.POSITIVE_INFINITY), 'infinity');
});

t.test('the pattern of sizes agrees, except for white space alone and for too large sizes', async () => {
  const isSize = (text: string) => {
    try {
      return parseBytes(text) < Number.POSITIVE_INFINITY;
    } catch {
      return false;
    }
  };
  const texts = fc.string({ unit: fc.constantFrom(...'01 9.+\tBKMGE-'), minLength: 1, maxLength: 12 });
  const property = fc.property(texts, (text) => {
    fc.pre(/\d/.test(text) && !/\d\d[. \t\d]*E/.test(text));
    return SIZE.test(text) === isSize(text);
  });
  fc.assert(property, { numRuns: 2_000, examples: [['1G 512M'], ['12GB'], ['1M 2G'], ['1 2'], ['1.2.3'], ['+1.K']] });
});

t.test('sizes for people', async (t) => {
  t.same([0, 1023, 1536, 10.55 * 1024 ** 3, 340 * 1024 ** 2, Number.POSITIVE_INFINITY].map(formatBytes), [
    '0B',
    '1023B',
    '1.5K',
    '10.6G',
    '340M',
    'infinity',
  ]);
});

t.test('a wait ends with its result, its timeout or its signal', async (t) => {
  const wait = { reason: 'Godot', timeoutMs: 30 };
  let asked = 0;
  t.equal(await pollUntil(async () => (++asked === 3 ? 'here' : undefined), { ...wait, timeoutMs: 5_000 }, 1), 'here');
  await t.rejects(
    pollUntil(async () => undefined, wait, 1),
    { code: 'TIMEOUT', message: 'Gave up waiting for Godot after 0.03 s.' },
  );
  await t.rejects(
    withDeadline(() => new Promise(() => {}), { ...wait, code: 'NEVER', hint: 'Go home.' }),
    { code: 'NEVER', hint: 'Go home.' },
  );
  t.equal(await withDeadline(async () => 1, wait), 1);
  const stop = new AbortController();
  const abortReason = usageError('STOPPED', 'stopped.');
  setTimeout(() => stop.abort(abortReason), 5);
  await t.rejects(sleep(60_000, stop.signal), abortReason);
  await t.rejects(
    pollUntil(async () => undefined, { ...wait, signal: stop.signal }),
    abortReason,
  );
  await t.rejects(
    withDeadline(() => new Promise(() => {}), { ...wait, signal: stop.signal }),
    abortReason,
  );
});

t.test('the clock counts from its start', async (t) => {
  const clock = startClock();
  const { value, ms } = await measureTime(() => sleep(5).then(() => 'done'));
  t.equal(value, 'done');
  t.ok(ms > 0 && clock.now() >= ms);
});

t.test('errors carry code, kind, hint and cause', async (t) => {
  const cause = new Error('first\nsecond');
  const error = machineError('X', 'It broke.', 'Fix it.', cause);
  t.ok(error instanceof OomdrillError);
  t.match(error, { code: 'X', kind: 'machine', message: 'It broke.', hint: 'Fix it.', cause });
  t.equal(usageError('Y', 'No.').hint, undefined);
  t.equal(messageOf(cause), 'first');
  t.equal(messageOf('text'), 'text');
});

t.test('all promises are waited for, also when one has failed', async (t) => {
  const ended: string[] = [];
  const work = async (name: string, ms: number, fails = false) => {
    await sleep(ms);
    ended.push(name);
    if (fails) throw new Error(name);
  };
  await waitForAll(work('a', 1), work('b', 5));
  t.same(ended, ['a', 'b']);
  await t.rejects(waitForAll(work('c', 1, true), work('d', 10)), { message: 'c' });
  t.same(ended, ['a', 'b', 'c', 'd'], 'the other has ended too when the failure is thrown');
});

t.test('text is read as JSON, and a syntax error is returned', async (t) => {
  t.same(parseJson('{"a":[null]}'), { value: { a: [null] } });
  t.same(parseJson('null'), { value: null });
  t.match(parseJson('{'), { value: undefined, fault: SyntaxError });
});
