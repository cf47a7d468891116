/** What every panel is drawn from. */

import type { DataFrame, FieldConfigSource, GrafanaTheme2, TimeRange } from '@grafana/data';
import type { ReactElement } from 'react';

export interface Drawing {
  frames: DataFrame[];
  options: Record<string, any>;
  fieldConfig: FieldConfigSource;
  width: number;
  height: number;
  range: TimeRange;
  theme: GrafanaTheme2;
  title: string;
  /** Texts with the dashboard's variables in them. */
  replace: (text: string) => string;
}

export type Draw = (drawing: Drawing) => ReactElement;
