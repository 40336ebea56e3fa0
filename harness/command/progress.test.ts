import { Writable } from 'node:stream';
import t from 'tap';
import { MIB } from '../core/bytes.js';
import { createStatus, renderStatus, updateStatus } from '../report/status.js';
import { compose } from '../testing/record.js';
import { showProgress } from './progress.js';

/** A terminal, or a file, that keeps what was written to it. */
class Screen extends Writable {
  text = '';
  constructor(
    readonly isTTY: boolean,
    readonly columns: number,
  ) {
    super();
  }
  override _write(chunk: Buffer, _: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
  /** The lines as a person sees them: what was erased is gone. */
  get lines(): string[] {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes are what is looked for
    return this.text.split('\n').map((line) => line.split(/\u001b\[1G|\u001b\[2K/).at(-1) ?? '');
  }
}

t.test('the status of a drill in a line', async (t) => {
  let status = createStatus('2026-07-02-fixed', 0, 80_000);
  t.equal(renderStatus(status, 1_000, 100), '2026-07-02-fixed | machine | 1 s of about 80 s');
  for (const entry of compose({ limits: { high: 1_536 * MIB, max: 2_048 * MIB, swapMax: 0 } }).entries) {
    if ('t' in entry && entry.t <= 20_000) status = updateStatus(status, entry, entry.t);
  }
  const whole = renderStatus(status, 20_500, 200);
  t.equal(
    whole,
    '2026-07-02-fixed | hold 12 s | last answer 0.7 s ago | 1.54G, high 1.5G, max 2G | 21 s of about 80 s',
  );
  for (let columns = 0; columns <= 200; columns++) {
    const line = renderStatus(status, 20_500, columns);
    t.ok(line.length <= columns && (line === '' || whole.startsWith(line)), `${columns} columns: ${line}`);
  }
});

t.test('on a terminal the status is the last line, and never in the way', async (t) => {
  const screen = new Screen(true, 40);
  const { progress, onEntry, stop } = showProgress(screen, { quiet: false, env: {} }, () => 80_000);
  onEntry('fixed', { type: 'phase', t: 0, name: 'settle' });
  onEntry('other', { type: 'phase', t: 0, name: 'hold' });
  progress('injection: to 12.35G in all');
  t.match(screen.lines, [/^\[ +0\.\d s\] injection: to 12\.35G in all$/, /^fixed \| settle 0 s \| 0 s of about/]);
  onEntry('fixed', { type: 'end', t: 1 });
  progress('the other goes on');
  t.match(screen.lines.at(-1), /^other \| hold/);
  t.ok(screen.lines.every((line) => line.length < 40));
  stop();
  t.equal(screen.lines.at(-1), '', 'the results begin on an empty line');
});

t.test('elsewhere there are lines with time stamps, and nothing else', async (t) => {
  for (const [screen, env] of [
    [new Screen(false, 0), {}],
    [new Screen(true, 80), { TERM: 'dumb' }],
  ] as const) {
    const { progress, onEntry, stop } = showProgress(screen, { quiet: false, env }, () => 1);
    onEntry('fixed', { type: 'phase', t: 0, name: 'settle' });
    progress('baseline: 5.00 s');
    stop();
    t.match(screen.text, /^\[ +0\.\d s\] baseline: 5\.00 s\n$/);
  }
  const silent = new Screen(true, 80);
  const { progress, onEntry, stop } = showProgress(silent, { quiet: true, env: {} }, () => 1);
  onEntry('fixed', { type: 'phase', t: 0, name: 'settle' });
  progress('baseline: 5.00 s');
  stop();
  t.equal(silent.text, '');
});
