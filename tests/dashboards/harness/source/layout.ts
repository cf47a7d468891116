/** Where each panel stands on Grafana's grid of 24 columns, and how high the whole is, in pixels. */

import type { Dashboard, GridPos, PanelModel, Scope } from './dashboard_json';
import type { Variables } from './variables';

const COLUMNS = 24;
const ROW_HEIGHT = 30;
const GAP = 8;

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

export function boxOf({ x, y, w, h }: GridPos, wholeWidth: number): Box {
  const column = (wholeWidth - (COLUMNS - 1) * GAP) / COLUMNS;
  return {
    left: Math.round(x * (column + GAP)),
    top: y * (ROW_HEIGHT + GAP),
    width: Math.round(w * column + (w - 1) * GAP),
    height: h * ROW_HEIGHT + (h - 1) * GAP,
  };
}

/** The panels in their places: closed rows closed (or opened, to see all), repeated rows and panels repeated. */
export function laidOut(dashboard: Dashboard, variables: Variables, openRows: boolean): PanelModel[] {
  const placed: PanelModel[] = [];
  let shift = 0;
  for (const section of sectionsOf(dashboard.panels, openRows)) {
    for (const scope of copiesOf(section.row?.repeat, variables)) {
      const inside = section.panels.map((panel) => scoped(panel, scope)).flatMap((panel) => repeated(panel, variables));
      const before = Math.max(0, ...placed.map(bottom));
      const all = section.row ? [scoped(section.row, scope), ...inside] : inside;
      const top = Math.min(...all.map((panel) => panel.gridPos.y));
      shift = placed.length > 0 ? before - top : 0;
      placed.push(...all.map((panel) => moved(panel, shift)));
    }
  }
  return placed;
}

interface Section {
  row: PanelModel | undefined;
  panels: PanelModel[];
}

/** A row and what is under it until the next row. */
function sectionsOf(panels: PanelModel[], openRows: boolean): Section[] {
  const sections: Section[] = [{ row: undefined, panels: [] }];
  for (const panel of [...panels].sort((a, b) => a.gridPos.y - b.gridPos.y || a.gridPos.x - b.gridPos.x)) {
    if (panel.type === 'row') {
      sections.push({ row: panel, panels: openRows || !panel.collapsed ? opened(panel) : [] });
    } else {
      sections.at(-1)!.panels.push(panel);
    }
  }
  return sections.filter(({ row, panels: inside }) => row || inside.length > 0);
}

/** The panels that a closed row holds, placed right under it. */
function opened(row: PanelModel): PanelModel[] {
  const inside = row.panels ?? [];
  const top = Math.min(...inside.map((panel) => panel.gridPos.y));
  return inside.map((panel) => moved(panel, row.gridPos.y + 1 - top));
}

function copiesOf(name: string | undefined, variables: Variables): Array<Scope | undefined> {
  const variable = name ? variables.scope[name] : undefined;
  if (!name || !variable) {
    return [undefined];
  }
  const values = variable.text === 'All' ? variables.options[name] : [variable.value].flat();
  return values.map((value) => ({ [name]: { ...variable, value, text: value, verbatim: false } }));
}

/** A panel repeated by a variable: side by side as many as fit, then in further lines; or one below the other. */
function repeated(panel: PanelModel, variables: Variables): PanelModel[] {
  const copies = copiesOf(panel.repeat, variables);
  if (copies.length === 1 && copies[0] === undefined) {
    return [panel];
  }
  const inLine = panel.repeatDirection === 'v' ? 1 : Math.min(copies.length, panel.maxPerRow ?? 4);
  const { y, h } = panel.gridPos;
  const w = panel.repeatDirection === 'v' ? panel.gridPos.w : COLUMNS / inLine;
  return copies.map((scope, index) => ({
    ...scoped(panel, { ...panel.scope, ...scope }),
    gridPos: { x: (index % inLine) * w, y: y + Math.floor(index / inLine) * h, w, h },
  }));
}

function scoped(panel: PanelModel, scope: Scope | undefined): PanelModel {
  return scope ? { ...panel, scope } : panel;
}

function moved(panel: PanelModel, by: number): PanelModel {
  return { ...panel, gridPos: { ...panel.gridPos, y: panel.gridPos.y + by } };
}

function bottom({ gridPos }: PanelModel): number {
  return gridPos.y + gridPos.h;
}
