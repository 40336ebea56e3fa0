// Unit tests cover all offline code; code that starts machines is tested by drills on machines.
import { readdirSync } from 'node:fs';
import { OFFLINE } from '../.dependency-cruiser.mjs';

/** A program for a guest, which the tests of programs run as a separate process. */
const STAND_IN = 't3/stand-in/';

const files = Object.keys(OFFLINE).flatMap((folder) =>
  readdirSync(new URL(`../harness/${folder}/`, import.meta.url), { recursive: true })
    .filter((file) => file.endsWith('.ts') && !/\.(?:test|examples)\.ts$/.test(file) && !file.startsWith(STAND_IN))
    .map((file) => `harness/${folder}/${file}`),
);

export default () => files;
