/** Whether systemd reads a text as false (parse_boolean(): upper or lower case). */
const isNo = (text: string): boolean => /^(?:no|false|off|0|n|f)$/i.test(text);

/**
 * Whether `Delegate=` gives a unit a cgroup tree of its own. The value is a boolean or a list of controllers
 * (systemd.resource-control(5)).
 */
export const isDelegation = (value: string | undefined): boolean => value !== undefined && !isNo(value);
