import { z } from 'zod';
import { usageError } from '../core/errors.js';
import { pathBelow } from '../core/path-schema.js';
import { imageSchema } from './container.js';

/** `serving.pod` of `bundle.json`: a pod by its manifest, as the kubelet of a node makes it. */
export const podSchema = z.strictObject({
  manifest: pathBelow('must be a path such as etc/kubernetes/web.yaml', 'etc/', '\\.(?:ya?ml|json)').describe(
    'Path in the bundle of a manifest with one Pod, or with what has a pod template, such as a Deployment.',
  ),
  container: z
    .string()
    .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'must be the name of a container, such as web')
    .optional()
    .describe('Which of its containers serves; a pod with one needs no name.'),
  image: imageSchema.describe(
    'Where the images of its containers come from: `packages`, of which one is made for all, or `archive`.',
  ),
  kubelet: z
    .strictObject({
      version: z
        .string()
        .regex(/^1\.\d{1,3}$/, 'must be a version of Kubernetes, such as 1.33')
        .optional()
        .describe('Its version, such as `1.33`: what it sets depends on it. Without it, 1.37.'),
    })
    .optional()
    .describe('The kubelet of the node. Its settings are a KubeletConfiguration in the bundle, if there is one.'),
});

/** A pod that serves, by its manifest. */
export type ServingPod = z.infer<typeof podSchema>;

/** What its owner calls it: the container that is named, or the manifest without its extension. */
export const nameOfPod = ({ container, manifest }: ServingPod): string =>
  container ?? manifest.replace(/^.*\//, '').replace(/\.\w+$/, '');

/** Minor of its version of Kubernetes: 37 of 1.37. */
export const minorOf = ({ kubelet }: ServingPod): number => Number((kubelet?.version ?? '1.37').slice('1.'.length));

/**
 * Refuses settings that are for a unit.
 *
 * @throws OomdrillError `POD_SETTINGS`: what a pod has is in its manifest and the settings of its kubelet
 */
export function refuseForPod({ manifest }: ServingPod, settings: readonly string[]): void {
  if (settings.length === 0) return;
  throw usageError(
    'POD_SETTINGS',
    `${settings.join(' and ')} cannot be set for a pod: a kubelet sets its limits, by the manifest.`,
    `Change ${manifest}, or the KubeletConfiguration of the bundle.`,
  );
}
