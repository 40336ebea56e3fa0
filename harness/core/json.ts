/** The value of a JSON text, or its syntax error. JSON has no `undefined`, so an `undefined` value means an error. */
export type JsonReading =
  | { readonly value: unknown; readonly fault?: undefined }
  | { readonly value?: undefined; readonly fault: SyntaxError };

/** Reads a text as JSON; a syntax error is returned, not thrown. */
export function parseJson(text: string): JsonReading {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return { fault: thrown };
    throw thrown;
  }
}
