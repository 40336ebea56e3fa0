import { beyondMax, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'The eight children of `many-children` in a container instead: they are killed one after the other at the cap of docker.slice, and the web servers, which share neither its memory nor its CPU time, answer all the while.',
  bundle: 'devvm',
  injections: [hog({ name: 'build', comm: 'cc1plus', target: beyondMax, tasks: 8, place: { kind: 'container' } })],
  expect: { outcomes: ['contained'], killed: 'injections', longestGapMs: 5_000, sidecarGapMs: 5_000, sameServer: true },
});
