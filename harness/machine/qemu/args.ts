import { join } from 'node:path';
import { MIB } from '../../core/bytes.js';
import type { Accelerator } from '../accelerator.js';
import { virtioPort } from '../guest-paths.js';
import { commandLineUnder, KERNEL_COMMAND_LINE } from '../image/boot.js';

/** What one QEMU is started with. Paths are absolute. */
export interface QemuPlan {
  readonly accelerator: Accelerator;
  readonly memoryBytes: number;
  readonly cpus: number;
  readonly kernel: string;
  /** Absent for a kernel that needs none. */
  readonly initrd?: string | undefined;
  /** The kernel's parameters, where they are not those of our own images. */
  readonly commandLine?: string | undefined;
  /** A folder that the guest sees as a disk for cloud-init. Then the disk's own boot loader starts it, and no kernel of ours. */
  readonly seed?: string | undefined;
  /** The overlay that takes this machine's writes. */
  readonly disk: string;
  /** Where sockets and logs go. */
  readonly workDir: string;
  /** A snapshot to start from, instead of a boot. */
  readonly incoming?: Incoming;
  /** A file that the guest's memory is, in place of memory of QEMU's own. */
  readonly memoryFile?: MemoryFile;
}

/** A snapshot of a machine. */
interface Incoming {
  /** Its state. */
  readonly state: string;
  /** Whether the state is without memory, which is a file of its own. */
  readonly isWithoutMemory: boolean;
}

/** The memory of a guest as a file. */
interface MemoryFile {
  readonly path: string;
  /** Whether what the guest writes goes into the file, or stays this machine's own. */
  readonly isWritten: boolean;
}

type SocketName = 'qmp' | 'agent' | 'samples';

export const socketIn = (workDir: string, name: SocketName): string => join(workDir, `${name}.sock`);
export const consoleLogIn = (workDir: string): string => join(workDir, 'console.log');

/**
 * QEMU's arguments. A restored machine must have the very devices of the one that was saved, so nothing here may depend on
 * the run but paths: port forwards are added later through QMP, at ports that QEMU picks.
 */
export function qemuArgs(plan: QemuPlan): string[] {
  const { accelerator, workDir } = plan;
  // biome-ignore format: an option and its value on one line
  const args = [
    '-nodefaults', '-no-user-config', '-no-reboot',
    // Its threads get names: those of the guest's CPUs are looked for (harness/observe/run-delay.ts).
    '-name', 'debug-threads=on',
    '-display', 'none',
    '-machine', plan.memoryFile ? `q35,memory-backend=${MEMORY_ID}` : 'q35',
    '-accel', accelOf(plan),
    '-cpu', accelerator.cpu,
    '-smp', String(plan.cpus),
    '-m', `${Math.round(plan.memoryBytes / MIB)}M`,
    ...bootArgs(plan),
    // The host's page cache may hold writes for ever: the guest's disk is thrown away after the drill.
    '-drive', `file=${optionValue(plan.disk)},if=none,id=root,format=qcow2,cache=unsafe,discard=unmap`,
    '-device', plan.seed === undefined ? 'virtio-blk-pci,drive=root' : 'virtio-blk-pci,drive=root,bootindex=1',
    '-device', 'virtio-rng-pci',
    // Machines from one snapshot would draw the same random numbers: another id has the kernel (5.18 and later) draw new ones.
    '-device', 'vmgenid,guid=auto',
    // restrict=on: no way out of the guest, only the forwards in (qemu(1), -netdev user).
    '-netdev', 'user,id=net,restrict=on',
    '-device', 'virtio-net-pci,netdev=net,mac=52:54:00:6f:6f:6d',
    '-device', 'virtio-serial-pci',
    // Not `file:PATH` and `unix:PATH`, which have no way to quote a comma on all versions.
    '-chardev', `file,id=console,path=${optionValue(consoleLogIn(workDir))}`,
    '-serial', 'chardev:console',
    '-chardev', socketArg('qmp', workDir),
    '-mon', 'chardev=qmp,mode=control',
  ];
  args.push(...portArgs('agent', 1, workDir), ...portArgs('samples', 2, workDir));
  if (plan.memoryFile) args.push('-object', memoryArg(plan.memoryFile, plan.memoryBytes));
  // What may be asked of an incoming state is asked by QMP, before it is read.
  if (plan.incoming) args.push('-incoming', 'defer');
  return args;
}

/**
 * An emulated guest boots with one thread for all its CPUs. A kernel that boots patches its own text all the time, by way of
 * a breakpoint (Linux, smp_text_poke_batch_process() of arch/x86/kernel/alternative.c), and with a thread for each CPU one of
 * them may still run the breakpoint that another one has taken back, of which the kernel dies.
 */
const accelOf = ({ accelerator: { name }, incoming }: QemuPlan): string =>
  name === 'tcg' ? `tcg,thread=${incoming === undefined ? 'single' : 'multi'}` : name;

function bootArgs({ accelerator, kernel, initrd, commandLine = KERNEL_COMMAND_LINE, seed }: QemuPlan): string[] {
  if (seed === undefined) {
    const append = commandLineUnder(accelerator.name, commandLine);
    return ['-kernel', kernel, ...(initrd === undefined ? [] : ['-initrd', initrd]), '-append', append];
  }
  const drive = `if=none,id=seed,driver=vvfat,dir=${optionValue(seed)},label=cidata,read-only=on`;
  return ['-drive', drive, '-device', 'virtio-blk-pci,drive=seed,bootindex=2'];
}

/** The name that QEMU itself gives to a PC's memory, so that a state with memory can be read into a file. */
const MEMORY_ID = 'pc.ram';

const memoryArg = ({ path, isWritten }: MemoryFile, bytes: number): string =>
  [
    'memory-backend-file',
    `id=${MEMORY_ID}`,
    `size=${Math.round(bytes / MIB)}M`,
    `mem-path=${optionValue(path)}`,
    `share=${isWritten ? 'on' : 'off'}`,
  ].join();

/** A path or the like as the value of a key: a comma begins the next one (qemu(1), -drive: "doubled commas"). */
const optionValue = (text: string): string => text.replaceAll(',', ',,');

/** A UNIX socket that QEMU listens at. */
const socketArg = (name: SocketName, workDir: string): string =>
  `socket,id=${name},path=${optionValue(socketIn(workDir, name))},server=on,wait=off`;

/** A virtio port of the guest, and the UNIX socket that is its end here. */
function portArgs(name: 'agent' | 'samples', nr: number, workDir: string): string[] {
  return [
    '-chardev',
    socketArg(name, workDir),
    '-device',
    `virtserialport,chardev=${name},name=${virtioPort(name)},nr=${nr}`,
  ];
}
