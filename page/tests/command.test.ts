import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { assets } from '../../harness/core/assets.js';
import { compose, recordText } from '../../harness/testing/record.js';
import { STACK_LINE } from '../../harness/testing/stack-line.js';

/** `oomdrill report` as a user runs it: the files that it writes, and what it says about damaged records. */

const cli = assets.cli;
const text = recordText(compose());
const dir = t.testdir({
  'whole.jsonl': text,
  'cut.jsonl': text.slice(0, Math.floor(text.length * 0.6)),
  'newer.jsonl': text.replace('oomdrill.record/2', 'oomdrill.record/7'),
  'garbage.jsonl': `${text.slice(0, text.indexOf('\n') + 1)}{"type":"phase"}\n`,
  'map.json': '{}',
  file: '',
  empty: {},
});
const at = (name: string) => join(dir, name);
const report = (args: readonly string[], env: Record<string, string> = {}) =>
  execa(process.execPath, [cli, 'report', ...args], { reject: false, env: { NO_COLOR: '1', ...env } });

t.test('a report of one record, in a new folder', async (t) => {
  const { exitCode, stdout } = await report([at('whole.jsonl'), '-o', at('new/folder')]);
  t.equal(exitCode, 0);
  t.equal(stdout, `${at('new/folder/report.html')}: 1 drill`);
  t.match(readFileSync(at('new/folder/report.html'), 'utf8'), /The one claim holds\./);
});

t.test(
  'records that are cut off, newer or not records, next to a complete one: nothing is lost, and each is named',
  async (t) => {
    const names = ['whole', 'cut', 'newer', 'garbage', 'missing'].map((name) => at(`${name}.jsonl`));
    const { exitCode, stdout, stderr } = await report([...names, '-o', at('mixed'), '--json', '-']);
    t.equal(exitCode, 2);
    t.match(JSON.parse(stdout), {
      schema: 'oomdrill.report/1',
      drills: 2,
      unread: [{ code: 'RECORD_NEWER' }, { code: 'RECORD_INVALID' }, { code: 'RECORD_MISSING' }],
    });
    t.match(stderr, /not read: .*garbage\.jsonl is not a record: line 2: /);
    const page = readFileSync(at('mixed/report.html'), 'utf8');
    t.match(page, /3 records could not be read/);
    t.match(page, /The record was cut off/);
    for (const name of names.slice(2)) t.ok(page.includes(name), name);
  },
);

t.test('without anything to report, the reason is printed and nothing is written', async (t) => {
  const cases: readonly (readonly [string[], string, number])[] = [
    [[at('missing.jsonl'), '-o', at('none')], 'RECORD_MISSING', 64],
    [[at('newer.jsonl'), '-o', at('none')], 'RECORD_NEWER', 64],
    [[at('whole.jsonl'), '--map', at('missing.json'), '-o', at('none')], 'MAP_MISSING', 64],
    [[at('whole.jsonl'), '--map', at('map.json'), '-o', at('none')], 'MAP_INVALID', 64],
    [[at('whole.jsonl'), '-o', at('file/folder')], 'REPORT_WRITE', 2],
  ];
  for (const [args, code, status] of cases) {
    const { exitCode, stderr } = await report(args);
    t.equal(exitCode, status, code);
    t.match(stderr, `[${code}]`);
    t.match(stderr, /^hint: /m);
    t.notMatch(stderr, STACK_LINE, 'no stack trace');
  }
  t.notOk(existsSync(at('none')));
});

t.test('pictures, and a host without Chromium', async (t) => {
  const written = await report([at('whole.jsonl'), '-o', at('pictures'), '--png']);
  t.equal(written.exitCode, 0);
  const png = readFileSync(at('pictures/1-composed-trixie.png'));
  t.equal(png.subarray(1, 4).toString(), 'PNG');
  t.ok(png.readUInt32BE(16) > 1_500, 'two pixels for each CSS pixel');
  // A PATH without Chromium.
  const without = await report([at('whole.jsonl'), '-o', at('without'), '--png'], { PATH: at('empty'), CHROMIUM: '' });
  t.equal(without.exitCode, 2);
  t.match(
    without.stderr,
    /There is no Chromium on this host\. \[CHROMIUM_MISSING\]\nhint: .*npx oomdrill setup browser/,
  );
  t.ok(existsSync(at('without/report.html')), 'the report is still written');
  const wrong = await report([at('whole.jsonl'), '-o', at('without'), '--png'], { CHROMIUM: '/nowhere' });
  t.match(wrong, { exitCode: 64, stderr: 'CHROMIUM must name a program that can be run (got /nowhere).' });
  writeFileSync(at('broken'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  const broken = await report([at('whole.jsonl'), '-o', at('without'), '--png'], { CHROMIUM: at('broken') });
  t.match(broken, { exitCode: 2, stderr: /Could not start .*broken: .*\[CHROMIUM_FAILED\]\nhint: Run / });
});
