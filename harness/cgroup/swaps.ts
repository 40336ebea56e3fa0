import type { Bytes } from '../core/bytes.js';

/** A device or file that the kernel swaps to. */
export interface SwapArea {
  /** As the kernel writes it: a blank is `\040`. */
  readonly path: string;
  readonly kind: string;
  readonly bytes: Bytes;
}

const LINE = /^(?<path>\S+)\s+(?<kind>partition|file)\s+(?<kib>\d{1,15})\s/;

/** Reads /proc/swaps (proc_swaps(5)): where the kernel swaps to. Its first line, and any other that is none, is ignored. */
export function parseSwaps(text: string): SwapArea[] {
  return text.split('\n').flatMap((line) => {
    const { path, kind, kib } = LINE.exec(line)?.groups ?? {};
    return path === undefined || kind === undefined ? [] : [{ path, kind, bytes: Number(kib) * 1024 }];
  });
}
