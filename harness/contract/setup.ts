import { z } from 'zod';

export const SETUP_SCHEMA = 'oomdrill.setup/1';

/** The output of `setup --json`. */
export const setupSchema = z.object({
  schema: z.literal(SETUP_SCHEMA),
  dryRun: z.boolean().describe('Whether nothing was installed or built.'),
  parts: z.array(z.string()).describe('The parts that were asked for by name.'),
  packages: z
    .array(z.string())
    .describe('The Debian packages that were missing; unless `dryRun`, they are installed now.'),
  programs: z
    .array(z.string())
    .describe('The guest programs that were missing; unless `dryRun`, they are in the cache now.'),
  commands: z.array(z.string()).describe('The command lines that install the packages, for a shell.'),
  next: z.array(z.string()).describe('What can be done now, as command lines.'),
});
