// Numbers as people read them.

const minus = "−";
const signed = (text) => text.replace("-", minus);

/** 1234567 as "1,234,567". */
export const count = (value) => (value === undefined || value === null ? "–" : signed(value.toLocaleString("en-US")));

/** dB with one decimal; null is silence. */
export function decibels(value, digits = 1) {
  if (!Number.isFinite(value)) return `${minus}∞ dB`;
  return `${fixed(value, digits)} dB`;
}

/** Decimals without a sign of zero. */
export function fixed(value, digits) {
  const text = value.toFixed(digits);
  return signed(Number(text) === 0 ? text.replace("-", "") : text);
}

/** A share as percent, with two digits that mean something. */
export function percent(share) {
  if (share === null || share === undefined) return "–";
  const value = share * 100;
  return `${value === 0 ? "0" : value < 0.1 ? value.toFixed(3) : value < 10 ? value.toFixed(1) : value.toFixed(0)} %`;
}

export function frequency(hertz) {
  if (hertz >= 10000) return `${trimmed(hertz / 1000, 1)} kHz`;
  if (hertz >= 1000) return `${trimmed(hertz / 1000, 2)} kHz`;
  return `${trimmed(hertz, hertz < 100 ? 1 : 0)} Hz`;
}

export const trimmed = (value, digits) => signed(String(Number(value.toFixed(digits))));

export function milliseconds(value) {
  return `${trimmed(value, Math.abs(value) < 10 ? 2 : 1)} ms`;
}

/** Frames with their duration. */
export const frames = (value, rate) => (rate ? `${count(value)} frames, ${milliseconds((value / rate) * 1000)}` : `${count(value)} frames`);

/** Words of the daemon's as a sentence of its own. */
export const sentence = (text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;

/** A time of the daemon's (UTC) as the reader's clock shows it. */
export function time(utc) {
  const date = new Date(utc);
  if (Number.isNaN(date.getTime())) return utc;
  const clock = date.toLocaleTimeString("en-GB");
  return date.toDateString() === new Date().toDateString() ? clock : `${date.toLocaleDateString("en-GB")} ${clock}`;
}

/** A person's number: a comma is a decimal point, a true minus a minus. NaN where it is none. */
export function number(text) {
  const plain = text.trim().replace(minus, "-").replace(",", ".").replace(/\s*(dB|frames|ms)$/i, "");
  return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : NaN;
}
