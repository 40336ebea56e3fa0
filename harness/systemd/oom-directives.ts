/**
 * Valid values of the directives about the OOM killer; systemd ignores a line with any other value (systemd.service(5),
 * systemd.exec(5)).
 */
export const OOM_DIRECTIVES = {
  OOMPolicy: /^(?:continue|stop|kill)$/,
  OOMScoreAdjust: /^[+-]?0*(?:1000|\d{1,3})$/,
} as const;
