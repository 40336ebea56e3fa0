import { Ajv2020 } from 'ajv/dist/2020.js';
import { type PublishedFormat, publishFormats } from '../contract/json-schema.js';

/** A published format with a check of documents. */
export interface CheckedFormat extends PublishedFormat {
  /** Describes what is wrong with a document according to the JSON Schema; undefined for a valid document. */
  readonly faultIn: (document: unknown) => string | undefined;
}

/** All published formats, by the value of their documents' key `schema`. */
export function compileFormats(): ReadonlyMap<string, CheckedFormat> {
  // The strict mode refuses unknown keywords. The formats of times are checked by their patterns.
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, validateFormats: false });
  const checked = publishFormats().map((format): [string, CheckedFormat] => {
    const validate = ajv.compile(JSON.parse(format.text));
    const faultIn = (document: unknown) => (validate(document) ? undefined : ajv.errorsText(validate.errors));
    return [format.name, { ...format, faultIn }];
  });
  return new Map(checked);
}

/** Describes what our own reader finds wrong with a document. Unknown keys in a strict schema are allowed. */
export function readingFaultIn({ schema }: PublishedFormat, document: unknown): string | undefined {
  const issues = schema.safeParse(document).error?.issues ?? [];
  const faults = issues.filter(({ code }) => code !== 'unrecognized_keys');
  return faults.length === 0 ? undefined : JSON.stringify(faults);
}
