import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import type { BenchPoint, PlotName } from "./bench.ts";

/** What a plot says beside its points. */
interface PlotText {
  /** Says what the vertical axis is, too. */
  title: string;
  /** What the horizontal axis is. */
  x: string;
  /** Scale of the horizontal axis. */
  scale?: "linear" | "log";
  /** Highest value drawn; what lies above is cut off. */
  limit?: number;
}

const TEXTS: Record<PlotName, PlotText> = {
  concurrency: {
    title: "Throughput in MiB/s: 256 MiB over loopback (media, parts of 10 MiB)",
    x: "parts in flight",
  },
  memory: {
    title: "Memory in MiB over an idle process (media, parts of 10 MiB, 3 in flight)",
    x: "MiB in the file",
  },
  rechunking: {
    title: "Seconds to bring 1 GiB in chunks of 64 KiB into parts (up to 8 s)",
    x: "MiB in a part",
    scale: "log",
    limit: 8,
  },
  slow_network: {
    title: "Seconds for 30 MiB over 100 Mbit/s, round trip 40 ms, 100 ms per part at the server",
    x: "parts in flight",
  },
};

/** One line has one colour in all plots. */
const COLORS: Record<string, string> = {
  "ours: fileSource": "#4269d0",
  "ours: pipe": "#6cc5b0",
  "naive chain": "#efb118",
  "fetch loop": "#ff725c",
  "SDK loop": "#a463f2",
  "ideal": "#3ca951",
  "RechunkStream": "#4269d0",
  "concat per part": "#efb118",
  "concat per chunk": "#ff725c",
  "pass on": "#9498a0",
};

/**
 * Draws a plot.
 *
 * @param name Which one.
 * @param points Its points.
 * @returns The SVG.
 */
export function drawPlot(name: PlotName, points: readonly BenchPoint[]): string {
  const { title, x, scale = "linear", limit } = TEXTS[name];
  const lines = [...new Set(points.map(({ line }) => line))];
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  const svg = Plot.plot({
    document: document as unknown as Document,
    className: "plot",
    width: 760,
    height: 380,
    marginTop: 40,
    marginRight: 140,
    marginBottom: 44,
    style: { background: "white", color: "#222", fontFamily: "system-ui, sans-serif", fontSize: "12px" },
    x: {
      label: x,
      labelAnchor: "center",
      type: scale,
      base: 2,
      ticks: [...new Set(points.map((point) => point.x))],
      tickFormat: String,
    },
    y: { label: null, grid: true, zero: true, domain: limit === undefined ? undefined : [0, limit] },
    color: { domain: lines, range: lines.map((line) => COLORS[line] ?? "black") },
    marks: [
      Plot.ruleY([0]),
      Plot.line(points, { x: "x", y: "y", stroke: "line", strokeWidth: 2, clip: true }),
      Plot.dot(points.filter((point) => point.y <= (limit ?? Infinity)), { x: "x", y: "y", fill: "line", r: 3 }),
      ...lines.map((line, row) =>
        Plot.text([line], {
          text: [line],
          fill: [line],
          frameAnchor: "top-right",
          textAnchor: "start",
          lineAnchor: "top",
          dx: 12,
          dy: 18 * row,
          fontWeight: "bold",
        })
      ),
      Plot.text([title], {
        text: [title],
        frameAnchor: "top-left",
        dy: -32,
        dx: -32,
        fontSize: 14,
        fontWeight: "bold",
      }),
    ],
  });
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  return `${svg.outerHTML}\n`;
}
