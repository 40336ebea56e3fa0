import type { Bytes } from '../core/bytes.js';
import { readRecord } from '../record/reader.js';
import { study } from '../study/study.js';

/** The server's memory before the injection, as a record shows it; null where it does not. */
export async function restingBytesOf(record: string): Promise<Bytes | null> {
  return study(await readRecord(record)).memory.restingBytes;
}
