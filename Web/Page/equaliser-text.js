// Equalisers as text: the filter lines of AutoEq, REW and Equalizer APO (docs/equaliser.md).
import { types } from "./equaliser-math.js";

const synonyms = { PEQ: "PK", MODAL: "PK", LP: "LPQ", HP: "HPQ" };
const numeric = (text) => Number(text.replace("−", "-").replace(",", "."));
const plain = (value, digits) => String(Number(value.toFixed(digits)));

/**
 * Reads lines, or what stands behind `eq:` with its lines separated by semicolons.
 * @returns `preamp` in dB, `bands`, and `others`: lines that are none of the page's bands, which it keeps as they are
 */
export function read(text) {
  const equaliser = { preamp: 0, bands: [], others: [] };
  for (const raw of text.replace(/^eq:/, "").split(/[\n;]/)) {
    const line = raw.trim();
    if (!line || line.startsWith("#") || line.startsWith("*")) continue;
    const preamp = /^Preamp:\s*([-+−]?[\d.,]+)\s*dB$/i.exec(line);
    if (preamp) equaliser.preamp += numeric(preamp[1]);
    else {
      const band = readBand(line);
      if (band) equaliser.bands.push(band);
      else equaliser.others.push(line);
    }
  }
  return equaliser;
}

const bandPattern = new RegExp(
  "^(?:Filter\\s*\\d*\\s*:\\s*)?(ON\\s+|OFF\\s+)?([A-Z]+)\\s+Fc\\s+([\\d.,]+)\\s*(k?)Hz" +
  "(?:\\s+Gain\\s+([-+−]?[\\d.,]+)\\s*dB)?(?:\\s+Q\\s+([\\d.,]+))?$", "i");

function readBand(line) {
  const parts = bandPattern.exec(line);
  if (!parts) return null;
  const [, on, word, figure, kilo, gain, q] = parts;
  const type = synonyms[word.toUpperCase()] ?? word.toUpperCase();
  const kind = types[type];
  // Four digits and a comma may be thousands: the daemon knows.
  if (!kind || (kind.hasGain && (gain === undefined || q === undefined)) || /\d,\d{3}$/.test(figure)
    || /[.,].*[.,]/.test(figure)) return null;
  if (type === "AP" && q === undefined) return null;
  return {
    type, isOn: !/OFF/i.test(on ?? ""), frequency: numeric(figure) * (kilo ? 1000 : 1), gain: kind.hasGain ? numeric(gain) : 0,
    q: q === undefined ? (type === "NO" ? 30 : Math.SQRT1_2) : numeric(q),
  };
}

function bandLine(band) {
  const gain = types[band.type].hasGain ? ` Gain ${plain(band.gain, 2)} dB` : "";
  return `${band.type} Fc ${plain(band.frequency, band.frequency < 100 ? 2 : 1)} Hz${gain} Q ${plain(band.q, 3)}`;
}

/** As a file, as AutoEq and Equalizer APO write it. */
export function text({ preamp, bands, others }) {
  return [`Preamp: ${plain(preamp, 2)} dB`, ...bands.map((band,
    index) => `Filter ${index + 1}: ${band.isOn ? "ON" : "OFF"} ${bandLine(band)}`), ...others, ""].join("\n");
}

/** As words for a kernel: bands that are off are kept, so that they come back. */
export function words({ preamp, bands, others }) {
  const lines = bands.map((band, index) => (band.isOn ? bandLine(band) : `Filter ${index + 1}: OFF ${bandLine(band)}`));
  return `eq:${[`Preamp: ${plain(preamp, 2)} dB`, ...lines, ...others].join("; ")}`;
}

/**
 * The filter lines that a route's kernel is made of, or null: the daemon tells them where the configuration or a request holds them.
 * A kernel's name is cut off where it is long.
 */
export function linesOf(route) {
  if (route?.equaliser !== undefined && route.equaliser !== null) return route.equaliser;
  const kernel = route?.kernel ?? "";
  return /^eq:\s*(Preamp\s*:|Filter\b|(PK|PEQ|Modal|LSC?|HSC?|LPQ?|HPQ?|NO|AP|BP|IIR)\s)/i.test(kernel) && !kernel.endsWith("…") ? kernel
    : null;
}
