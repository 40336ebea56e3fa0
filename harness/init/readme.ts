import type { NewFile } from './new-file.js';
import { SCENARIOS } from './scenario.js';

/** What the next person needs to know. */
export function createReadme({ unit, bundle }: { readonly unit: string; readonly bundle: string }): NewFile {
  const text = `# Drills of memory limits

A drill boots a throwaway VM with the units and limits of \`${bundle}\`, lets a
process run away in \`${unit}\`, and asks the server all the while.

- Once: \`npm install && npx oomdrill setup\`. Then \`npm run drill\`; each night \`npm run nightly\`.
- \`${bundle}\` is the host: unit files below \`etc/\`, and \`bundle.json\`. Change limits there first.
- \`${SCENARIOS}/\` has what is claimed, a scenario a file; \`npm test\` drills them under tap.
- Red? Read the reasons that are printed, then \`npx oomdrill report reports/*/*/record.jsonl -o reports\`.
- It should be so now? \`npx oomdrill accept NAME\`, and commit \`reports/baseline.json\`.
`;
  return {
    path: 'README.md',
    text,
    does: 'for the next person: what is drilled, how, and what to do when it is red',
    ifThere: 'yours, as it is',
  };
}
