/** Whether systemd reads a text as false (parse_boolean(): upper or lower case). */
export const isNo = (text: string): boolean => /^(?:no|false|off|0|n|f)$/i.test(text);

/** Whether systemd reads a text as true or false (parse_boolean()). */
export const isBoolean = (text: string): boolean => isNo(text) || /^(?:yes|true|on|1|y|t)$/i.test(text);

/**
 * Whether `Delegate=` gives a unit a cgroup tree of its own. The value is a boolean or a list of controllers
 * (systemd.resource-control(5)).
 */
export const isDelegation = (value: string | undefined): boolean => value !== undefined && !isNo(value);
