import { usageError } from '../core/errors.js';

/** Reads how a host is named on the command line. @throws OomdrillError `HOST_INVALID` */
export function parseSshAddress(text: string, portText?: string): { user: string; host: string; port?: number } {
  // ssh reads a word that begins with a dash as an option.
  const [, user, host] = /^([^@\s-][^@\s]*)@([^@\s-][^@\s]*)$/.exec(text) ?? [];
  if (!user || !host)
    throw usageError(
      'HOST_INVALID',
      `--host must be USER@HOST (got "${text}").`,
      'For example --host root@spare.example.com.',
    );
  if (portText === undefined) return { user, host };
  const port = Number(portText);
  if (!(Number.isInteger(port) && port > 0 && port < 65_536))
    throw usageError('HOST_INVALID', `--port must be a port from 1 to 65535 (got "${portText}").`);
  return { user, host, port };
}
