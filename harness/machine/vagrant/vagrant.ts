import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { assets } from '../../core/assets.js';
import { machineError } from '../../core/errors.js';
import { dyingWithUs } from '../dying-with-us.js';
import type { SshTarget } from '../ssh.js';

/** What the Vagrantfile reads, by the names that its head documents. */
type VagrantSettings = Readonly<Record<`OOMDRILL_${string}`, string>>;

export interface VagrantOptions {
  /** Where Vagrant keeps what it knows of the machine, in place of `.vagrant`. */
  readonly dotfilePath: string;
  readonly settings: VagrantSettings;
  readonly signal?: AbortSignal | undefined;
}

/**
 * One command of vagrant(1) on the project's Vagrantfile; gives what it printed.
 *
 * @throws OomdrillError `VAGRANT_MISSING`, `VAGRANT_PLUGIN`, `VAGRANT_BOX`, `VAGRANTFILE`, or `VAGRANT` with its last words
 */
export async function runVagrant(
  args: readonly string[],
  { dotfilePath, settings, signal }: VagrantOptions,
): Promise<string> {
  // Out of the terminal's process group, so that Ctrl-C reaches us alone; and it dies with us (setpriv(1)).
  const result = await execa(...dyingWithUs('vagrant', args), {
    detached: true,
    reject: false,
    all: true,
    stdin: 'ignore',
    env: {
      ...settings,
      VAGRANT_CWD: assets.root,
      VAGRANT_DOTFILE_PATH: dotfilePath,
      VAGRANT_NO_COLOR: '1',
      VAGRANT_CHECKPOINT_DISABLE: '1',
    },
    cancelSignal: signal,
    gracefulCancel: signal ? false : undefined,
  });
  signal?.throwIfAborted();
  if (result.exitCode === 127 || result.code === 'ENOENT')
    throw machineError('VAGRANT_MISSING', 'Could not run vagrant.', 'Run `npx oomdrill setup vagrant`.');
  if (result.failed) throw vagrantError(args[0] ?? '', result.all);
  return result.stdout;
}

/** Vagrant's words, turned into an error that says what to do. */
export function vagrantError(command: string, words: string) {
  const last = words.trim().split('\n').filter(Boolean).slice(-4).join(' | ');
  if (/provider 'libvirt' could not be found|No usable default provider/.test(words)) {
    return machineError(
      'VAGRANT_PLUGIN',
      `Vagrant has no libvirt provider: ${last}.`,
      'Run `npx oomdrill setup vagrant`.',
    );
  }
  if (/box '.*' could not be found|Box '.*' could not be found|couldn't be found/i.test(words)) {
    return machineError(
      'VAGRANT_BOX',
      `Vagrant could not find the box: ${last}.`,
      '`oomdrill image box` makes and registers it.',
    );
  }
  if (/Vagrantfile|syntax error/i.test(words) && /error loading|syntax error|There is a syntax/i.test(words)) {
    return machineError(
      'VAGRANTFILE',
      `Vagrant could not read the Vagrantfile: ${last}.`,
      'git diff Vagrantfile shows what was changed.',
    );
  }
  return machineError('VAGRANT', `vagrant ${command} failed: ${last}.`, 'VAGRANT_LOG=info says more.');
}

/** Where Vagrant keeps its boxes (vagrant, VAGRANT_HOME). */
export const vagrantHome = (): string => process.env.VAGRANT_HOME ?? join(homedir(), '.vagrant.d');

/** What is said of a registered libvirt box; undefined when there is none of that name. */
export async function registeredBox(name: string): Promise<Record<string, unknown> | undefined> {
  const file = join(vagrantHome(), 'boxes', name.replace('/', '-VAGRANTSLASH-'), '0', 'libvirt', 'metadata.json');
  return readFile(file, 'utf8')
    .then((text) => JSON.parse(text) as Record<string, unknown>)
    .catch(() => undefined);
}

/** The value of a keyword, in quotes or without; undefined for a line with another keyword. */
function keywordValue(line: string, key: string): string | undefined {
  if (!line.startsWith(key) || !/\s/.test(line.charAt(key.length))) return undefined;
  const value = line.slice(key.length).trim();
  // Vagrant puts a path with blanks in quotes, and escapes nothing in it.
  return (/^"(.+)"$/.exec(value)?.[1] ?? value) || undefined;
}

/** Reads `vagrant ssh-config`: an entry of ssh_config(5). @throws OomdrillError `VAGRANT_SSH` */
export function parseSshConfig(text: string): SshTarget {
  const lines = text.split('\n').map((line) => line.trim());
  const read = (key: string) => lines.flatMap((line) => keywordValue(line, key) ?? [])[0];
  const [host, port, user, keyFile] = ['HostName', 'Port', 'User', 'IdentityFile'].map(read);
  if (host && port && user && keyFile) return { host, port: Number(port), user, keyFile };
  throw machineError(
    'VAGRANT_SSH',
    'vagrant ssh-config does not say how the guest is reached.',
    'Is the machine up? `vagrant status` says so.',
  );
}
