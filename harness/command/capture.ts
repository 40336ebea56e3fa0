import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { execa } from 'execa';
import { listBundleFiles } from '../bundle/bundle.js';
import { assembleCapture, type Capture, nameCaptured } from '../bundle/capture/assemble.js';
import { describeContainerLimits, withArchive } from '../bundle/capture/container.js';
import { parseCaptureStream } from '../bundle/capture/stream.js';
import { checkBundle } from '../bundle/check.js';
import { nameOfServing } from '../bundle/manifest.js';
import { describeRequest } from '../bundle/probe.js';
import { resolveServingUnit } from '../bundle/serving.js';
import { writeNewTree } from '../bundle/write.js';
import { CAPTURE_SCHEMA, CAPTURE_SCRIPT_SCHEMA, captureSchema, captureScriptSchema } from '../contract/capture.js';
import { assets } from '../core/assets.js';
import { formatBytes, parseBytes } from '../core/bytes.js';
import { machineError, usageError } from '../core/errors.js';
import { mustError } from '../core/must.js';
import { formattedText, type PrintableText, textOf } from '../core/printable-text.js';
import { readTextFile } from '../core/read-text-file.js';
import { shellQuote } from '../core/shell.js';
import { isWithin, pathFrom } from '../core/within.js';
import { checkKeyFile, parseSshAddress, sshHint } from '../machine/ssh-address.js';
import { sshOptionValue } from '../machine/ssh-path.js';
import { parseUnitName } from '../systemd/unit-name.js';
import { askedAt } from './asked-at.js';
import { conclude, documentOf } from './conclude.js';
import type { CaptureFlags } from './declaration/capture.js';
import { withInterrupts } from './interrupt.js';
import { progressOnStderr } from './progress.js';
import { sizeOf } from './size.js';

/** The script reads a few dozen small files; a host that thrashes may take long over them. */
const CAPTURE_MS = 120_000;

const UNITS_HINT = '`systemctl list-units --type=service` lists the services of that host.';

const CONTAINERS_HINT = '`docker ps --all`, or `podman ps --all`, lists the containers of that host.';

const PODS_HINT = '`crictl pods`, on the node, lists those that it has; `kubectl get pods -o wide` says on which node.';

const CAPTURE_HINT = 'Run what `oomdrill capture --script` prints on that host to see what fails; it needs systemd.';

/** `oomdrill capture`: a bundle of a live host. */
export async function executeCapture(unit: string | undefined, flags: CaptureFlags): Promise<void> {
  await conclude(flags, async () => {
    const script = await readFile(assets.hostScript('capture.sh'), 'utf8');
    if (flags.script) {
      if ((flags.from ?? flags.host) !== undefined)
        throw usageError(
          'CAPTURE_FLAGS',
          '--script cannot be used with --from or --host.',
          'It prints the script, and captures nothing: leave one of them out.',
        );
      const document = documentOf(captureScriptSchema, { schema: CAPTURE_SCRIPT_SCHEMA, script });
      return { document, text: formattedText(script), exitCode: 0 };
    }
    const asked = askedAt(flags.url);
    const { diskBandwidth } = flags;
    if (diskBandwidth !== undefined) sizeOf(diskBandwidth, '--disk-bandwidth');
    const { text, from } = await streamOf(unit, script, flags);
    const stream = parseCaptureStream(text, from);
    const dir = chooseDir(flags.out ?? nameCaptured(stream).replace(/\.service$/, ''));
    const captured = assembleCapture(stream, { name: basename(dir), ...asked, diskBandwidth });
    const warnings = checkBundle(withArchive(captured.bundle));
    await writeNewTree([...listBundleFiles(captured.bundle), ...captured.hostState], dir);
    const { bundle, needs, choices } = captured;
    const document = documentOf(captureSchema, {
      schema: CAPTURE_SCHEMA,
      dir,
      manifest: bundle.manifest,
      needs,
      choices: [...choices],
      warnings,
    });
    return { document, text: inWords(dir, captured, warnings), exitCode: 0 };
  });
}

/**
 * The bundle's folder.
 *
 * @throws OomdrillError `CAPTURE_OUT` if it is the working directory, or one that this is in: an empty one would be replaced
 */
function chooseDir(out: string): string {
  const dir = resolve(out);
  if (out !== '' && !isWithin('.', dir)) return dir;
  throw mustError('CAPTURE_OUT', '--out', 'name a directory for the bundle, other than the working directory', out);
}

/** Where the stream comes from: a file, a host by ssh, or the script run here. */
async function streamOf(
  unit: string | undefined,
  script: string,
  flags: CaptureFlags,
): Promise<{ text: string; from: string }> {
  const { from, host } = flags;
  if (from !== undefined) {
    if ((unit ?? host ?? flags.docker ?? flags.podman ?? flags.pod) !== undefined)
      throw usageError(
        'CAPTURE_FLAGS',
        '--from cannot be used with a unit, a container, a pod or --host.',
        'The file says which unit, container or pod of which host was captured: leave them out.',
      );
    const hint = 'It must hold what `sh capture.sh UNIT` printed on the host.';
    const text = await readTextFile(from, {
      what: 'capture',
      code: 'CAPTURE_MISSING',
      hint,
      stdin: true,
      lenient: true,
    });
    return { text, from };
  }
  const asked = whatIsAsked(unit, flags);
  if (host === undefined && (flags.port ?? flags.key) !== undefined)
    throw usageError('CAPTURE_FLAGS', '--port and --key must be used with --host.', 'Add --host USER@HOST.');
  const text = await withInterrupts(progressOnStderr(), ({ signal }) => runScript(asked, script, flags, signal));
  return { text, from: `the capture of ${host ?? 'this host'}` };
}

/**
 * The arguments of the script: a unit, a container, or a pod.
 *
 * @throws OomdrillError `CAPTURE_FLAGS`, `CAPTURE_UNIT`, `CAPTURE_CONTAINER`, `CAPTURE_POD`
 */
function whatIsAsked(unit: string | undefined, { docker, podman, pod }: CaptureFlags): readonly string[] {
  if ([unit, docker, podman, pod].filter((each) => each !== undefined).length !== 1)
    throw usageError(
      'CAPTURE_FLAGS',
      'One unit, one container or one pod must be named.',
      'Name the unit that serves, such as web.service, or a container, such as --docker web, or a pod: --pod web.',
    );
  if (pod !== undefined) {
    if (/^(?:[a-z0-9-]{1,63}\/)?[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/.test(pod)) return ['--pod', pod];
    throw mustError('CAPTURE_POD', '--pod', 'be the name of a pod, such as web or shop/web', pod, PODS_HINT);
  }
  const container = docker ?? podman;
  if (container !== undefined) {
    const engine = docker === undefined ? '--podman' : '--docker';
    if (/^[a-zA-Z0-9][a-zA-Z0-9_.-]{1,99}$/.test(container)) return [engine, container];
    throw mustError('CAPTURE_CONTAINER', engine, 'be the name of a container, such as web', container, CONTAINERS_HINT);
  }
  const name = parseUnitName(unit?.includes('.') ? unit : `${unit}.service`);
  if (name?.type === 'service' && name.instance !== '') return [name.full];
  throw mustError(
    'CAPTURE_UNIT',
    'The unit',
    'be a service, such as web.service or web@blue.service',
    unit ?? '',
    UNITS_HINT,
  );
}

/**
 * Runs the script on the host, as the user that ssh logs in as: it needs no root.
 *
 * @throws OomdrillError `CAPTURE_SSH` in ssh's own words, `CAPTURE_UNIT`, `CAPTURE_CONTAINER`, `CAPTURE_POD`, `CAPTURE_QUADLET`, `CAPTURE_HOST`
 */
async function runScript(
  asked: readonly string[],
  script: string,
  flags: CaptureFlags,
  signal: AbortSignal,
): Promise<string> {
  const command = flags.host === undefined ? ['sh', '-s', '--', ...asked] : sshCommand(flags.host, asked, flags);
  const result = await execa('setpriv', ['--pdeathsig', 'KILL', ...command], {
    input: script,
    reject: false,
    timeout: CAPTURE_MS,
    cancelSignal: signal,
    stripFinalNewline: false,
  });
  signal.throwIfAborted();
  const where = flags.host ?? 'this host';
  const words = (result.stderr.trim().split('\n').at(-1) ?? '').replace(/\.$/, '');
  if (result.timedOut)
    throw machineError('CAPTURE_HOST', `Could not capture ${where} within ${CAPTURE_MS / 1000} s.`, CAPTURE_HINT);
  if (result.exitCode === 0) return result.stdout;
  const [engine, captured] = asked;
  if (result.exitCode === 5) throw usageError('CAPTURE_QUADLET', `${where}: ${words}.`, 'The unit has the limits.');
  if (result.exitCode === 4)
    throw captured === undefined
      ? usageError('CAPTURE_UNIT', `${where}: ${words}.`, UNITS_HINT)
      : engine === '--pod'
        ? usageError('CAPTURE_POD', `${where}: ${words}.`, PODS_HINT)
        : usageError('CAPTURE_CONTAINER', `${where}: ${words}.`, CONTAINERS_HINT);
  if (result.exitCode === 255 && flags.host !== undefined)
    throw machineError(
      'CAPTURE_SSH',
      `Could not connect to ${where} over SSH: ${words}.`,
      sshHint(parseSshAddress(flags.host, flags.port), flags.key),
    );
  throw machineError('CAPTURE_HOST', `Could not capture ${where}: ${words || result.shortMessage}.`, CAPTURE_HINT);
}

function sshCommand(text: string, asked: readonly string[], { port: portText, key }: CaptureFlags): string[] {
  const { user, host, port } = parseSshAddress(text, portText);
  if (key !== undefined) checkKeyFile(key);
  const command = ['ssh', '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=10', '-o', 'LogLevel=ERROR'];
  if (port !== undefined) command.push('-p', String(port));
  if (key !== undefined) command.push('-o', `IdentityFile=${sshOptionValue(key)}`);
  command.push(`${user}@${host}`, `sh -s -- ${asked.map(shellQuote).join(' ')}`);
  return command;
}

function inWords(dir: string, { bundle, needs, choices }: Capture, warnings: readonly string[]): PrintableText {
  const { host, serving, sidecars = [] } = bundle.manifest;
  const { limits, oomPolicy } = resolveServingUnit(bundle);
  const size = formatBytes;
  const toDo = needs.map((need) => `    ${need}`);
  if (toDo.length > 0) toDo.unshift('needed before it can be drilled:');
  return textOf([
    `${pathFrom(dir)}: ${nameOfServing(bundle.manifest)}, asked at port ${serving.port} for ${describeRequest(serving) ?? serving.path}`,
    serving.container
      ? `    ${describeContainerLimits(serving.container)}${Number.isFinite(limits.high) ? ` MemoryHigh=${size(limits.high)}` : ''}`
      : `    MemoryHigh=${size(limits.high)} MemoryMax=${size(limits.max)} MemorySwapMax=${size(limits.swapMax)} OOMPolicy=${oomPolicy}`,
    `    host: ${size(parseBytes(host.memory))} of memory, ${size(parseBytes(host.swap))} of swap, ${host.cpus} CPUs, disk ${host.diskBandwidth ?? 'without a known limit'}`,
    ...sidecars.map(({ unit }) => `    sidecar: ${unit}`),
    ...choices.map((choice) => `    ${choice}`),
    ...warnings.map((warning) => `    warning: ${warning}`),
    ...toDo,
    'left out: see captured/left-out.txt; read the bundle before you hand it on',
  ]);
}
