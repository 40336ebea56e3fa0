// The offline half is covered whole by unit tests; what starts machines is tested on machines, by drills.
import { readdirSync } from 'node:fs';
import { OFFLINE } from '../.dependency-cruiser.mjs';

/** A program for a guest, which the tests of programs run as a process of its own. */
const STAND_IN = 't3/stand-in/';

const files = Object.keys(OFFLINE).flatMap((room) =>
  readdirSync(new URL(`../harness/${room}/`, import.meta.url), { recursive: true })
    .filter((file) => file.endsWith('.ts') && !/\.(?:test|examples)\.ts$/.test(file) && !file.startsWith(STAND_IN))
    .map((file) => `harness/${room}/${file}`),
);

export default () => files;
