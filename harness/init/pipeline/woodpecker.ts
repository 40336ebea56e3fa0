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
} from './pipeline.js';

/** Files that Woodpecker reads only where the directory `.woodpecker` is not there. */
const SINGLE_FILES = ['.woodpecker.yaml', '.woodpecker.yml'];

const IN_DIRECTORY = '.woodpecker/oomdrill.yaml';

export const woodpecker: PipelineKind = {
  name: 'woodpecker',
  title: 'Woodpecker',
  isIn: ({ has }) => ['.woodpecker', ...SINGLE_FILES].some(has),
  plan(repository) {
    const single = repository.has('.woodpecker') ? undefined : SINGLE_FILES.find(repository.has);
    const needs = [
      'Woodpecker: add a cron job named oomdrill in the settings of the repository, which must be trusted to run privileged containers.',
    ];
    // The new directory would turn off the pipeline that is there.
    const path = single === undefined ? IN_DIRECTORY : inFolder(repository, 'oomdrill.woodpecker.yaml');
    if (single !== undefined)
      needs.unshift(
        `Woodpecker reads ${single} only while there is no .woodpecker/: move both there, ${single} and ${path}.`,
      );
    return { files: [{ path, text: renderPipeline(repository), does: 'the nightly of Woodpecker' }], needs };
  },
};

const renderPipeline = (repository: Repository): string => {
  const drill = [
    INSTALL_NODE,
    ...enterFolder(repository),
    INSTALL_PACKAGES,
    'npx oomdrill setup',
    'mkdir -p /oomdrill/reports',
    `npx ${NIGHTLY} --history /oomdrill/reports/history.jsonl`,
  ];
  const keep = [
    ...enterFolder(repository),
    'cat reports/nightly.md',
    'cp -r reports /oomdrill/reports/$CI_PIPELINE_NUMBER',
  ];
  return `# Drills of memory limits, each night. On the agent stay the guest image in
# /var/lib/oomdrill/cache, and all reports in /var/lib/oomdrill/reports.
when:
  - event: cron
    cron: oomdrill
  - event: manual

steps:
  - name: drill
    ${BY_TAG}
    image: debian:trixie
    # For /dev/kvm, and for the mounts with which a guest image is built.
    privileged: true
    environment:
      OOMDRILL_CACHE: /oomdrill/cache
    volumes:
      - /var/lib/oomdrill:/oomdrill
    commands:
${listCommands(drill, 6)}

  - name: reports
    image: debian:trixie
    volumes:
      - /var/lib/oomdrill:/oomdrill
    commands:
${listCommands(keep, 6)}
    when:
      - status: [success, failure]
`;
};
