import {
  BY_TAG,
  enterFolder,
  INSTALL_NODE,
  INSTALL_PACKAGES,
  inFolder,
  listCommands,
  NIGHTLY,
  type PipelineKind,
  type Repository,
  yamlText,
} from './pipeline.js';

const MAIN = '.gitlab-ci.yml';
const PATH = '.gitlab/oomdrill.yml';

export const gitlab: PipelineKind = {
  name: 'gitlab',
  title: 'GitLab',
  isIn: ({ has }) => has(MAIN),
  plan(repository) {
    const job = { path: PATH, text: renderJob(repository), does: 'the nightly of GitLab' };
    const schedule =
      'GitLab: add a pipeline schedule with the variable OOMDRILL=1; its runner must allow privileged containers.';
    const include = `include:\n  - local: ${PATH}\n`;
    if (repository.has(MAIN))
      return { files: [job], needs: [`Add to ${MAIN}: include: [{ local: ${PATH} }]`, schedule] };
    return { files: [job, { path: MAIN, text: include, does: 'includes it' }], needs: [schedule] };
  },
};

const renderJob = (repository: Repository): string => `# Drills of memory limits, in a schedule that sets OOMDRILL.
oomdrill:
  ${BY_TAG}
  image: debian:trixie
  timeout: 2h
  # One at a time: they share a cache.
  resource_group: oomdrill
  rules:
    - if: $OOMDRILL
  variables:
    OOMDRILL_CACHE: $CI_PROJECT_DIR/.cache/oomdrill
  cache:
    key: oomdrill
    when: always
    paths:
      - .cache/oomdrill
      - ${yamlText(inFolder(repository, 'reports/history.jsonl'))}
  script:
${listCommands([INSTALL_NODE, ...enterFolder(repository), INSTALL_PACKAGES, 'npx oomdrill setup', `npx ${NIGHTLY}`], 4)}
  artifacts:
    when: always
    paths:
      - ${yamlText(inFolder(repository, 'reports/'))}
    reports:
      junit: ${yamlText(inFolder(repository, 'reports/junit.xml'))}
`;
