import { z } from 'zod';

/** The part of Woodpecker's workflow syntax that we use (woodpecker-ci.org, "Workflow syntax", 3.x). */
export const woodpeckerSchema = z.strictObject({
  when: z.array(z.strictObject({ event: z.enum(['cron', 'manual']), cron: z.string().optional() })),
  steps: z.array(
    z.strictObject({
      name: z.string(),
      image: z.string(),
      privileged: z.boolean().optional(),
      environment: z.record(z.string(), z.string()).optional(),
      volumes: z.array(z.string().regex(/^\/[^:]+:\/[^:]+$/)).optional(),
      commands: z.array(z.string()).nonempty(),
      when: z.array(z.strictObject({ status: z.array(z.enum(['success', 'failure'])).nonempty() })).optional(),
    }),
  ),
});

/** The part of GitLab's that we use: one job (docs.gitlab.com, "CI/CD YAML syntax reference"). */
export const gitlabJobSchema = z.strictObject({
  image: z.string(),
  timeout: z.string(),
  resource_group: z.string(),
  rules: z.array(z.strictObject({ if: z.string().startsWith('$') })).nonempty(),
  variables: z.record(z.string(), z.string()),
  cache: z.strictObject({ key: z.string(), when: z.literal('always'), paths: z.array(pathInProject()).nonempty() }),
  script: z.array(z.string()).nonempty(),
  artifacts: z.strictObject({
    when: z.enum(['on_success', 'on_failure', 'always']),
    paths: z.array(pathInProject()).nonempty(),
    reports: z.strictObject({ junit: pathInProject() }),
  }),
});

/** GitLab caches and keeps nothing outside of the project. */
function pathInProject() {
  return z.string().regex(/^(?!\/|\.\.\/)/);
}
