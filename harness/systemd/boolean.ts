/** Whether a text is systemd's for no (parse_boolean(): in any case). */
export const isNo = (text: string): boolean => /^(?:no|false|off|0|n|f)$/i.test(text);
