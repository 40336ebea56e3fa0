import { machineError } from '../core/errors.js';
import type { SampleStream } from './machine.js';
import type { Ssh } from './ssh.js';

const FIFO = '/run/oomdrill/samples';

/** A stream of samples over ssh, for machines without a virtio port. @throws OomdrillError `SAMPLE_PIPE` */
export async function openSamplePipe(ssh: Ssh): Promise<SampleStream> {
  const { exitCode, stderr } = await ssh.exec(
    ['sh', '-c', `mkdir -p /run/oomdrill && rm -f ${FIFO} && mkfifo ${FIFO}`],
    { reason: 'a pipe for the samples' },
  );
  if (exitCode !== 0) throw machineError('SAMPLE_PIPE', `No pipe for the samples can be made: ${stderr.trim()}.`);
  return { guestPath: FIFO, stream: ssh.stream(['cat', FIFO]), via: 'ssh' };
}
