import type { NewFile } from './new-file.js';
import { SCENARIOS } from './scenario.js';

/** What the folder is set up with, besides package.json. */
export const SETTINGS: readonly NewFile[] = [
  {
    path: 'oomdrill.config.ts',
    does: "defaults of oomdrill's options",
    rivals: ['oomdrill.config.js', 'oomdrill.config.mjs', 'oomdrill.config.json'],
    text: `import { defineConfig } from "oomdrill";

export default defineConfig({ scenarios: "./${SCENARIOS}" });
`,
  },
  {
    path: 'tsconfig.json',
    does: 'for `npm run typecheck`, and for editors',
    text: `{
  "compilerOptions": {
    "module": "nodenext",
    "types": ["node"],
    "strict": true,
    "noEmit": true,
    "skipLibCheck": true
  },
  "include": ["${SCENARIOS}", "*.ts"]
}
`,
  },
  {
    path: '.taprc',
    does: 'for `npm test`, which drills under tap, one scenario after the other',
    // The plug-in would compile with the settings of its own; a drill has its own deadline, which is a little shorter.
    text: `plugin:
  - "!@tapjs/typescript"
node-arg:
  - --import=oomdrill/typescript
include:
  - "${SCENARIOS}/**/*.{ts,mts}"
disable-coverage: true
allow-empty-coverage: true
jobs: 1
timeout: 1900
`,
  },
  {
    path: '.gitignore',
    does: 'what is made: node_modules, and reports but the accepted baseline',
    ifThere: 'yours, as it is: it should have node_modules/, .tap/, reports/* and !reports/baseline.json',
    text: `node_modules/
.tap/
reports/*
!reports/baseline.json
`,
  },
];
