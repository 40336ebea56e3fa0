import { z } from 'zod';

export const CONFIG_SCHEMA = 'oomdrill.config/1';

const optionSchema = z.object({
  option: z.string().describe('With its dashes, as on the command line.'),
  value: z
    .union([z.string(), z.boolean(), z.array(z.string()), z.null()])
    .describe('What is in force where the command line does not say otherwise; null if it is not set.'),
  setBy: z.enum(['default', 'variable', 'file']),
  variable: z.string().optional().describe('The environment variable that sets it.'),
  key: z.string().optional().describe('The key of the configuration file that sets it, such as `run.suite`.'),
  passedOver: z.string().optional().describe('Why the setting does not count, in words.'),
  fault: z.string().optional().describe('What is wrong with the setting.'),
});

/** The output of `config --json`. */
export const configSchema = z.object({
  schema: z.literal(CONFIG_SCHEMA),
  file: z.string().nullable().describe('The configuration file, from the working folder; null if there is none.'),
  fault: z.string().nullable().describe('Why it cannot be used; null if it can.'),
  reporters: z.array(z.string()).describe('Names of the reporters that it adds.'),
  probes: z.array(z.string()).describe('Names of the probes that it adds.'),
  injections: z.array(z.string()).describe('Names of the kinds of injections that it adds.'),
  commands: z
    .array(z.object({ command: z.string().describe('Such as `image build`.'), options: z.array(optionSchema) }))
    .describe('The command that was asked about, or all of them.'),
  unknownVariables: z
    .array(z.object({ name: z.string(), hint: z.string() }))
    .describe('Environment variables that begin with OOMDRILL_ and have no effect.'),
});

export type ConfigReport = z.infer<typeof configSchema>;
export type OptionInForce = z.infer<typeof optionSchema>;
