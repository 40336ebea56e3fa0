import { machineError } from '../core/errors.js';
import { GUEST_RUN_DIR } from './guest-paths.js';
import type { SampleStream } from './machine.js';
import { run } from './run.js';
import type { Ssh } from './ssh.js';

const FIFO = `${GUEST_RUN_DIR}/samples`;

/** A stream of samples over ssh, for machines without a virtio port. @throws OomdrillError `SAMPLE_PIPE` */
export async function openSamplePipe(ssh: Ssh): Promise<SampleStream> {
  await run(ssh, ['sh', '-c', `mkdir -p ${GUEST_RUN_DIR} && rm -f ${FIFO} && mkfifo ${FIFO}`], {
    reason: 'a pipe for the samples',
    orThrow: (words) => machineError('SAMPLE_PIPE', `Could not make a pipe for the samples: ${words}.`),
  });
  return { guestPath: FIFO, stream: ssh.stream(['cat', FIFO]), via: 'ssh' };
}
