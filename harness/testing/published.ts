import { Ajv2020 } from 'ajv/dist/2020.js';
import { type PublishedFormat, publishedFormats } from '../contract/json-schema.js';

/** A published format, with what is wrong with a document by its JSON Schema, in words; undefined where nothing is. */
export interface CheckedFormat extends PublishedFormat {
  readonly faultIn: (document: unknown) => string | undefined;
}

/** Every format that is published, by the name that documents have in their key `schema`. */
export function checkedFormats(): ReadonlyMap<string, CheckedFormat> {
  // In its strict mode it refuses keywords that the draft does not have. Times are checked by their pattern.
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, validateFormats: false });
  const checked = publishedFormats().map((format): [string, CheckedFormat] => {
    const validate = ajv.compile(JSON.parse(format.text));
    const faultIn = (document: unknown) => (validate(document) ? undefined : ajv.errorsText(validate.errors));
    return [format.name, { ...format, faultIn }];
  });
  return new Map(checked);
}

/** What our own reader finds wrong with a document, in words. A strict schema finds keys that it does not know, and that is allowed. */
export function readingFaultIn({ schema }: PublishedFormat, document: unknown): string | undefined {
  const issues = schema.safeParse(document).error?.issues ?? [];
  const faults = issues.filter(({ code }) => code !== 'unrecognized_keys');
  return faults.length === 0 ? undefined : JSON.stringify(faults);
}
