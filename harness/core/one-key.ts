/** What a JSON Schema has for an object with exactly one of these keys, next to a check of our own. */
export const oneKeyOf = (...keys: readonly string[]) => ({
  oneOf: keys.map((key) => ({ required: [key], properties: { [key]: {} } })),
});
