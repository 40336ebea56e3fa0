import type { z } from 'zod';
import type { initSchema } from '../contract/init.js';
import { type PrintableText, textOf } from '../core/printable-text.js';
import type { ReadonlyDeep } from '../core/readonly-deep.js';
import type { Finding } from '../lint/finding.js';
import { indent } from './layout.js';
import { formatPlace } from './lint-terminal.js';

/** Characters of a path, above which its purpose is not in the column of the others. */
const MAX_PATH_WIDTH = 40;

/** What `init` made, for people: each file, what is still needed, and the command that drills. */
export function renderNewFolder(made: ReadonlyDeep<z.infer<typeof initSchema>>, columns: number): PrintableText {
  const { dir, dryRun, files, needs, warnings, findings, command } = made;
  const widths = files.map(({ path }) => path.length).filter((width) => width <= MAX_PATH_WIDTH);
  const width = Math.max(0, ...widths);
  const errors = findings.filter(({ severity }) => severity === 'error');
  const others = findings.filter(({ severity }) => severity !== 'error');
  return textOf([
    dryRun ? `${dir} would get, and nothing was written:` : `${dir}:`,
    ...files.map(({ path, does }) => `    ${path.padEnd(width)}  ${does}`),
    ...section('needed before it can be drilled:', needs, columns),
    ...section('errors in the bundle, with which the drill is expected to fail:', errors.map(renderFinding), columns),
    ...section('worth a look in the bundle:', [...warnings, ...others.map(renderFinding)], columns),
    dryRun ? 'then drill with:' : 'drill with:',
    `    ${command}`,
  ]);
}

const renderFinding = (finding: ReadonlyDeep<Finding>): string =>
  `${formatPlace(finding)}: ${finding.severity}: ${finding.message} [${finding.rule}]`;

const section = (heading: string, sentences: readonly string[], columns: number): string[] =>
  sentences.length === 0 ? [] : [heading, ...indent(sentences, columns)];
