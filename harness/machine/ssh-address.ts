import { mustError } from '../core/must.js';

/** Reads how a host is named on the command line. @throws OomdrillError `HOST_INVALID` */
export function parseSshAddress(text: string, portText?: string): { user: string; host: string; port?: number } {
  // ssh reads a word that begins with a dash as an option.
  const [, user, host] = /^([^@\s-][^@\s]*)@([^@\s-][^@\s]*)$/.exec(text) ?? [];
  if (!user || !host) throw mustError('HOST_INVALID', '--host', 'be USER@HOST, such as root@web.example', text);
  if (portText === undefined) return { user, host };
  const port = Number(portText);
  if (!(Number.isInteger(port) && port > 0 && port < 65_536))
    throw mustError('HOST_INVALID', '--port', 'be a port from 1 to 65535', portText);
  return { user, host, port };
}
