/** Who draws which type of panel. */

import type { Draw } from './drawing';
import { drawBarGauge, drawStat } from './single_values';
import { drawStates } from './states';
import { drawTable } from './table';
import { drawText } from './text';
import { drawTimeSeries } from './time_series';

export const DRAWN: Readonly<Record<string, Draw>> = {
  bargauge: drawBarGauge,
  stat: drawStat,
  table: drawTable,
  text: drawText,
  timeseries: drawTimeSeries,
  // Grafana draws these two with code that only its server carries. What stands in for it says so in the picture.
  'state-timeline': drawStates,
  'status-history': drawStates,
};

export const SUBSTITUTED: ReadonlySet<string> = new Set(['state-timeline', 'status-history']);
