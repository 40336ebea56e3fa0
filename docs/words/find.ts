import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXCEPTIONS, type Exception, OLD_WORDS, type OldWord } from './table.js';

/** One place of an old word. `line` is 0 where it is in the file's own path. */
export interface OldWordPlace {
  readonly path: string;
  readonly line: number;
  readonly found: string;
  readonly word: OldWord['word'];
  readonly better: string;
}

/** Files that are not ours to word, or that tell of the old words. */
const NOT_READ = [
  'package-lock.json',
  'CHANGELOG.md', // history: it names things as they were
  'docs/words', // the table itself
  'fixtures/captured', // kernel files and logs of real machines
  'fixtures/schemas', // other people's
  'fixtures/records', // as they were written by older versions
  'fixtures/stored',
  '*.png',
  '*.gz',
];

const COMMENT_MARK = /^(\s*)(?:\/\/+|\/?\*+|#+|>+)\s/;

/** A text with its identifiers split into words; its lines stay lines, and lose the marks of comments. */
function splitIdentifiers(text: string): string {
  return text
    .split('\n')
    .map((line) =>
      line
        .replace(COMMENT_MARK, '$1')
        .replace(/([a-z\d])(?=[A-Z])/g, '$1 ')
        .replace(/([A-Z])(?=[A-Z][a-z])/g, '$1 ')
        .replace(/(?<=\w)[_-]+(?=\w)|^--?(?=\w)|(?<=\W)--?(?=[a-z])/g, ' '),
    )
    .join('\n');
}

const compile = ({ in: where, pattern }: OldWord): RegExp =>
  where === 'words' ? new RegExp(pattern.source.replaceAll(' ', '\\s+'), 'gi') : new RegExp(pattern.source, 'g');

const COMPILED = OLD_WORDS.map((entry) => ({ ...entry, regex: compile(entry) }));

const lineAt = (text: string, index: number): number => text.slice(0, index).split('\n').length - 1;

/** The old words in a file's path and text, in the order of the table. */
export function findOldWords(path: string, text: string, exceptions = EXCEPTIONS): OldWordPlace[] {
  const written = `${path}\n${text}`;
  const split = splitIdentifiers(written);
  const lines = written.split('\n');
  return COMPILED.flatMap(({ word, in: where, better, regex }) => {
    const searched = where === 'words' ? split : written;
    return [...searched.matchAll(regex)]
      .map((match) => ({
        path,
        line: lineAt(searched, match.index),
        found: match[0].replace(/\s+/g, ' '),
        word,
        better,
      }))
      .filter((place) => !exceptions.some((exception) => isExcepted(place, lines[place.line] ?? '', exception)));
  });
}

const isExcepted = (place: OldWordPlace, written: string, { words, path, line }: Exception): boolean =>
  words.includes(place.word) && path.test(place.path) && (line?.test(written) ?? true);

/** Every file of the repository that is checked; with new ones that git does not know yet. */
export function checkedFiles(root: string): string[] {
  const excluded = NOT_READ.map((path) => `:(exclude)${path}`);
  // A checkout in a container may belong to another account, which git refuses without this setting.
  const options = ['-c', 'safe.directory=*', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const listed = execFileSync('git', [...options, '--', '.', ...excluded], { cwd: root, encoding: 'utf8' });
  return [...new Set(listed.split('\0'))].filter((path) => path !== '' && existsSync(join(root, path))).sort();
}

/** Every old word of the repository, file by file. */
export function findOldWordsIn(root: string, exceptions = EXCEPTIONS): OldWordPlace[] {
  return checkedFiles(root).flatMap((path) => findOldWords(path, readFileSync(join(root, path), 'utf8'), exceptions));
}
