/** A service manager of the guest: the system's, or that of a user who is logged in, or lingers. */
export type GuestManager = 'system' | { readonly uid: number };

/** The manager that a unit is of. @param uid undefined for the system's */
export const managerOf = (uid: number | undefined): GuestManager => (uid === undefined ? 'system' : { uid });

/**
 * The command that asks a manager. A user's own is reached by its bus below /run/user (systemd-logind.service(8)); by
 * `--machine=USER@` each question would be a login of its own.
 */
export function systemctl(manager: GuestManager): readonly string[] {
  if (manager === 'system') return ['systemctl'];
  const { uid } = manager;
  const asUser = ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups'];
  return [...asUser, 'env', `XDG_RUNTIME_DIR=/run/user/${uid}`, 'systemctl', '--user'];
}
