import { deflateRawSync } from 'node:zlib';
import type { DrillData } from './model.js';

/** JSON, deflated (RFC 1951, which a browser's DecompressionStream calls `deflate-raw`), in base64: no letter of it means anything to HTML. */
export function pack(data: DrillData): string {
  return deflateRawSync(JSON.stringify(data), { level: 9 }).toString('base64');
}
