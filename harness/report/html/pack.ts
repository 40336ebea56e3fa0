import { deflateRawSync } from 'node:zlib';
import type { DrillData } from './model.js';

/**
 * Packs data as JSON, compressed with deflate (RFC 1951; `deflate-raw` to a browser's DecompressionStream) and in
 * base64, which has no character that is special in HTML.
 *
 * @param writeText how each text is written; as it is by default
 */
export function pack(data: DrillData, writeText: (text: string) => string = (text) => text): string {
  return deflateRawSync(
    JSON.stringify(data, (_, value) => (typeof value === 'string' ? writeText(value) : value)),
    { level: 9 },
  ).toString('base64');
}
