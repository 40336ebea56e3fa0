import { execa } from 'execa';
import { assets } from '../harness/core/assets.js';
import { measureTime } from '../harness/core/clock.js';
import { atMost, type Figure, middle } from './figure.js';

const STARTS = 5;

/** Measures the start of the command line. Starts no machine. */
export async function measureFormats(): Promise<Figure[]> {
  return [
    atMost('oomdrill --help', await measureStart('--help'), 0.3, 's', `median of ${STARTS}`),
    atMost('oomdrill list', await measureStart('list'), 0.3, 's', `median of ${STARTS}`),
  ];
}

async function measureStart(...args: string[]): Promise<number> {
  const cli = assets.cli;
  const seconds: number[] = [];
  for (let start = 0; start < STARTS; start++)
    seconds.push((await measureTime(() => execa('node', [cli, ...args]))).ms / 1000);
  return middle(seconds);
}
