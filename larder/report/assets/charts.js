/* Draws the page's figures in its colours, and redraws them when the colour scheme changes. */
"use strict";
(() => {
  const root = document.documentElement;
  const colour = (role) => getComputedStyle(root).getPropertyValue(`--${role}`).trim();

  const template = () => {
    const axis = {
      automargin: true, gridcolor: colour("line"), linecolor: colour("line"), zerolinecolor: colour("line"),
      ticks: "outside", ticklen: 6, tickcolor: "rgba(0,0,0,0)", fixedrange: true,
    };
    return {
      layout: {
        font: { family: getComputedStyle(document.body).fontFamily, size: 12, color: colour("muted") },
        paper_bgcolor: "rgba(0,0,0,0)",
        plot_bgcolor: "rgba(0,0,0,0)",
        margin: { l: 8, r: 24, t: 4, b: 8 },
        hovermode: "x unified",
        hoverlabel: { bgcolor: colour("surface"), bordercolor: colour("line"), font: { color: colour("ink") } },
        legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom", bgcolor: "rgba(0,0,0,0)" },
        xaxis: { ...axis, showgrid: false, tickangle: 0 },
        yaxis: { ...axis, title: { font: { size: 12 }, standoff: 8 }, nticks: 6 },
      },
    };
  };

  const coloured = (trace) => {
    const { role, roles } = trace.meta;
    const colours = roles ? roles.map(colour) : colour(role);
    return {
      ...trace,
      marker: { ...trace.marker, color: colours },
      ...(trace.type === "scatter" ? { line: { ...trace.line, color: colours } } : {}),
    };
  };

  const draw = (box) => {
    const { data, layout } = JSON.parse(document.getElementById(`${box.id}-figure`).textContent);
    const shown = { ...layout, template: template(), autosize: true };
    return Plotly.react(box, data.map(coloured), shown, { displayModeBar: false, responsive: true });
  };

  const all = () => Promise.all([...document.querySelectorAll(".chart")].map(draw));
  all().then(() => { root.dataset.charts = "drawn"; });
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", all);
})();
