// What all drawings share: sharp pixels, and the colours of the style sheet.

/** A canvas's context in CSS pixels, at the screen's resolution. */
export function fitted(canvas) {
  const { clientWidth: width, clientHeight: height } = canvas;
  const scale = devicePixelRatio || 1;
  const [wide, tall] = [Math.round(width * scale), Math.round(height * scale)];
  if (canvas.width !== wide) canvas.width = wide;
  if (canvas.height !== tall) canvas.height = tall;
  const context = canvas.getContext("2d");
  context.setTransform(scale, 0, 0, scale, 0, 0);
  return { context, width, height };
}

/** The style sheet's colours, light or dark. */
export function colours() {
  const style = getComputedStyle(document.documentElement);
  const named = (name) => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: named("ink"), soft: named("soft"), line: named("line"), panel: named("panel"),
    accent: named("accent"), good: named("good"), warn: named("warn"), bad: named("bad"),
    traces: [1, 2, 3, 4, 5, 6].map((number) => named(`trace-${number}`)),
    font: `11px ${getComputedStyle(document.body).fontFamily}`,
  };
}

/** Calls `draw` when the canvas has another size, or light becomes dark. */
export function onAppearance(canvas, draw) {
  new ResizeObserver(() => draw()).observe(canvas);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => draw());
}
