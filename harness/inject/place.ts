/** Where a hog is started outside of the serving unit: in a part of the box that has a limit of its own. */
export type Place =
  /** A login session of this user, by ssh, PAM and logind; limited by the user's slice. */
  | { readonly kind: 'session'; readonly user: string }
  /** A pane of this user's tmux, which has a scope of its own in the user's manager; limited by that. */
  | { readonly kind: 'pane'; readonly user: string }
  /** A container of the Docker daemon; limited by docker.slice. */
  | { readonly kind: 'container' }
  /** A scope of its own in this slice, as a server may give it to what it spawns; limited by the slice. */
  | { readonly kind: 'scope'; readonly slice: string };

/** The role under which the cgroup that limits a place is sampled. */
export type Role = 'server' | Place['kind'];

export const roleOf = (place: Place | undefined): Role => place?.kind ?? 'server';
