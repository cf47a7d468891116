/** The parts of Grafana's Classic JSON that the pictures need. What is not named here is not looked at. */

import type { DataTransformerConfig, FieldConfigSource } from '@grafana/data';

export interface Dashboard {
  uid: string;
  title: string;
  panels: PanelModel[];
  time?: { from: string; to: string };
  templating?: { list: VariableModel[] };
  links?: Array<{ title?: string; type?: string; url?: string; icon?: string }>;
  annotations?: { list: Array<{ name?: string; builtIn?: number; enable?: boolean }> };
}

export interface PanelModel {
  id?: number;
  type: string;
  title?: string;
  description?: string;
  transparent?: boolean;
  gridPos: GridPos;
  collapsed?: boolean;
  panels?: PanelModel[];
  targets?: Target[];
  transformations?: DataTransformerConfig[];
  options?: Record<string, any>;
  fieldConfig?: FieldConfigSource;
  repeat?: string;
  repeatDirection?: 'h' | 'v';
  maxPerRow?: number;
  maxDataPoints?: number;
  interval?: string;
  timeFrom?: string;
  links?: unknown[];
  /** Set by the harness: the variables that hold in this copy of a repeated panel. */
  scope?: Scope;
}

export interface GridPos {
  x: number;
  y: number;
  w: number;
  h: number;
}

export interface Target {
  refId: string;
  expr?: string;
  instant?: boolean;
  range?: boolean;
  format?: 'table' | 'time_series' | 'heatmap';
  legendFormat?: string;
  interval?: string;
  intervalFactor?: number;
  hide?: boolean;
  datasource?: { type?: string; uid?: string };
}

export interface VariableModel {
  name: string;
  type: string;
  label?: string;
  hide?: number;
  multi?: boolean;
  includeAll?: boolean;
  allValue?: string | null;
  query?: string | { query?: string };
  regex?: string;
  sort?: number;
  current?: { text?: string | string[]; value?: string | string[] };
  options?: Array<{ text: string; value: string }>;
}

/** The value of a variable, as it stands where it is read. */
export interface VariableValue {
  text: string | string[];
  value: string | string[];
  multi: boolean;
  includeAll: boolean;
  /** Put into a query as it is, neither escaped nor joined: a custom value for "All", an interval. */
  verbatim?: boolean;
}

export type Scope = Readonly<Record<string, VariableValue>>;
