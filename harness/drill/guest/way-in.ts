import { join } from 'node:path';
import { machineError, type OomdrillError } from '../../core/errors.js';
import { loginAfresh } from '../../machine/fresh-login.js';
import type { Machine } from '../../machine/machine.js';
import { run } from '../../machine/run.js';
import { makeKey, type SshTarget } from '../../machine/ssh.js';
import type { LoginResult } from '../../observe/way-in.js';

/** Port of the guest's own sshd, as Debian ships it. */
const SSH_PORT = 22;

/** The last line of a login that came back in full. */
const DONE = 'oomdrill done';

/**
 * What an operator asks first, whose own status does not matter, and then what logins have cost until now: the kernel counts the CPU
 * time of every cgroup (cgroup-v2.rst, cpu.stat). By the shell alone, because each process would add to it. A session's cgroup is
 * that of its scope, below the slice of its user (pam_systemd(8)), which outlives it.
 */
const ASK = `systemctl --no-pager status "$1" 2>&1
cost() {
  [ -r "/sys/fs/cgroup$2/cpu.stat" ] || return
  while read -r key value; do
    [ "$key" != usage_usec ] || echo "oomdrill $1 $value"
  done <"/sys/fs/cgroup$2/cpu.stat"
}
IFS=: read -r _ _ own </proc/self/cgroup
cost sshd /system.slice/ssh.service
case $own in /user.slice/*) cost sessions "\${own%/session-*}" ;; esac
cost logind /system.slice/systemd-logind.service
echo '${DONE}'`;

/**
 * Opens the way in for a key of this drill, on a machine that is ours; on any other, the owner's own login is the way.
 *
 * @param dir for the key
 * @throws OomdrillError `WAY_IN`, `SSH_KEYGEN`
 */
export async function openWayIn(
  machine: Pick<Machine, 'exec' | 'endpoint' | 'ownLogin'>,
  dir: string,
  signal: AbortSignal,
): Promise<SshTarget> {
  if (machine.ownLogin) return machine.ownLogin;
  const keyFile = join(dir, 'way-in-key');
  const key = await makeKey(keyFile);
  await run(machine, ['sh', '-c', AUTHORIZE, 'sh', key], {
    reason: "a key for the guest's own sshd",
    signal,
    orThrow: (words) => wayInError(`could not be given a key: ${words}`),
  });
  return { ...(await machine.endpoint(SSH_PORT)), user: 'root', keyFile };
}

/** Where sshd looks for them with the settings that Debian ships (sshd_config(5), AuthorizedKeysFile). */
const AUTHORIZE =
  'umask 077; mkdir -p /root/.ssh && printf "%s\\n" "$1" >>/root/.ssh/authorized_keys && chmod 600 /root/.ssh/authorized_keys';

/** Tries to log in, as an operator would, and to look at a unit. */
export async function tryWayIn(target: SshTarget, unit: string, signal: AbortSignal): Promise<LoginResult> {
  const { output, said } = await loginAfresh(target, ['sh', '-c', ASK, 'sh', unit], signal);
  const cpuUs = readLoginOutput(output);
  return cpuUs === undefined ? { ok: false, said: said === '' ? undefined : said } : { ok: true, ...cpuUs };
}

/** What logins have cost, by the output of one; undefined where it is not whole. */
export function readLoginOutput(output: string): Pick<LoginResult, 'cpuUs'> | undefined {
  const lines = output.trimEnd().split('\n');
  if (lines.at(-1) !== DONE) return undefined;
  const counted = lines.flatMap((line) => {
    const [, name, us] = /^oomdrill (sshd|sessions|logind) (\d{1,15})$/.exec(line) ?? [];
    return name === undefined ? [] : [[name, Number(us)] as const];
  });
  const { sshd, sessions, logind }: Partial<Record<string, number>> = Object.fromEntries(counted);
  return sshd === undefined ? {} : { cpuUs: { sshd, sessions, logind } };
}

/** The error of a guest that lets no one in before anything was injected. @param what completes "The guest's own sshd ..." */
export const wayInError = (what: string): OomdrillError =>
  machineError(
    'WAY_IN',
    `The guest's own sshd ${what}.`,
    'A way in is asked for by --way-in, or by longestLoginGapMs or shutOutForMs of the scenario: ssh.service must run in the guest, listen on port 22, and let root in with a key.',
  );
