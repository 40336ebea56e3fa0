import { execa } from 'execa';
import { machineError, type OomdrillError } from '../core/errors.js';
import { formattedText } from '../core/printable-text.js';
import { printError } from '../core/standard-streams.js';
import { onPath } from './needed-package.js';
import { asRoot } from './privilege.js';

/** A package manager that is at work, such as that of unattended upgrades, is waited for so long, seconds. */
const LOCK_TIMEOUT_S = 120;

/** So many of apt-get's errors say why it failed. */
const MAX_ERRORS = 3;

/** apt-get's answer while another process has its lock. */
const LOCKED = /could not get lock|unable to (?:acquire|lock)/i;

/** The commands that install Debian packages: by sudo where we are not root. They ask nothing. */
export function aptCommands(packages: readonly string[]): readonly (readonly [string, ...string[]])[] {
  const apt = (...args: readonly string[]): readonly [string, ...string[]] => {
    const [file, words] = asRoot('env', ['DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args]);
    return [file, ...words];
  };
  const wait = `--option=DPkg::Lock::Timeout=${LOCK_TIMEOUT_S}`;
  return [apt('update', '-q'), apt('install', '-q', '--yes', '--no-install-recommends', wait, ...packages)];
}

/**
 * Makes sure that packages can be installed here at all.
 *
 * @throws OomdrillError `APT_MISSING`, `ROOT_MISSING`; both name the packages
 */
export async function requireApt(packages: readonly string[]): Promise<void> {
  const names = packages.join(' ');
  if (!(await onPath('apt-get')))
    throw machineError(
      'APT_MISSING',
      `This is not Debian (apt-get is missing), so these packages could not be installed: ${names}.`,
      'Install similar packages by hand, then run `npx oomdrill doctor`.',
    );
  if (process.getuid?.() !== 0 && !(await onPath('sudo')))
    throw machineError(
      'ROOT_MISSING',
      `Only root can install these packages, and sudo is not installed: ${names}.`,
      `Run as root: apt-get install --no-install-recommends ${names}`,
    );
}

/**
 * Installs Debian packages. What apt-get prints goes to standard error.
 *
 * @throws OomdrillError `APT_MISSING`, `ROOT_MISSING`, `APT_FAILED` with apt-get's last words
 */
export async function installPackages(packages: readonly string[], signal: AbortSignal): Promise<void> {
  await requireApt(packages);
  const results = [];
  for (const [file, ...args] of aptCommands(packages)) results.push(await runApt(file, args, signal));
  const [updated, installed] = results;
  // Lists that could not be fetched, such as those of another supplier, matter only if a package is not found for it.
  if (installed?.failed) throw aptError(packages, [updated?.all, installed.all].filter(Boolean).join('\n'), installed);
}

async function runApt(file: string, args: readonly string[], signal: AbortSignal) {
  const running = execa(file, args, {
    reject: false,
    all: true,
    // sudo may ask for a password.
    stdin: 'inherit',
    cancelSignal: signal,
    // apt-get stops at SIGINT while it downloads, and ends what it has begun while it installs.
    killSignal: 'SIGINT',
    forceKillAfterDelay: false,
  });
  // Not connected to the stream itself: apt-get must not end in the middle because the reader of ours has.
  running.all.on('data', (chunk: Buffer) => printError(formattedText(chunk.toString())));
  const result = await running;
  signal.throwIfAborted();
  return result;
}

function aptError(packages: readonly string[], output: string, cause: unknown): OomdrillError {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const errors = lines.filter((line) => /^E: |^sudo: /.test(line));
  const words = (errors.length > 0 ? errors : lines).slice(-MAX_ERRORS).join(' | ');
  return machineError(
    'APT_FAILED',
    `Could not install ${packages.join(' ')}: ${words || 'apt-get said nothing'}.`,
    LOCKED.test(words)
      ? 'Another program installs packages: run this again when it has ended.'
      : 'Is the package mirror reachable? `apt-get update` and `apt-get install`, as root, say more.',
    cause,
  );
}
