import { formatBytes } from '../core/bytes.js';

/** Writes a quantity with its unit for people: `1.54G`, `200 processes`. */
export const formatQuantity = (value: number, unit: string): string =>
  unit === 'bytes' ? formatBytes(value) : `${value} ${unit}`;
