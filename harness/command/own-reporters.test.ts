import { join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { assets } from '../core/assets.js';
import { compose, recordText } from '../testing/record.js';

// Reporters of a configuration, in processes of their own: they end the program, or leave something running.

t.test(
  'a reporter that ends the program, never ends, or throws later is reported, and nothing looks as though it passed',
  async (t) => {
    const cli = [
      '--import',
      join(assets.root, 'scripts', 'typescript-loader.mjs'),
      join(assets.root, 'harness', 'cli.ts'),
    ];
    const early =
      /^oomdrill: oomdrill\.config\.mjs: the reporter mine ended the program before it gave its text\. \[REPORT_WRITE\]$/m;
    for (const [output, body, said] of [
      ['file', 'return new Promise(() => {});', early],
      ['file', 'process.exit(0);', early],
      ['stdout', 'return new Promise(() => {});', early],
      [
        'file',
        "setTimeout(() => { throw new Error('later'); }); return 'x';",
        /^oomdrill: Internal error: later\. \[BUG\]$/m,
      ],
      ['file', "Promise.reject(new Error('later')); return 'x';", /^oomdrill: Internal error: later\. \[BUG\]$/m],
    ] as const) {
      const reporter = `{ name: 'mine', description: 'x', output: '${output}', note: (line) => line, render() { ${body} } }`;
      const cwd = t.testdir({
        'oomdrill.config.mjs': `export default { reporters: [${reporter}] };`,
        'record.jsonl': recordText(compose()),
      });
      const option = output === 'file' ? ['--mine', 'mine.txt'] : ['--mine'];
      const ran = await execa(process.execPath, [...cli, 'judge', 'record.jsonl', ...option], { cwd, reject: false });
      t.match(ran.stderr, said);
      t.equal(ran.exitCode, 2);
    }
  },
);
