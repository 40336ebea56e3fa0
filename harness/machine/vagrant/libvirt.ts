import { existsSync } from 'node:fs';
import { execa } from 'execa';
import { pollUntil } from '../../core/deadline.js';
import { machineError, OomdrillError } from '../../core/errors.js';
import { asRoot } from '../privilege.js';

/** The system's libvirt: the one that vagrant-libvirt uses by default. */
const URI = 'qemu:///system';

/** Volumes of boxes and domains go here; vagrant-libvirt makes it where it is missing. */
export const POOL = 'default';

/**
 * One command of virsh(1); gives what it printed.
 *
 * @throws OomdrillError `VIRSH_MISSING`, `LIBVIRT` with virsh's words
 */
export async function runVirsh(...args: string[]): Promise<string> {
  const result = await execa('virsh', ['--connect', URI, '--quiet', ...args], { reject: false, env: { LC_ALL: 'C' } });
  if (result.code === 'ENOENT')
    throw machineError('VIRSH_MISSING', 'Could not run virsh.', 'Run `npx oomdrill setup vagrant`.');
  if (result.failed)
    throw machineError('LIBVIRT', `virsh ${args[0]} failed: ${result.stderr.trim()}.`, undefined, result);
  return result.stdout;
}

/** Whether a libvirt answers. @throws OomdrillError `VIRSH_MISSING` */
export async function isLibvirtUp(): Promise<boolean> {
  try {
    await runVirsh('uri');
    return true;
  } catch (thrown) {
    if (thrown instanceof OomdrillError && thrown.code === 'VIRSH_MISSING') throw thrown;
    return false;
  }
}

/**
 * Sees to it that libvirt answers, and starts it where it does not: by systemd where that is PID 1, as plain daemons elsewhere.
 *
 * @throws OomdrillError `VIRSH_MISSING`, `LIBVIRT_DOWN`
 */
export async function ensureLibvirt(signal: AbortSignal): Promise<void> {
  if (await isLibvirtUp()) return;
  const starts = existsSync('/run/systemd/system')
    ? [['systemctl', 'start', 'libvirtd']]
    : [
        ['virtlogd', '--daemon'],
        ['libvirtd', '--daemon'],
      ];
  for (const [file = '', ...args] of starts) await execa(...asRoot(file, args), { reject: false, stdin: 'ignore' });
  await pollUntil(async () => ((await isLibvirtUp()) ? true : undefined), {
    reason: 'libvirt to answer',
    timeoutMs: 20_000,
    signal,
    code: 'LIBVIRT_DOWN',
    hint: 'Start it as root: systemctl start libvirtd, or `virtlogd -d; libvirtd -d` where systemd is not PID 1.',
  });
}

/**
 * Waits until libvirt has no call in hand. What a client asked for is done even when the client is killed meanwhile: the
 * domain of a dead `vagrant up` is defined up to a minute later on a host whose /dev/kvm opens but cannot run a guest, for
 * there libvirt holds what it found out of QEMU for outdated at every look (src/qemu/qemu_capabilities.c, virQEMUCapsIsValid).
 *
 * @throws OomdrillError `LIBVIRT_BUSY`
 */
export async function waitForIdleLibvirt(signal?: AbortSignal): Promise<void> {
  await pollUntil(async () => ((await callsInHand()) === 0 ? true : undefined), {
    reason: 'libvirt to end the calls it has in hand',
    timeoutMs: 180_000,
    signal: signal,
    code: 'LIBVIRT_BUSY',
    hint: 'Run `oomdrill reap` once `virt-admin srv-threadpool-info libvirtd` shows all workers free.',
  });
}

/** Calls that libvirt's workers are at or have before them. One whose administration is not ours to see counts as idle. */
async function callsInHand(): Promise<number> {
  const [file, args] = asRoot('virt-admin', ['srv-threadpool-info', 'libvirtd'], false);
  const { stdout, failed } = await execa(file, args, { reject: false, stdin: 'ignore', env: { LC_ALL: 'C' } });
  return failed ? 0 : callsOf(stdout);
}

/** Reads `virt-admin srv-threadpool-info`: a name and a number a line. */
export function callsOf(threadpoolInfo: string): number {
  const read = (key: string) => Number(new RegExp(`^${key}\\s*: (\\d+)$`, 'm').exec(threadpoolInfo)?.[1] ?? 0);
  return read('nWorkers') - read('freeWorkers') + read('jobQueueDepth');
}

/** The host's end of a virtio channel of a running domain, as libvirt made it; undefined where there is none. */
export function channelPath(domainXml: string, name: string): string | undefined {
  const channel = [...domainXml.matchAll(/<channel type='unix'>.*?<\/channel>/gs)].find(([text]) =>
    text.includes(`name='${name}'`),
  );
  return /<source mode='bind' path='([^']+)'/.exec(channel?.[0] ?? '')?.[1];
}
