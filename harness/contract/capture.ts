import { z } from 'zod';
import { manifestSchema } from '../bundle/manifest.js';

/** What `capture --json` writes. */
export const captureSchema = z.object({
  /** The folder of the bundle. */
  dir: z.string(),
  manifest: manifestSchema,
  /** What is to be done before it can be drilled, in sentences. */
  needs: z.array(z.string()),
  /** What of it cannot be checked. */
  warnings: z.array(z.string()),
});

/** What `capture --script --json` writes. */
export const captureScriptSchema = z.object({ script: z.string() });
