/** What directives take that say how a unit fares with the OOM killer; anything else systemd passes over (systemd.service(5), systemd.exec(5)). */
export const OOM_DIRECTIVES = {
  OOMPolicy: /^(?:continue|stop|kill)$/,
  OOMScoreAdjust: /^[+-]?0*(?:1000|\d{1,3})$/,
} as const;
