import { EXEC_MS } from '../machine/guest-shell.js';
import type { Machine } from '../machine/machine.js';
import type { Pace } from './pace.js';

/**
 * The same machine, in which each command may take as much longer as its guest is slower than usual. What it was given
 * before the drill is installed by then: it extracts nothing.
 */
export function pacedMachine(machine: Machine, { stretch }: Pace): Omit<Machine, 'extract'> {
  return {
    accelerator: machine.accelerator,
    ownLogin: machine.ownLogin,
    login: machine.login,
    consoleLog: machine.consoleLog,
    hostPid: machine.hostPid,
    get died() {
      return machine.died;
    },
    exec: (command, options) => machine.exec(command, { ...options, timeoutMs: stretch(options.timeoutMs ?? EXEC_MS) }),
    endpoint: (port) => machine.endpoint(port),
    openSampleStream: () => machine.openSampleStream(),
    limitDisk: (bytesPerSecond) => machine.limitDisk(bytesPerSecond),
    [Symbol.asyncDispose]: () => machine[Symbol.asyncDispose](),
  };
}
