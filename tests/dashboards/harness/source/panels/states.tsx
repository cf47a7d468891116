/** States over time, one lane per series: stands in for state timeline and status history, on Grafana's chart. */

import {
  FieldType,
  getDisplayProcessor,
  getFieldDisplayName,
  type DataFrame,
  type DisplayValue,
  type Field,
  type GrafanaTheme2,
} from '@grafana/data';
import { AxisPlacement, ScaleDirection, ScaleOrientation } from '@grafana/schema';
import { Pagination, UPlotChart, UPlotConfigBuilder, VizLegend, type VizLegendItem } from '@grafana/ui';
import type uPlot from 'uplot';
import type { Draw, Drawing } from './drawing';

const LEGEND_HEIGHT = 28;
const PAGER_HEIGHT = 40;
const WIDEST_NAME = 220;

interface Stretch {
  from: number;
  to: number;
  shown: DisplayValue;
}

interface Lane {
  name: string;
  stretches: Stretch[];
}

export const drawStates: Draw = (drawing) => {
  const all = lanesOf(drawing);
  if (all.length === 0) {
    throw new Error('Nothing in the answer has both a time and a state.');
  }
  const lanes = all.slice(0, drawing.options.perPage || all.length);
  const pages = Math.ceil(all.length / lanes.length);
  const legend = drawing.options.legend?.showLegend === false ? 0 : LEGEND_HEIGHT;
  const below = legend + (pages > 1 ? PAGER_HEIGHT : 0);
  const times = [drawing.range.from.valueOf(), drawing.range.to.valueOf()];
  return (
    <>
      <UPlotChart
        data={[times, [0, 1]]}
        width={drawing.width}
        height={drawing.height - below}
        config={chartOf(lanes, drawing)}
      />
      {pages > 1 && <Pagination currentPage={1} numberOfPages={pages} onNavigate={() => undefined} />}
      {legend > 0 && <VizLegend placement="bottom" items={legendOf(lanes)} readonly />}
    </>
  );
};

function lanesOf({ frames, options, theme, range }: Drawing): Lane[] {
  return frames.flatMap((frame) => {
    const time = frame.fields.find((field) => field.type === FieldType.time);
    const states = frame.fields.filter((field) => field.type !== FieldType.time);
    return time === undefined
      ? []
      : states.map((field) => laneOf(frame, time, field, options, theme, range.to.valueOf(), frames));
  });
}

function laneOf(
  frame: DataFrame,
  time: Field,
  field: Field,
  options: any,
  theme: GrafanaTheme2,
  end: number,
  all: DataFrame[],
): Lane {
  const display = field.display ?? getDisplayProcessor({ field, theme });
  const stretches: Stretch[] = [];
  const step = time.config.interval ?? Infinity;
  field.values.forEach((value, index) => {
    if (value === null || value === undefined) {
      return;
    }
    const from = time.values[index];
    const to = Math.min(time.values[index + 1] ?? end, from + step, end);
    const shown = display(value);
    const last = stretches.at(-1);
    const same = last && last.to === from && last.shown.text === shown.text && last.shown.color === shown.color;
    if (same && options.mergeValues !== false) {
      last.to = to;
    } else {
      stretches.push({ from, to, shown });
    }
  });
  return { name: getFieldDisplayName(field, frame, all), stretches };
}

function chartOf(lanes: Lane[], { theme, options, fieldConfig, range }: Drawing): UPlotConfigBuilder {
  const chart = new UPlotConfigBuilder('utc');
  const share = options.rowHeight ?? 0.9;
  const opacity = fieldConfig.defaults.custom.fillOpacity / 100;
  chart.addScale({
    scaleKey: 'x',
    isTime: true,
    orientation: ScaleOrientation.Horizontal,
    direction: ScaleDirection.Right,
    range: () => [range.from.valueOf(), range.to.valueOf()],
  });
  chart.addScale({
    scaleKey: 'y',
    orientation: ScaleOrientation.Vertical,
    direction: ScaleDirection.Up,
    range: () => [0, lanes.length],
  });
  chart.addAxis({
    scaleKey: 'x',
    isTime: true,
    placement: AxisPlacement.Bottom,
    timeZone: 'utc',
    theme,
    grid: { show: false },
  });
  chart.addAxis({
    scaleKey: 'y',
    placement: AxisPlacement.Left,
    theme,
    grid: { show: false },
    ticks: { show: false },
    splits: () => lanes.map((_, index) => lanes.length - index - 0.5),
    values: () => lanes.map((lane) => lane.name),
    size: Math.min(WIDEST_NAME, 16 + Math.max(...lanes.map((lane) => lane.name.length)) * 6.6),
  });
  chart.addSeries({ scaleKey: 'y', pathBuilder: () => null, theme, show: true } as never);
  chart.addHook('draw', (plot) => paint(plot, lanes, share, opacity, options.showValue ?? 'auto', theme));
  return chart;
}

function paint(
  plot: uPlot,
  lanes: Lane[],
  share: number,
  opacity: number,
  showValue: string,
  theme: GrafanaTheme2,
): void {
  const { ctx } = plot;
  const laneHeight = plot.bbox.height / lanes.length;
  ctx.save();
  ctx.font = `${12 * devicePixelRatio}px ${theme.typography.fontFamily}`;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  lanes.forEach((lane, index) => {
    const top = plot.bbox.top + laneHeight * (index + (1 - share) / 2);
    for (const { from, to, shown } of lane.stretches) {
      const left = Math.max(plot.valToPos(from, 'x', true), plot.bbox.left);
      const width = plot.valToPos(to, 'x', true) - left;
      ctx.globalAlpha = opacity;
      ctx.fillStyle = shown.color ?? theme.colors.text.disabled;
      ctx.fillRect(left, top, width, laneHeight * share);
      ctx.globalAlpha = 1;
      if (showValue !== 'never' && (showValue === 'always' || ctx.measureText(shown.text).width + 8 < width)) {
        ctx.fillStyle = theme.colors.getContrastText(shown.color ?? theme.colors.text.disabled, 3);
        ctx.fillText(shown.text, left + 4, top + (laneHeight * share) / 2);
      }
    }
  });
  ctx.restore();
}

function legendOf(lanes: Lane[]): VizLegendItem[] {
  const seen = new Map<string, VizLegendItem>();
  for (const { shown } of lanes.flatMap((lane) => lane.stretches)) {
    seen.set(shown.text, { label: shown.text, color: shown.color, yAxis: 1 });
  }
  return [...seen.values()].slice(0, 12);
}
