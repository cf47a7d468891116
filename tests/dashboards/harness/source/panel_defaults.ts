/** What Grafana assumes where a saved dashboard is silent, which one made from code often is; per type of panel. */

import { FieldColorModeId, ThresholdsMode, type FieldConfig, type FieldConfigSource } from '@grafana/data';
import type { PanelModel } from './dashboard_json';

const STEPS = [
  { value: -Infinity, color: 'green' },
  { value: 80, color: 'red' },
];

const EVERYWHERE: FieldConfig = {
  color: { mode: FieldColorModeId.Thresholds },
  thresholds: { mode: ThresholdsMode.Absolute, steps: STEPS },
  mappings: [],
};

const BY_TYPE: Readonly<Record<string, FieldConfig>> = {
  timeseries: { color: { mode: FieldColorModeId.PaletteClassic } },
  'state-timeline': { color: { mode: FieldColorModeId.ContinuousGrYlRd }, custom: { fillOpacity: 70, lineWidth: 0 } },
  'status-history': { custom: { fillOpacity: 70, lineWidth: 1 } },
};

/** The panel's field configuration, complete. The first threshold begins at minus infinity, which JSON cannot say. */
export function fieldConfigOf(panel: PanelModel): FieldConfigSource {
  const saved = panel.fieldConfig ?? { defaults: {}, overrides: [] };
  const byType = BY_TYPE[panel.type] ?? {};
  const defaults = {
    ...EVERYWHERE,
    ...byType,
    ...saved.defaults,
    custom: { ...byType.custom, ...saved.defaults.custom },
  };
  return { defaults, overrides: saved.overrides ?? [] };
}
