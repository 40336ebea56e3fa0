import type { Readable } from 'node:stream';

/** A longer line is none of ours: the sampler's have some ten kB, QEMU's less. Characters. */
export const MAX_LINE_LENGTH = 1024 * 1024;

/** What becomes of a stream that is read by lines. */
export interface LineReceiver {
  /** Called with each whole line, without its break. */
  readonly line: (text: string) => void;
  /**
   * Called once, when no more lines will come, by whomever the stream was ended. Half a line at the end is dropped.
   *
   * @param cause what broke the stream; undefined where it ended or was destroyed in order
   */
  readonly end: (cause: Error | undefined) => void;
}

/**
 * Reads a stream by lines, and owns its errors: none of them reaches anyone but `end`. Unlike node:readline it holds at most
 * one line of a bounded length: a stream with a longer one is destroyed.
 */
export function receiveLines(stream: Readable, { line, end }: LineReceiver, maxLength = MAX_LINE_LENGTH): void {
  let rest = '';
  const take = (chunk: string) => {
    const lines = chunk.split('\n');
    lines[0] = rest + lines[0];
    rest = lines.pop() ?? '';
    for (const text of lines) {
      if (text.length > maxLength || stream.destroyed) break;
      line(text.replace(/\r$/, ''));
    }
    if ([...lines, rest].some(({ length }) => length > maxLength))
      stream.destroy(new Error(`a line of it is longer than ${maxLength} characters`));
  };
  stream.setEncoding('utf8');
  stream.on('data', take);
  // 'close' follows, and tells it.
  stream.on('error', () => {});
  const close = () => end(stream.errored ?? undefined);
  if (stream.closed) queueMicrotask(close);
  else stream.once('close', close);
}
