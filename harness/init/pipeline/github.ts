import {
  BY_TAG,
  INSTALL_NODE,
  INSTALL_PACKAGES,
  inFolder,
  NIGHTLY,
  type PipelineKind,
  type Repository,
  yamlText,
} from './pipeline.js';

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

/** By the hashes of their commits, because a tag can be moved after it was reviewed. */
const ACTIONS = {
  checkout: 'actions/checkout@8e8c483db84b4bee98b60c0593521ed34d9990e8 # v6.0.1',
  cache: 'actions/cache@9255dc7a253b0ccc959486e2bca901246202afeb # v5.0.1',
  restore: 'actions/cache/restore@9255dc7a253b0ccc959486e2bca901246202afeb # v5.0.1',
  save: 'actions/cache/save@9255dc7a253b0ccc959486e2bca901246202afeb # v5.0.1',
  upload: 'actions/upload-artifact@b7c566a772e6b6bfb58ed0dc250532a479d7789f # v6.0.0',
} as const;

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
  cancel-in-progress: false

jobs:
  drill:
    runs-on: ubuntu-latest
    timeout-minutes: 120
    container:
      ${BY_TAG}
      image: debian:trixie
      # For /dev/kvm, and for the mounts with which a guest image is built.
      options: --privileged
    defaults:
      run:
        working-directory: ${yamlText(repository.folder === '' ? '.' : repository.folder)}
    env:
      OOMDRILL_CACHE: /var/cache/oomdrill
    steps:
      - uses: ${ACTIONS.checkout}
        with:
          persist-credentials: false
      - name: Node.js
        run: ${INSTALL_NODE}
      - name: Cache of the guest image
        uses: ${ACTIONS.cache}
        with:
          path: /var/cache/oomdrill
          key: ${yamlText(`oomdrill-image-\${{ hashFiles(${hashed(repository)}) }}`)}
          restore-keys: oomdrill-image-
      - name: History of earlier nights
        uses: ${ACTIONS.restore}
        with:
          path: ${yamlText(inFolder(repository, 'reports/history.jsonl'))}
          key: oomdrill-history-\${{ github.run_id }}
          restore-keys: oomdrill-history-
      - name: Install
        run: ${INSTALL_PACKAGES}
      - name: Set up
        run: npx oomdrill setup
      - name: Drill
        run: npx ${NIGHTLY}
      - name: Summary
        if: \${{ !cancelled() }}
        run: cat reports/nightly.md >>"$GITHUB_STEP_SUMMARY"
      - name: History for later nights
        if: \${{ !cancelled() }}
        uses: ${ACTIONS.save}
        with:
          path: ${yamlText(inFolder(repository, 'reports/history.jsonl'))}
          key: oomdrill-history-\${{ github.run_id }}-\${{ github.run_attempt }}
      - name: Reports
        if: \${{ !cancelled() }}
        uses: ${ACTIONS.upload}
        with:
          name: oomdrill
          path: ${yamlText(inFolder(repository, 'reports/'))}
`;

/** What a guest image follows from: the version of oomdrill, and the packages of the bundles. */
const hashed = (repository: Repository): string =>
  ['package-lock.json', 'bundles/*/bundle.json']
    .map((path) => `'${inFolder(repository, path).replaceAll("'", "''")}'`)
    .join(', ');
