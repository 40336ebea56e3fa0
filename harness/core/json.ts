/** What a text holds as JSON, or the error of one that is none. JSON has no `undefined`: a value of that is no value. */
export type JsonReading =
  | { readonly value: unknown; readonly fault?: undefined }
  | { readonly value?: undefined; readonly fault: SyntaxError };

/** Reads a text as JSON; what is wrong with it is told, and not thrown. */
export function parseJson(text: string): JsonReading {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return { fault: thrown };
    throw thrown;
  }
}
