/** The program in a guest that asks containerd for a pod, by CRI (client/main.ts). */
export const CRI_PROGRAM = '/usr/lib/oomdrill/cri';
