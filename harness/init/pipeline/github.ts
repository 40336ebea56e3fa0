import { INSTALL_NODE, inFolder, NIGHTLY, type PipelineKind, type Repository, yamlText } from './pipeline.js';

const PATH = '.github/workflows/oomdrill.yml';

export const github: PipelineKind = {
  name: 'github',
  title: 'GitHub Actions',
  isIn: ({ has }) => has('.github'),
  plan: (repository) => ({
    files: [{ path: PATH, text: renderWorkflow(repository), does: 'the nightly of GitHub Actions' }],
    needs: [],
  }),
};

const renderWorkflow = (repository: Repository): string => `# Drills of memory limits, each night.
name: oomdrill

on:
  schedule:
    - cron: "17 2 * * *"
  workflow_dispatch:

permissions:
  contents: read

concurrency:
  group: oomdrill

jobs:
  drill:
    runs-on: ubuntu-latest
    timeout-minutes: 120
    container:
      image: debian:trixie
      # For /dev/kvm, and for the mounts with which a guest image is built.
      options: --privileged
    defaults:
      run:
        working-directory: ${yamlText(repository.folder === '' ? '.' : repository.folder)}
    env:
      OOMDRILL_CACHE: /var/cache/oomdrill
    steps:
      - uses: actions/checkout@v4
      - name: Node.js
        run: ${INSTALL_NODE}
      - name: Cache of the guest image
        uses: actions/cache@v4
        with:
          path: /var/cache/oomdrill
          key: ${yamlText(`oomdrill-image-\${{ hashFiles(${hashed(repository)}) }}`)}
          restore-keys: oomdrill-image-
      - name: History of earlier nights
        uses: actions/cache/restore@v4
        with:
          path: ${yamlText(inFolder(repository, 'reports/history.jsonl'))}
          key: oomdrill-history-\${{ github.run_id }}
          restore-keys: oomdrill-history-
      - name: Install
        run: npm ci
      - name: Set up
        run: npx oomdrill setup
      - name: Drill
        run: npx ${NIGHTLY}
      - name: Summary
        if: \${{ !cancelled() }}
        run: cat reports/nightly.md >>"$GITHUB_STEP_SUMMARY"
      - name: History for later nights
        if: \${{ !cancelled() }}
        uses: actions/cache/save@v4
        with:
          path: ${yamlText(inFolder(repository, 'reports/history.jsonl'))}
          key: oomdrill-history-\${{ github.run_id }}-\${{ github.run_attempt }}
      - name: Reports
        if: \${{ !cancelled() }}
        uses: actions/upload-artifact@v4
        with:
          name: oomdrill
          path: ${yamlText(inFolder(repository, 'reports/'))}
`;

/** What a guest image follows from: the version of oomdrill, and the packages of the bundles. */
const hashed = (repository: Repository): string =>
  ['package-lock.json', 'bundles/*/bundle.json']
    .map((path) => `'${inFolder(repository, path).replaceAll("'", "''")}'`)
    .join(', ');
