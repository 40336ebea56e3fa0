import { z } from 'zod';
import { manifestSchema } from '../bundle/manifest.js';

export const CAPTURE_SCHEMA = 'oomdrill.capture/1';
export const CAPTURE_SCRIPT_SCHEMA = 'oomdrill.capture-script/1';

/** The output of `capture --json`. */
export const captureSchema = z.object({
  schema: z.literal(CAPTURE_SCHEMA),
  dir: z.string().describe('Path of the directory that the bundle was written to.'),
  manifest: manifestSchema.describe('The bundle.json that was written.'),
  needs: z.array(z.string()).describe('What must be done before the bundle can be drilled, in sentences.'),
  choices: z
    .array(z.string())
    .optional()
    .describe(
      'What was chosen that the host does not say, why, and how to change it, in sentences; absent in results of earlier versions.',
    ),
  warnings: z.array(z.string()).describe('Parts of the bundle that cannot be checked, in sentences.'),
});

/** The output of `capture --script --json`. */
export const captureScriptSchema = z.object({
  schema: z.literal(CAPTURE_SCRIPT_SCHEMA),
  script: z.string().describe('A POSIX shell script; run it on the host as `sh capture.sh UNIT`.'),
});
