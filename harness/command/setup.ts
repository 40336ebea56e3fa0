import { execa } from 'execa';
import { SETUP_SCHEMA, setupSchema } from '../contract/setup.js';
import { suggestName } from '../core/edit-distance.js';
import { machineError, usageError } from '../core/errors.js';
import { type PrintableText, textOf } from '../core/printable-text.js';
import { copyableWord } from '../core/shell.js';
import { aptCommands, installPackages, requireApt } from '../machine/apt.js';
import { COMPILER_PACKAGES, findMissing, type NeededPackage, nameOfNeeded } from '../machine/needed-package.js';
import { asRoot } from '../machine/privilege.js';
import type { MachineProvider } from '../machine/provider.js';
import { ensureToolkit, findMissingToolkit } from '../machine/toolkit.js';
import { conclude, documentOf } from './conclude.js';
import type { SetupFlags } from './declaration/setup.js';
import { withInterrupts } from './interrupt.js';
import { progressOnStderr } from './progress.js';
import { basePart, type SetupPart, setupParts } from './setup-parts.js';

/** What this host lacks. */
interface Lacking {
  readonly needed: readonly NeededPackage[];
  /** Names of guest programs. */
  readonly programs: readonly string[];
}

/** `oomdrill setup`: installs what is missing, and nothing where nothing is. */
export async function executeSetup(
  names: readonly string[],
  flags: SetupFlags,
  machines: readonly MachineProvider[],
): Promise<void> {
  await conclude(flags, async () => {
    const asked = chooseParts(names, setupParts(machines));
    const lacking = await findLacking([basePart(machines), ...asked]);
    const packages = [...new Set(lacking.needed.map((needed) => needed.package))];
    const isDry = flags.dryRun === true;
    if (packages.length > 0) await requireApt(packages);
    if (!isDry) await fill(lacking, packages);
    const done = {
      dryRun: isDry,
      parts: asked.map(({ name }) => name),
      packages,
      programs: lacking.programs,
      commands: packages.length === 0 ? [] : aptCommands(packages).map((words) => words.map(copyableWord).join(' ')),
      next: [...new Set((asked.length === 0 ? [basePart(machines)] : asked).map(({ next }) => next))],
    };
    const document = documentOf(setupSchema, { schema: SETUP_SCHEMA, ...done });
    return { document, text: renderSetup(done), exitCode: 0 };
  });
}

/** @throws OomdrillError `SETUP_PART_UNKNOWN` */
function chooseParts(names: readonly string[], parts: readonly SetupPart[]): readonly SetupPart[] {
  return [...new Set(names)].map((name) => {
    const found = parts.find((part) => part.name === name);
    if (found) return found;
    const known = parts.map((part) => part.name);
    const hint = suggestName(name, known, `There are: ${known.join(', ')}.`);
    throw usageError('SETUP_PART_UNKNOWN', `setup has no part "${name}".`, hint);
  });
}

async function findLacking(parts: readonly SetupPart[]): Promise<Lacking> {
  const { compiled } = await findMissingToolkit();
  const packages = parts.flatMap((part) => part.packages);
  return {
    // A compiler is needed only where a program is to be built.
    needed: await findMissing(compiled.length === 0 ? packages : [...packages, ...COMPILER_PACKAGES]),
    programs: compiled.map(({ name }) => name),
  };
}

/**
 * Installs the packages, and builds the guest programs.
 *
 * @throws OomdrillError what `installPackages` and `ensureToolkit` throw, and `SETUP_INCOMPLETE`
 */
async function fill({ needed }: Lacking, packages: readonly string[]): Promise<void> {
  if (packages.length > 0) {
    const progress = progressOnStderr();
    progress(`installing Debian packages: ${packages.join(' ')}`);
    await withInterrupts(progress, ({ signal }) => installPackages(packages, signal));
    for (const { service } of needed) if (service !== undefined) await stopService(service);
    const missing = await findMissing(needed);
    if (missing.length > 0) {
      const names = missing.map(nameOfNeeded).join(', ');
      const message = `The packages were installed, and still missing is: ${names}.`;
      throw machineError('SETUP_INCOMPLETE', message, 'Is it another release of Debian than 12 or 13?');
    }
  }
  await ensureToolkit();
}

/** Where systemd does not run, as in a container, nothing was started. */
const stopService = (name: string) =>
  execa(...asRoot('systemctl', ['disable', '--now', '--quiet', name]), { reject: false });

/** What was done, or would be, and what to do next. */
function renderSetup(done: {
  readonly dryRun: boolean;
  readonly packages: readonly string[];
  readonly programs: readonly string[];
  readonly commands: readonly string[];
  readonly next: readonly string[];
}): PrintableText {
  const { dryRun, packages, programs, commands, next } = done;
  const lines: string[] = [];
  if (packages.length > 0) lines.push(`${dryRun ? 'would install' : 'installed'}: ${packages.join(' ')}`);
  if (dryRun) lines.push(...commands.map((command) => `    ${command}`));
  if (programs.length > 0) lines.push(`${dryRun ? 'would build' : 'built'}: ${programs.join(' ')}`);
  if (lines.length === 0) lines.push('nothing to do: everything is installed');
  if (!dryRun || packages.length + programs.length === 0) lines.push(...next.map((command) => `next: ${command}`));
  return textOf(lines);
}
