import { scaleBundle } from '../bundle/scale.js';
import { loadNamedBundle } from '../campaign/named-bundle.js';
import { INSTALL_SCHEMA, installSchema } from '../contract/install.js';
import { mustError } from '../core/must.js';
import { textOf } from '../core/printable-text.js';
import { proveEffect } from '../drill/guest/effect.js';
import { installBundle, verifyWorkload } from '../drill/guest/install.js';
import { startServer } from '../drill/guest/server.js';
import { SCALE_HINT } from '../drill/scale.js';
import { Ledger } from '../machine/ledger.js';
import { Ssh } from '../machine/ssh.js';
import { checkKeyFile, parseSshAddress } from '../machine/ssh-address.js';
import { installToolkit } from '../machine/toolkit.js';
import { makeWorkDir } from '../machine/workdir.js';
import { createWorkload } from '../workload/kinds.js';
import { conclude, documentOf } from './conclude.js';
import type { InstallFlags } from './declaration/install.js';
import { withInterrupts } from './interrupt.js';
import { progressOnStderr } from './progress.js';

/** Enough for a slow host: no drill waits here. Milliseconds. */
const INSTALL_READY_MS = 300_000;

/** `oomdrill install`: what a drill installs, in a guest for a person to look at. */
export async function executeInstall(name: string, flags: InstallFlags): Promise<void> {
  await conclude(flags, async () => {
    const scale = Number(/^(?:1\/)?(\d+)$/.exec(flags.scale)?.[1]);
    if (!(scale >= 1 && scale <= 64))
      throw mustError(
        'SCALE_INVALID',
        '--scale',
        'be a whole number from 1 to 64, such as 8 or 1/8',
        flags.scale,
        SCALE_HINT,
      );
    const address = parseSshAddress(flags.host, flags.port);
    checkKeyFile(flags.key);
    const bundle = scaleBundle(await loadNamedBundle(name), scale);
    const workload = createWorkload(bundle, { scale });
    const { serving } = workload;
    const progress = progressOnStderr();
    return withInterrupts(progress, async ({ signal }) => {
      await using workDir = await makeWorkDir(await Ledger.open());
      await using guest = new Ssh({ ...address, keyFile: flags.key }, workDir.path, true);
      progress(`connecting to ${flags.host}`);
      await guest.open(60_000, signal);
      await installToolkit(guest, signal);
      await installBundle(guest, bundle, workload, { workDir: workDir.path, signal });
      await startServer(guest, workload, { readyMs: INSTALL_READY_MS, progress, signal });
      await verifyWorkload(guest, workload, signal);
      const effect = await proveEffect(guest, serving, signal);
      const { port, path } = bundle.manifest.serving;
      const text = textOf([
        `${bundle.name} at scale 1/${scale} is in effect: ${serving.unit.name} answers at http://${address.host}:${port}${path}`,
      ]);
      return { document: documentOf(installSchema, { schema: INSTALL_SCHEMA, effect }), text, exitCode: 0 };
    });
  });
}
