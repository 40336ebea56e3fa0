import { z } from 'zod';
import { manifestSchema } from '../bundle/manifest.js';
import { findingSchema } from '../lint/finding.js';

export const INIT_SCHEMA = 'oomdrill.init/1';

/** The output of `init --json`. */
export const initSchema = z.object({
  schema: z.literal(INIT_SCHEMA),
  dir: z.string().describe('Absolute path of the folder.'),
  dryRun: z.boolean().describe('Whether nothing was written.'),
  files: z
    .array(
      z.object({
        path: z.string().describe('Relative to the folder; a directory that was copied whole ends with a slash.'),
        does: z.string().describe('What it is for, in a few words.'),
      }),
    )
    .describe('What was made, or would be; and what was there and stays, of which `does` begins with `kept: `.'),
  bundle: z
    .object({ path: z.string().describe('Relative to the folder.'), manifest: manifestSchema })
    .describe('The bundle that is drilled, with its bundle.json.'),
  needs: z.array(z.string()).describe('What must be done before it can be drilled, in sentences.'),
  warnings: z.array(z.string()).describe('Values of the bundle that are valid but odd, in sentences.'),
  findings: z.array(findingSchema).describe('What `lint` finds in the bundle, without notes.'),
  command: z.string().describe('The command line that drills, from the working folder.'),
});
