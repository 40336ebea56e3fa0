import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import ts from 'typescript';
import { assets } from '../harness/core/assets.js';

/** Pages whose examples of code begin with the path of the file that they are, or are added to. */
const PAGES = [
  'docs/extending.md',
  'docs/architecture.md',
  'docs/library.md',
  'docs/your-repository.md',
  'docs/configuration.md',
];

/** The examples of a page by path; several of one path are one file. */
function examplesOf(page: string): Map<string, string> {
  const examples = new Map<string, string>();
  const text = readFileSync(join(assets.root, page), 'utf8');
  for (const [, path = '', code = ''] of text.matchAll(/^ *```ts\n *\/\/ (\S+\.ts)\n([\s\S]*?)^ *```$/gm)) {
    examples.set(path, (examples.get(path) ?? '') + code);
  }
  return examples;
}

/** Where an example is compiled: one that is a whole file next to the file of its path, if that exists already. */
function placeOf(path: string, code: string): string {
  const file = join(assets.root, path);
  return existsSync(file) && /^ *import /m.test(code) ? file.replace(/\.ts$/, '.example.ts') : file;
}

/** The compiler's complaints about a page's examples, each laid over the repository: behind the file of its path, or as a new one. */
function complaintsAbout(page: string): string[] {
  const files = new Map<string, string>();
  for (const [path, code] of examplesOf(page)) {
    const file = placeOf(path, code);
    files.set(file, `${existsSync(file) ? readFileSync(file, 'utf8') : ''}\n${code}`);
  }
  t.not(files.size, 0, `${page} has examples`);
  const { config } = ts.readConfigFile(join(assets.root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(
    { ...config, include: [], files: [...files.keys()] },
    ts.sys,
    assets.root,
  );
  const settings = {
    ...options,
    incremental: false,
    tsBuildInfoFile: undefined,
    paths: { oomdrill: ['./harness/index.ts'] },
  };
  const host = ts.createCompilerHost(settings);
  const { readFile, fileExists } = host;
  host.readFile = (file) => files.get(file) ?? readFile(file);
  host.fileExists = (file) => files.has(file) || fileExists(file);
  // An example may be in a folder of its own, which is not there.
  host.directoryExists = undefined;
  const program = ts.createProgram([...files.keys()], settings, host);
  return [...files.keys()]
    .flatMap((file) => ts.getPreEmitDiagnostics(program, program.getSourceFile(file)))
    .map(({ file, start, messageText }) => {
      const line = file && start !== undefined ? file.text.slice(start).split('\n', 1)[0] : '';
      return `${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
}

for (const page of PAGES) t.test(`the examples of ${page} compile`, async (t) => t.same(complaintsAbout(page), []));
