import { readFileSync } from 'node:fs';
import { openRuntime } from './call.js';
import { type PodSpec, runPod, showContainer } from './pod.js';

const USAGE = 'usage: cri SOCKET run SPEC.json CONTAINER | cri SOCKET show SPEC.json CONTAINER';

async function main([socket, verb, file, name]: readonly string[]): Promise<void> {
  if (socket === undefined || file === undefined || name === undefined) throw new Error(USAGE);
  const spec = JSON.parse(readFileSync(file, 'utf8')) as PodSpec;
  const { call, close } = openRuntime(socket);
  try {
    if (verb === 'run') process.stdout.write(`${await runPod(call, spec, name)}\n`);
    else if (verb === 'show') process.stdout.write(await showContainer(call, spec.sandbox.metadata.uid, name));
    else throw new Error(USAGE);
  } finally {
    close();
  }
}

main(process.argv.slice(2)).catch((thrown: unknown) => {
  process.stderr.write(`cri: ${thrown instanceof Error ? thrown.message : thrown}\n`);
  process.exitCode = 1;
});
