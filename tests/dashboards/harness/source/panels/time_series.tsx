/** Lines over time, by Grafana's own chart and legend. */

import { cacheFieldDisplayNames, FieldType, type DataFrame, type Field } from '@grafana/data';
import { LegendDisplayMode } from '@grafana/schema';
import { TimeSeries } from '@grafana/ui';
import type { Draw } from './drawing';

const LEGEND = { displayMode: LegendDisplayMode.List, placement: 'bottom', calcs: [], showLegend: true } as const;

export const drawTimeSeries: Draw = ({ frames, options, width, height, range }) => {
  const graphable = frames.map(withGraphableValues).filter((frame) => frame !== undefined);
  if (graphable.length === 0) {
    throw new Error('Nothing in the answer has both a time and a number.');
  }
  cacheFieldDisplayNames(graphable);
  return (
    <TimeSeries
      frames={graphable}
      structureRev={1}
      timeRange={range}
      timeZone="utc"
      width={width}
      height={height}
      legend={{ ...LEGEND, ...options.legend }}
      options={options}
    />
  );
};

function withGraphableValues(frame: DataFrame): DataFrame | undefined {
  const fields = frame.fields.map(graphable).filter((field) => field !== undefined);
  const types = fields.map((field) => field.type);
  return types.includes(FieldType.time) && types.includes(FieldType.number) ? { ...frame, fields } : undefined;
}

/** What cannot be drawn is a gap: neither infinities nor "not a number" have a place on an axis. */
function graphable(field: Field): Field | undefined {
  switch (field.type) {
    case FieldType.time:
      return field;
    case FieldType.number:
      return { ...field, values: field.values.map((value) => (Number.isFinite(value) ? value : null)) };
    case FieldType.boolean:
      return {
        ...field,
        type: FieldType.number,
        values: field.values.map((value) => (value === null ? null : Number(value))),
      };
    default:
      return undefined;
  }
}
