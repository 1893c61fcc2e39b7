// A chart on a canvas: axes, lines or bands of one colour each, and a cursor that pointer and keys move.
import { colours, fitted, onAppearance } from "./canvas.js";

/** An axis. `kind` is "log" or "linear"; `from` < `to`; `ticks` are values with their text. */
export function axis(kind, from, to, ticks) {
  const span = kind === "log" ? Math.log(to / from) : to - from;
  return {
    kind, from, to, ticks,
    /** 0 to 1 within the axis. */
    share: (value) => (kind === "log" ? Math.log(value / from) : value - from) / span,
    value: (share) => (kind === "log" ? from * Math.exp(share * span) : from + share * span),
  };
}

/** Frequencies from `from` to `to` Hz. */
export function frequencyAxis(from, to) {
  const ticks = [];
  for (let decade = 1; decade <= 1e6; decade *= 10) {
    for (const step of [1, 2, 5]) {
      const hertz = decade * step;
      if (hertz >= from && hertz <= to) ticks.push([hertz, hertz >= 1000 ? `${hertz / 1000}k` : String(hertz)]);
    }
  }
  return axis("log", from, to, ticks);
}

/** A linear axis around values, with steps of 1, 2 or 5 (for `isDecibels`: 1, 3, 6, 12 or 20), `most` of them at the most. */
export function valueAxis(from, to, { isDecibels = false, most = 7 } = {}) {
  const wanted = (to - from || 1) / most;
  const power = 10 ** Math.floor(Math.log10(wanted));
  const step = isDecibels ? [1, 3, 6, 12, 20, 40].find((one) => one >= wanted) ?? 60
    : [1, 2, 5, 10].find((one) => one * power >= wanted * 0.999) * power;
  const [low, high] = [Math.floor(from / step + 1e-9) * step, Math.ceil(to / step - 1e-9) * step];
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const ticks = [];
  for (let number = 0; low + number * step <= high + step / 2; number += 1) {
    const value = low + number * step;
    ticks.push([value, (Math.abs(value) < step / 1e6 ? 0 : value).toFixed(Math.min(12, digits)).replace("-", "−")]);
  }
  return axis("linear", low, Math.max(high, low + step), ticks);
}

const margin = { left: 46, right: 12, top: 20, bottom: 24 };
const dashes = [[], [7, 3], [2, 3], [10, 3, 2, 3], [4, 4], [12, 4]];

export class Chart {
  /**
   * @param onCursor called with the value on the x axis, or null, and whether a key moved it
   */
  constructor(canvas, onCursor = () => {}) {
    Object.assign(this, { canvas, onCursor, x: null, y: null, series: [], unit: "", message: "", cursor: null, overlay: null });
    onAppearance(canvas, () => this.draw());
    canvas.addEventListener("pointermove", (event) => { if (!this.isDragging) this.move(this.xAt(event.offsetX), false); });
    canvas.addEventListener("pointerdown", (event) => { if (!this.isDragging) this.move(this.xAt(event.offsetX), false); });
    canvas.addEventListener("keydown", (event) => this.key(event));
  }

  /** The drawing's place in the canvas. */
  get area() {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    return { left: margin.left, top: margin.top, width: width - margin.left - margin.right, height: height - margin.top - margin.bottom };
  }

  xAt(pixel) {
    const { left, width } = this.area;
    return this.x?.value(Math.max(0, Math.min(1, (pixel - left) / width))) ?? null;
  }

  yAt(pixel) {
    const { top, height } = this.area;
    return this.y?.value(Math.max(0, Math.min(1, 1 - (pixel - top) / height))) ?? null;
  }

  pixel(x, y) {
    const { left, top, width, height } = this.area;
    return [left + this.x.share(x) * width, top + (1 - this.y.share(y)) * height];
  }

  move(value, isKey) {
    if (value === null) return;
    this.cursor = value;
    this.onCursor(value, isKey);
    this.draw();
  }

  key(event) {
    const direction = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!direction || !this.x || event.defaultPrevented) return;
    event.preventDefault();
    const share = this.cursor === null ? 0.5 : this.x.share(this.cursor) + direction * (event.shiftKey ? 0.05 : 0.005);
    this.move(this.x.value(Math.max(0, Math.min(1, share))), true);
  }

  /**
   * @param content `x`, `y` (axes), `unit` of y, `series`: `colour` (a number), `points`: [x, y] or [x, low, high]; y null: a gap;
   *   `message` where there is nothing to draw; `overlay(chart, context, palette)` draws on top
   */
  show(content) {
    Object.assign(this, { message: "", overlay: null }, content);
    this.draw();
  }

  draw() {
    const { context, width, height } = fitted(this.canvas);
    const palette = colours();
    context.clearRect(0, 0, width, height);
    context.font = palette.font;
    if (this.message || !this.x || !this.y) {
      context.fillStyle = palette.soft;
      context.textAlign = "center";
      context.fillText(this.message, width / 2, height / 2, width - 20);
      return;
    }
    const { left, top, width: wide, height: tall } = this.area;
    this.drawGrid(context, palette);
    context.save();
    context.beginPath();
    context.rect(left, top, wide, tall);
    context.clip();
    for (const series of this.series) this.drawSeries(context, palette, series);
    if (this.cursor !== null) {
      const [x] = this.pixel(this.cursor, this.y.from);
      context.fillStyle = palette.soft;
      context.fillRect(x - 0.5, top, 1, tall);
    }
    context.restore();
    this.overlay?.(this, context, palette);
  }

  drawGrid(context, palette) {
    const { left, top, width, height } = this.area;
    context.fillStyle = palette.soft;
    context.strokeStyle = palette.line;
    context.lineWidth = 1;
    context.setLineDash([]);
    context.textAlign = "center";
    context.textBaseline = "top";
    let free = -Infinity;
    for (const [value, text] of this.x.ticks) {
      const x = Math.round(left + this.x.share(value) * width) + 0.5;
      line(context, x, top, x, top + height);
      const half = context.measureText(text).width / 2 + 4;
      if (x - half < free) continue;
      context.fillText(text, x, top + height + 6);
      free = x + half;
    }
    context.textAlign = "right";
    context.textBaseline = "middle";
    for (const [value, text] of this.y.ticks) {
      const y = Math.round(top + (1 - this.y.share(value)) * height) + 0.5;
      context.strokeStyle = value === 0 ? palette.soft : palette.line;
      line(context, left, y, left + width, y);
      context.fillText(text, left - 6, y);
    }
    context.textAlign = "left";
    context.textBaseline = "top";
    context.fillText(this.unit, 4, 3);
  }

  drawSeries(context, palette, { colour, points, width = 1.8 }) {
    context.strokeStyle = context.fillStyle = colour === "soft" ? palette.soft : palette.traces[colour % palette.traces.length];
    context.lineWidth = width;
    context.lineJoin = "round";
    context.setLineDash(colour === "soft" ? [3, 3] : dashes[colour % dashes.length]);
    const isBand = points.length > 0 && points[0].length === 3;
    context.beginPath();
    if (isBand) {
      points.forEach(([x, low, high], index) => {
        const [px, top] = this.pixel(x, high);
        const [, bottom] = this.pixel(x, low);
        context[index ? "lineTo" : "moveTo"](px, top);
        if (bottom - top > 1) context.lineTo(px, bottom);
      });
    } else {
      let isDown = false;
      for (const [x, y] of points) {
        if (y === null || !Number.isFinite(y)) isDown = false;
        else {
          context[isDown ? "lineTo" : "moveTo"](...this.pixel(x, y));
          isDown = true;
        }
      }
    }
    context.stroke();
    context.setLineDash([]);
  }
}

function line(context, x, y, toX, toY) {
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(toX, toY);
  context.stroke();
}
