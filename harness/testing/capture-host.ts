import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { execa } from 'execa';
import { assets } from '../core/assets.js';

const SCRIPT = assets.hostScript('capture.sh');

/** A systemctl that reads its answers from a folder: one file of properties for each unit. */
const SYSTEMCTL = `#!/bin/sh
cd "$(dirname "$0")" || exit
case $1 in
  --version) echo 'systemd 257' ;;
  is-active) exit 3 ;;
  show)
    for unit; do :; done
    names=$(echo "$2" | sed 's/--property=//; s/,/|/g')
    if [ -e "$unit" ]; then grep -E "^($names)=" "$unit"; else echo LoadState=not-found; fi ;;
esac
`;

/** A host for host/capture.sh: its units as files, and a systemctl that knows nothing else. */
export interface CaptureHost {
  /** The text of web.service. */
  readonly unit: string;
  /** Texts of its drop-ins, by the names of their files. */
  readonly dropIns?: Readonly<Record<string, string>>;
  /** Texts of its environment files, by the names of their files. */
  readonly environmentFiles?: Readonly<Record<string, string>>;
  /** Paths of environment files that are not here. */
  readonly absentEnvironment?: readonly string[];
  /** More of what `systemctl show web.service` answers. */
  readonly shown?: Readonly<Record<string, string>>;
}

/** Programs that the script is run with. */
export interface CaptureTools {
  /** The shell, with its options. */
  readonly shell?: readonly string[];
  /** The command that is `awk`, such as `busybox awk`; without it, that of this machine. */
  readonly awk?: string;
}

/** Makes the host in a folder, and runs the script there. Its output and its messages. */
export async function captureHost(
  dir: string,
  host: CaptureHost,
  { shell = ['sh'], awk }: CaptureTools = {},
): Promise<{ stdout: string; stderr: string }> {
  const units = join(dir, 'etc/systemd/system');
  const write = async (path: string, text: string, mode = 0o644) => {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { mode });
    return path;
  };
  const writeAll = (files: Readonly<Record<string, string>>, parent: string) =>
    Promise.all(Object.entries(files).map(([name, text]) => write(join(parent, name), text)));
  const fragment = await write(join(units, 'web.service'), host.unit);
  const dropIns = await writeAll(host.dropIns ?? {}, join(units, 'web.service.d'));
  const environment = await writeAll(host.environmentFiles ?? { 'web.env': '' }, join(dir, 'etc'));
  const shown = {
    Id: 'web.service',
    LoadState: 'loaded',
    FragmentPath: fragment,
    DropInPaths: dropIns.join(' '),
    MemoryHigh: 'infinity',
    MemoryMax: '1073741824',
    MemorySwapMax: '0',
    OOMPolicy: 'continue',
    ControlGroup: '/nowhere',
    ExecStart: '{ path=/opt/web/bin/web ; argv[]=/opt/web/bin/web PLANTED }',
    ...host.shown,
  };
  const properties = [
    ...Object.entries(shown).map(([key, value]) => `${key}=${value}`),
    ...[...environment, ...(host.absentEnvironment ?? [])].map((path) => `EnvironmentFiles=${path} (ignore_errors=no)`),
  ];
  const bin = join(dir, 'bin');
  await write(join(bin, 'systemctl'), SYSTEMCTL, 0o755);
  await write(join(bin, 'web.service'), `${properties.join('\n')}\n`);
  if (awk !== undefined) await write(join(bin, 'awk'), `#!/bin/sh\nexec ${awk} "$@"\n`, 0o755);
  const [program = 'sh', ...options] = shell;
  const { stdout, stderr } = await execa(program, [...options, SCRIPT, 'web.service'], {
    env: { PATH: `${bin}${delimiter}${process.env.PATH}` },
  });
  return { stdout, stderr };
}
