/** Spans of time, from the words Grafana has for them. */

import { rangeUtil, type TimeRange } from '@grafana/data';
import type { PanelModel } from './dashboard_json';

/** For example from "now-6h" to "now". */
export function rangeOf(from: string, to: string): TimeRange {
  return rangeUtil.convertRawToRange({ from, to }, 'utc');
}

/** A panel may show another span than the dashboard: `timeFrom` "7d" is its last seven days. */
export function rangeFor(panel: PanelModel, range: TimeRange): TimeRange {
  return panel.timeFrom ? rangeOf(`now-${panel.timeFrom}`, 'now') : range;
}
