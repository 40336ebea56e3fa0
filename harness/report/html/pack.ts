import { deflateRawSync } from 'node:zlib';
import { printable } from '../../core/printable.js';
import type { DrillData } from './model.js';

/**
 * Packs data as JSON, compressed with deflate (RFC 1951; `deflate-raw` to a browser's DecompressionStream) and in
 * base64, which has no character that is special in HTML. The page shows the texts in it as they are.
 */
export function pack(data: DrillData): string {
  return deflateRawSync(
    JSON.stringify(data, (_, value) => (typeof value === 'string' ? printable(value) : value)),
    { level: 9 },
  ).toString('base64');
}
