/** One thing that `doctor` looked at. `note` is worth knowing and stops nothing. */
export interface DoctorCheck {
  readonly what: string;
  readonly state: 'ok' | 'note' | 'missing';
  readonly found: string;
  /** The command that fixes it. */
  readonly fix?: string;
  /** What runs guests' CPUs, where that was looked at and a trial has shown it: `kvm` or `tcg`. The Vagrantfile reads it. */
  readonly accelerator?: string;
}
