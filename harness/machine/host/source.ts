import { randomUUID } from 'node:crypto';
import { chmod, copyFile, mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { assets } from '../../core/assets.js';
import { machineError } from '../../core/errors.js';
import { listGuestAccounts } from '../../workload/stand-ins.js';
import type { Resource } from '../ledger-pages.js';
import type { MachineSource, StartOptions } from '../machine.js';
import { packTrees } from '../pack-trees.js';
import type { MachineContext } from '../provider.js';
import { run } from '../run.js';
import { Ssh, type SshTarget } from '../ssh.js';
import { listToolkit } from '../toolkit.js';
import { makeWorkDir } from '../workdir.js';
import { backUpHost, type HostHold, wasRefused } from './backup.js';
import { BorrowedHost } from './machine.js';

const SSH_OPEN_MS = 20_000;

/** A host that may be harmed, as the user names it. */
export interface HostSettings {
  readonly target: SshTarget;
  /** Whether a serving unit that already runs there may be stopped for the drill. */
  readonly stopRunningService: boolean;
}

export interface HostSourceOptions extends MachineContext {
  readonly host: HostSettings;
}

/** What must be known of a host before a drill is planned for it. */
export interface BorrowedHostFacts {
  readonly memoryBytes: number;
  /** `none` on bare metal, else the kind of its virtualization (systemd-detect-virt(1)). */
  readonly virtualization: string;
}

/** Asks a host what it is. @throws OomdrillError `SSH_SILENT`, `HOST_UNFIT` */
export async function askHost({ host, ledger, progress, signal }: HostSourceOptions): Promise<BorrowedHostFacts> {
  await using workDir = await makeWorkDir(ledger);
  await using ssh = new Ssh(host.target, workDir.path);
  progress(`connecting to ${host.target.user}@${host.target.host}`);
  await ssh.open(SSH_OPEN_MS, signal);
  const script = 'id -u; systemd-detect-virt; grep MemTotal /proc/meminfo';
  const { stdout, stderr } = await ssh.exec(['sh', '-c', script], { reason: `what ${host.target.host} is`, signal });
  const [, uid, virtualization, kib] = /^(\d+)\n(\S+)\nMemTotal:\s+(\d+) kB/.exec(stdout) ?? [];
  if (uid !== '0' || !virtualization) {
    throw machineError(
      'HOST_UNFIT',
      `Could not run commands as root on ${host.target.host}${stderr.trim() ? `: ${stderr.trim()}` : ''}.`,
      'Name root, or a user who may sudo without a password, on a host with systemd.',
    );
  }
  return { memoryBytes: Number(kib) * 1024, virtualization };
}

/** The host itself, backed up before each drill and restored after it: it has no snapshot to start from. */
export async function createHostSource(options: HostSourceOptions): Promise<MachineSource> {
  const { target } = options.host;
  const [{ virtualization }, address] = await Promise.all([askHost(options), addressOf(target)]);
  return {
    accelerator: virtualization,
    start: (start) => startBorrowedHost(options, { virtualization, address }, start),
    async [Symbol.asyncDispose]() {},
  };
}

/** Backs up the host for one drill. It is restored where it cannot be prepared; where that was refused nothing was written there. */
async function startBorrowedHost(
  { host, ledger, progress }: HostSourceOptions,
  { virtualization, address }: { readonly virtualization: string; readonly address: string },
  { workDir, signal, changes }: StartOptions,
): Promise<BorrowedHost> {
  const { target, stopRunningService } = host;
  const ssh = new Ssh(target, workDir);
  await ssh.open(SSH_OPEN_MS, signal);
  const run = randomUUID();
  const resource: Resource = { kind: 'borrowed-host', target, run };
  ledger.add(resource);
  const machine = new BorrowedHost({
    ssh,
    name: target.host,
    run,
    address,
    accelerator: virtualization,
    workDir,
    progress,
    onRestored: () => ledger.remove(resource),
  });
  try {
    await backUpHost(ssh, changes, { name: target.host, run, stopRunningService, signal });
  } catch (thrown) {
    if (wasRefused(thrown)) {
      ledger.remove(resource);
      await ssh[Symbol.asyncDispose]();
    } else await machine[Symbol.asyncDispose]();
    throw thrown;
  }
  try {
    await machine.hold(signal);
    await prepareHost(machine, { name: target.host, run, workDir, signal });
    return machine;
  } catch (thrown) {
    await machine[Symbol.asyncDispose]();
    throw thrown;
  }
}

/** Puts oomdrill's programs and slice in place. Nothing is installed from packages: that could not be undone. */
async function prepareHost(
  host: BorrowedHost,
  { name, run: id, workDir, signal }: HostHold & { readonly workDir: string; readonly signal: AbortSignal },
): Promise<void> {
  const unfit = (words: string) =>
    machineError('HOST_UNFIT', `${name} is not fit for drills: ${words}.`, 'Fix that on the host first.');
  await run(host, ['env', `OOMDRILL_RUN_ON_HOST=${id}`, 'sh', '-s', '--', ...listGuestAccounts()], {
    reason: 'what the host lacks',
    input: await readFile(assets.guestSource('provision.sh')),
    signal,
    orThrow: unfit,
  });
  const { exitCode, stderr } = await host.extract(await packPrograms(join(workDir, 'programs')), {
    reason: "oomdrill's programs to be installed",
    signal,
  });
  if (exitCode !== 0) throw unfit(stderr.trim().split('\n').at(-1) ?? `status ${exitCode}`);
  await run(host, ['systemctl', 'daemon-reload'], { reason: "oomdrill's slice", signal, orThrow: unfit });
}

const SLICE = '/etc/systemd/system/oomdrill.slice';

/** oomdrill's programs and slice as one archive. @param packing a directory for it, which is gone afterwards */
async function packPrograms(packing: string): Promise<Uint8Array> {
  const tree = join(packing, 'tree');
  const add = async (place: string, file: string) => {
    await mkdir(dirname(join(tree, place)), { recursive: true });
    await copyFile(file, join(tree, place));
  };
  for (const { place, file } of await listToolkit()) {
    await add(place, file);
    await chmod(join(tree, place), 0o755);
  }
  await add(SLICE, assets.guestSource('image', 'rootfs', SLICE));
  const archive = await packTrees([tree], packing);
  await rm(packing, { recursive: true });
  return archive;
}

/** Where clients reach the host: the name may be an alias of the user's ssh_config(5). */
async function addressOf({ host }: SshTarget): Promise<string> {
  const { stdout } = await execa('ssh', ['-G', host], { reject: false });
  return /^hostname (.+)$/m.exec(stdout)?.[1] ?? host;
}
