/** A service manager of the guest: the system's, or that of a user who is logged in. */
export type GuestManager = 'system' | { readonly user: string; readonly uid: number };

/**
 * The command that asks a manager. A user's own is reached by its bus below /run/user (systemd-logind.service(8)); by
 * `--machine=USER@` each question would be a login of its own.
 */
export function systemctl(manager: GuestManager): readonly string[] {
  if (manager === 'system') return ['systemctl'];
  const { user, uid } = manager;
  return ['runuser', '-u', user, '--', 'env', `XDG_RUNTIME_DIR=/run/user/${uid}`, 'systemctl', '--user'];
}
