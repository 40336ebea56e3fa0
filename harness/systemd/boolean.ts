/** Whether a text is systemd's for no (parse_boolean(): in any case). */
const isNo = (text: string): boolean => /^(?:no|false|off|0|n|f)$/i.test(text);

/** Whether `Delegate=` gives a unit a cgroup tree of its own: it is a boolean or a list of controllers (systemd.resource-control(5)). */
export const isDelegation = (value: string | undefined): boolean => value !== undefined && !isNo(value);
