import { resolve } from 'node:path';
import { usageError } from '../../core/errors.js';
import type { FlagValues } from '../provider.js';
import { checkKeyFile, parseSshAddress } from '../ssh-address.js';
import type { HostSettings } from './source.js';

/** Options of `--machine ssh`, as commander gives them; and `guest`, which does not go with them. */
interface HostFlags {
  readonly host?: string;
  readonly port?: string;
  readonly key?: string;
  readonly allowDestructive?: true;
  readonly stopRunningService?: true;
  readonly guest?: unknown;
}

/**
 * The host that `--machine ssh` drills.
 *
 * @throws OomdrillError `HOST_FLAGS`, `HOST_INVALID`, `KEY_MISSING`, `DESTRUCTIVE_NOT_ALLOWED`
 */
export function readHostFlags(flags: FlagValues): HostSettings {
  const { host, port, key, allowDestructive, stopRunningService, guest }: HostFlags = flags;
  if (host === undefined) throw usageError('HOST_FLAGS', '--machine ssh needs a host.', 'Write --host USER@HOST.');
  if (guest !== undefined)
    throw usageError(
      'HOST_FLAGS',
      '--guest must not be given with --machine ssh: the host has its own system.',
      'Leave --guest out.',
    );
  const address = parseSshAddress(host, port);
  if (key !== undefined) checkKeyFile(key);
  if (!allowDestructive) {
    throw usageError(
      'DESTRUCTIVE_NOT_ALLOWED',
      `A drill runs ${address.host} out of memory, replaces units there, and may leave it hanging.`,
      'If that host may be harmed, say so with --allow-destructive.',
    );
  }
  const keyFile = key === undefined ? undefined : resolve(key);
  return { target: { ...address, owner: 'user', keyFile }, stopRunningService: stopRunningService === true };
}
