import { statSync } from 'node:fs';
import { mustError } from '../core/must.js';
import { copyableWord } from '../core/shell.js';
import { sshPath } from './ssh-path.js';

/** A host, and the user to log in as. */
export interface SshAddress {
  readonly user: string;
  readonly host: string;
  readonly port?: number | undefined;
}

/** A user or a host, in a printable word that ssh cannot read as an option. */
export const SSH_NAME = /^[^@\s\p{C}-][^@\s\p{C}]*$/u;

/** Reads how a host is named on the command line. @throws OomdrillError `HOST_INVALID` */
export function parseSshAddress(text: string, portText?: string): SshAddress {
  const [user = '', host = '', ...rest] = text.split('@');
  if (!SSH_NAME.test(user) || !SSH_NAME.test(host) || rest.length > 0)
    throw mustError('HOST_INVALID', '--host', 'be USER@HOST, such as root@web.example', text);
  if (portText === undefined) return { user, host };
  const port = Number(portText);
  if (!(Number.isInteger(port) && port > 0 && port < 65_536))
    throw mustError('HOST_INVALID', '--port', 'be a port from 1 to 65535', portText);
  return { user, host, port };
}

/** Checks the file of a private key: without it ssh tries others, and says of the host that it refuses them. @throws OomdrillError `KEY_MISSING` */
export function checkKeyFile(file: string): void {
  if (file.includes('${'))
    throw mustError('KEY_MISSING', '--key', 'have no ${ in its path, which ssh reads as a variable', file);
  if (!isFile(file)) throw mustError('KEY_MISSING', '--key', 'name the file of a private key', file);
}

/** False also for a path below a file, one that is too long, and one with a zero byte, for which stat() throws. */
function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** What to try by hand if a host of the user's cannot be reached: the command that failed. */
export function sshHint({ user, host, port }: SshAddress, keyFile?: string): string {
  const words = ['ssh'];
  if (port !== undefined) words.push('-p', String(port));
  if (keyFile !== undefined) words.push('-i', copyableWord(sshPath(keyFile)));
  words.push(copyableWord(`${user}@${host}`), 'true');
  return `\`${words.join(' ')}\` must work without asking for anything, such as a password or a new host key.`;
}
