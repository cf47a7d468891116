/** What a picture shows, told to whoever took it: `window.picture`. */

import type { Asked } from './prometheus';

export interface PanelReport {
  title: string;
  type: string;
  state: 'drawn' | 'no data' | 'error';
  error?: string;
  rows: number;
  asked: Asked[];
}

export interface Picture {
  title: string;
  height: number;
  /** How many panels there are; unknown until the variables have their values. */
  expected?: number;
  /** In the order of the grid; with holes as long as panels are still asking. */
  panels: PanelReport[];
  /** Why there is no dashboard at all. */
  error?: string;
}

declare global {
  interface Window {
    picture: Picture;
  }
}
