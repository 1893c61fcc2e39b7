// The response of filter lines, for drawing while a band is dragged; the daemon computes what is heard. Source: R. Bristow-Johnson,
// "Cookbook formulae for audio equalizer biquad filter coefficients", as the daemon's own sections.

/** Types of bands: their word in a filter line, whether they have a gain, and a Q to begin with. */
export const types = {
  PK: { title: "peak", hasGain: true, q: 1.41 },
  LSC: { title: "low shelf", hasGain: true, q: 0.7 },
  HSC: { title: "high shelf", hasGain: true, q: 0.7 },
  LPQ: { title: "low pass", hasGain: false, q: 0.707 },
  HPQ: { title: "high pass", hasGain: false, q: 0.707 },
  NO: { title: "notch", hasGain: false, q: 30 },
  AP: { title: "all-pass", hasGain: false, q: 0.707 },
};

/** b and a of a band's section at a rate, or null where it lies beyond half of the rate. */
export function section({ type, frequency, gain, q }, rate) {
  if (!(frequency > 0) || frequency >= rate / 2 || !(q > 0)) return null;
  const angle = (2 * Math.PI * frequency) / rate;
  const [c, alpha, amplitude] = [Math.cos(angle), Math.sin(angle) / (2 * q), 10 ** (gain / 40)];
  const passive = [1 + alpha, -2 * c, 1 - alpha];
  switch (type) {
    case "PK": return { b: [1 + alpha * amplitude, -2 * c, 1 - alpha * amplitude],
      a: [1 + alpha / amplitude, -2 * c, 1 - alpha / amplitude] };
    case "LPQ": return { b: [(1 - c) / 2, 1 - c, (1 - c) / 2], a: passive };
    case "HPQ": return { b: [(1 + c) / 2, -(1 + c), (1 + c) / 2], a: passive };
    case "NO": return { b: [1, -2 * c, 1], a: passive };
    case "AP": return { b: [1 - alpha, -2 * c, 1 + alpha], a: passive };
    case "LSC": return shelf(amplitude, alpha, c, 1);
    case "HSC": return shelf(amplitude, alpha, c, -1);
    default: return null;
  }
}

function shelf(amplitude, alpha, c, sign) {
  const slope = 2 * Math.sqrt(amplitude) * alpha;
  const [more, less] = [amplitude + 1, amplitude - 1];
  return {
    b: [amplitude * (more - sign * less * c + slope), sign * 2 * amplitude * (less - sign * more * c),
      amplitude * (more - sign * less * c - slope)],
    a: [more + sign * less * c + slope, sign * -2 * (less + sign * more * c), more + sign * less * c - slope],
  };
}

/** |H| in dB of a section. */
export function magnitude({ b, a }, frequency, rate) {
  const square = 4 * Math.sin((Math.PI * frequency) / rate) ** 2;
  // |c0 + c1 z + c2 z²|² in powers of 4 sin²(ω/2): near 0 Hz no digits are lost.
  const power = ([c0, c1, c2]) => (c0 + c1 + c2) ** 2 - (c0 * c1 + 4 * c0 * c2 + c1 * c2) * square + c0 * c2 * square * square;
  return 10 * Math.log10(Math.max(power(b), 1e-30) / power(a));
}

/** dB of all bands that are on, behind a preamplification. */
export function response({ preamp, bands }, frequencies, rate) {
  const sections = bands.filter((band) => band.isOn).map((band) => section(band, rate)).filter(Boolean);
  return frequencies.map((frequency) => sections.reduce((sum, one) => sum + magnitude(one, frequency, rate), preamp));
}

/** `count` frequencies from `from` to `to`, logarithmic. */
export const frequencies = (from, to, count) => Array.from({ length: count }, (_, index) => from * (to / from) ** (index / (count - 1)));

/** The preamplification with which no sine is amplified. */
export function safePreamp(equaliser, rate) {
  const exact = equaliser.bands.filter((band) => band.isOn && band.frequency < rate / 2).map((band) => band.frequency);
  const gains = response({ ...equaliser, preamp: 0 }, [...frequencies(1, rate / 2.0001, 2000), ...exact], rate);
  return -Math.max(0, Math.ceil(Math.max(0, ...gains) * 10 - 1e-6) / 10);
}
