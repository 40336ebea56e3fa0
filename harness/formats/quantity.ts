import type { Bytes } from '../core/bytes.js';

const BINARY = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const DECIMAL: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
};

/**
 * Reads an amount of memory as Kubernetes does: `512Mi`, `1G`, `1e9`, `1.5Gi`; `512m` is half a byte (k8s.io/apimachinery
 * v0.33, pkg/api/resource/quantity.go, `<quantity>`). Whole bytes, rounded up. Undefined for what it refuses.
 */
export function parseQuantity(text: string): Bytes | undefined {
  const [, amount, binary, decimal, exponent] =
    /^(\+?(?:\d+\.?\d*|\.\d+))(?:([KMGTPE]i)|([numkMGTPE])|[eE]([+-]?\d{1,3}))?$/.exec(text) ?? [];
  if (amount === undefined) return undefined;
  const factor =
    binary !== undefined
      ? 1024 ** (BINARY.indexOf(binary) + 1)
      : (DECIMAL[decimal ?? ''] ?? 10 ** Number(exponent ?? 0));
  return Math.ceil(Number(amount) * factor);
}
