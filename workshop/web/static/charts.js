// A chart beside its table: what is drawn is what the table says, so nothing is only in the picture.
// <section data-chart="bar"> with a canvas and a table; `data-series="line|bar|no"` on the head cells,
// `data-value` on the cells where the words are not the number.

import { behave } from "./behave.js";

async function library() {
  if (!window.Chart) await import("./vendor/chart.js");
  return window.Chart;
}

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function seriesOf(table, usual) {
  const tones = ["--accent", "--amber", "--violet", "--teal"];
  const heads = [...table.tHead.rows[0].cells];
  const rows = [...table.tBodies[0].rows];
  return heads.slice(1).flatMap((head, at) => {
    const kind = head.dataset.series ?? usual;
    if (kind === "no") return [];
    const tone = colour(head.dataset.tone ? `--${head.dataset.tone}` : tones[at % tones.length]);
    const data = rows.map((row) => {
      const cell = row.cells[at + 1];
      const text = cell.dataset.value ?? cell.textContent;
      return text.trim() === "" || Number.isNaN(Number(text)) ? null : Number(text);
    });
    return [{
      type: kind, label: head.textContent.trim(), data, borderColor: tone, backgroundColor: tone,
      yAxisID: head.dataset.axis === "percent" ? "percent" : "y", tension: 0.3, order: kind === "line" ? 0 : 1,
      maxBarThickness: 36, borderRadius: 4, pointRadius: 4,
    }];
  });
}

behave("[data-chart]", async (place) => {
  const table = place.querySelector("table");
  const canvas = place.querySelector("canvas");
  const Chart = await library();
  const labels = [...table.tBodies[0].rows].map((row) => row.cells[0].textContent.trim());
  const datasets = seriesOf(table, place.dataset.chart);
  const isLying = place.dataset.lying !== undefined;
  const grid = { color: colour("--line") };
  const ticks = { color: colour("--muted"), font: { family: "Inter", size: 13 }, precision: 0 };
  const scales = { x: { grid, ticks, beginAtZero: true }, y: { grid, ticks, beginAtZero: true } };
  if (datasets.some((one) => one.yAxisID === "percent")) {
    scales.percent = { position: "right", min: 0, max: 100, grid: { display: false }, ticks: { ...ticks, callback: (value) => `${value} %` } };
  }
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  new Chart(canvas, {
    type: place.dataset.chart, data: { labels, datasets },
    options: {
      responsive: true, maintainAspectRatio: false, indexAxis: isLying ? "y" : "x", scales, animation: still ? false : { duration: 300 },
      plugins: { legend: { display: datasets.length > 1, position: "bottom", labels: { color: colour("--ink"), font: { family: "Inter", size: 13 }, boxWidth: 14 } } },
    },
  });
});
