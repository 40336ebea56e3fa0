import { readFile, realpath } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { readTrees } from '../bundle/tree.js';
import { type Bytes, parseBytes } from '../core/bytes.js';
import { messageOf, usageError } from '../core/errors.js';
import { readVersion } from '../core/version.js';
import { RULES } from '../lint/catalogue.js';
import type { LintReport } from '../lint/finding.js';
import { lintTrees } from '../lint/lint.js';
import type { HostFacts } from '../lint/scene.js';
import { suppressionRule } from '../lint/suppress.js';
import { terminalStyle } from '../report/terminal.js';
import { conclude } from './conclude.js';

export interface LintFlags {
  readonly memory?: string;
  readonly swap?: string;
  readonly strict?: true;
  readonly format: string;
  readonly json?: string;
}

/** How findings are written on standard output, by the name of the format. Renderers are loaded only where they are needed. */
const FORMATS: Readonly<Record<string, (report: LintReport) => Promise<string>>> = {
  text: async (report) =>
    (await import('../report/lint-terminal.js')).renderLint(report, terminalStyle(process.stdout, process.env)),
  github: async (report) => (await import('../report/github.js')).renderGithub(report),
  sarif: async (report) => {
    const { sarifLog } = await import('../report/sarif.js');
    return `${JSON.stringify(sarifLog(report, [...RULES, suppressionRule], await readVersion()), null, 2)}\n`;
  },
};

/** `oomdrill lint`: what is wrong with limits as they are written, without a VM. */
export async function lint(paths: readonly string[], flags: LintFlags): Promise<void> {
  await conclude(flags, async () => {
    const render = Object.hasOwn(FORMATS, flags.format) ? FORMATS[flags.format] : undefined;
    if (!render)
      throw usageError(
        'LINT_FORMAT',
        `There is no format "${flags.format}".`,
        `There are: ${Object.keys(FORMATS).join(', ')}.`,
      );
    const host = {
      ...(await ownFacts(paths)),
      ...(flags.memory !== undefined && { memory: amount('--memory', flags.memory, 1) }),
      ...(flags.swap !== undefined && { swap: amount('--swap', flags.swap, 0) }),
    };
    const report = lintTrees(await readTrees(paths), { paths, strict: flags.strict === true, host });
    return { data: report, text: await render(report), exitCode: report.exitCode };
  });
}

/** Where the paths are this host's own configuration, its memory and swap are known. */
async function ownFacts(paths: readonly string[]): Promise<HostFacts> {
  const real = await Promise.all(paths.map((path) => realpath(path).catch(() => path)));
  if (!real.every((path) => path === '/' || path === '/etc')) return {};
  const meminfo = await readFile('/proc/meminfo', 'utf8').catch(() => '');
  const swapKib = /^SwapTotal:\s+(\d+) kB$/m.exec(meminfo)?.[1];
  return { memory: totalmem(), swap: swapKib !== undefined ? Number(swapKib) * 1024 : undefined };
}

/**
 * What a host has, in bytes: some memory, no swap at the least, and never without end.
 *
 * @throws OomdrillError `LINT_AMOUNT`
 */
function amount(option: string, text: string, least: Bytes): Bytes {
  const hint = `Write a size such as 24G${least === 0 ? ', or 0 for none' : ''}.`;
  let bytes: Bytes;
  try {
    bytes = parseBytes(text);
  } catch (cause) {
    throw usageError('LINT_AMOUNT', `${option}: ${messageOf(cause)}`, hint, cause);
  }
  if (bytes >= least && Number.isFinite(bytes)) return bytes;
  throw usageError('LINT_AMOUNT', `${option}: "${text}" is nothing that a host can have.`, hint);
}
