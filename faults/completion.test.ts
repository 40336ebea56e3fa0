import { writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { assets } from '../harness/core/assets.js';

const cli = assets.cli;
const dir = t.testdir({ bin: { oomdrill: t.fixture('symlink', cli) } });
const env = { PATH: [join(dir, 'bin'), process.env.PATH].join(delimiter) };
const script = async (shell: string) => {
  const path = join(dir, shell);
  writeFileSync(path, (await execa('oomdrill', ['completion', shell], { env })).stdout);
  return path;
};
const without = async (shell: string) =>
  (await execa(shell, ['--version'], { reject: false })).failed ? `${shell} is not installed` : false;

t.test('Tab in bash', async (t) => {
  // What the package bash-completion would do: split the line.
  const split =
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's
    '_get_comp_words_by_ref() { words=("${COMP_WORDS[@]}"); cword=$COMP_CWORD; cur=${COMP_WORDS[COMP_CWORD]}; }; compopt() { :; }';
  const press = async (...line: string[]) => {
    const words = line.map((word) => `'${word}'`).join(' ');
    const ask = `COMP_WORDS=(${words}); COMP_CWORD=${line.length - 1}; __oomdrill_complete; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return (await execa('bash', ['-c', `${split}; . ${await script('bash')}; ${ask}`], { env })).stdout.split('\n');
  };
  t.same(await press('oomdrill', 'run', '2026-07-02-f'), ['2026-07-02-fixed']);
  t.same(await press('oomdrill', 'mer'), ['merge']);
  t.same(await press('oomdrill', 'run', '--guest', 'f'), ['forky']);
  t.same(await press('oomdrill', 'merge', '--jun'), ['--junit']);
});

t.test('Tab in fish', { skip: await without('fish') }, async (t) => {
  const press = async (line: string) =>
    (await execa('fish', ['--no-config', '-c', `source ${await script('fish')}; complete -C '${line}'`], { env }))
      .stdout;
  t.match(await press('oomdrill run 2026-07-02-f'), /^2026-07-02-fixed/);
  t.match(await press('oomdrill his'), /^history\t/);
});

t.test('Tab in zsh', { skip: await without('zsh') }, async (t) => {
  t.equal(
    (await execa('zsh', ['-n', await script('zsh')], { env, reject: false })).exitCode,
    0,
    'zsh reads the script',
  );
});
