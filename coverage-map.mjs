// The pure half is covered whole; what starts machines is tested on machines, by drills.
import { readdirSync } from 'node:fs';

const PURE = [
  'core',
  'cgroup',
  'systemd',
  'bundle',
  'lint',
  'record',
  'study',
  'verdict',
  'history',
  'explain',
  'mutate',
  'report',
];

const files = PURE.flatMap((folder) =>
  readdirSync(new URL(`harness/${folder}/`, import.meta.url), { recursive: true })
    .map((file) => `harness/${folder}/${file}`)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts')),
);

export default () => files;
