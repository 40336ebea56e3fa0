import { usageError } from '../core/errors.js';

/** Takes apart how a host is named on the command line. @throws OomdrillError `HOST_INVALID` */
export function parseSshAddress(text: string, portText?: string): { user: string; host: string; port?: number } {
  // ssh reads a word that begins with a dash as an option.
  const [, user, host] = /^([^@\s-][^@\s]*)@([^@\s-][^@\s]*)$/.exec(text) ?? [];
  if (!user || !host) throw usageError('HOST_INVALID', `"${text}" names no host.`, 'Write USER@HOST.');
  if (portText === undefined) return { user, host };
  const port = Number(portText);
  if (!(Number.isInteger(port) && port > 0 && port < 65_536))
    throw usageError('HOST_INVALID', `"${portText}" is no port.`, 'Write a number from 1 to 65535.');
  return { user, host, port };
}
