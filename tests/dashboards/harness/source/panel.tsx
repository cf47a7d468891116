/** One panel: asks its queries, transforms the answer, draws it in Grafana's frame, and reports what came of it. */

import { type DataFrame, type TimeRange } from '@grafana/data';
import { PanelChrome, useTheme2 } from '@grafana/ui';
import { Component, useEffect, useState, type ReactNode } from 'react';
import type { PanelModel, Scope } from './dashboard_json';
import { readyForPanel } from './fields';
import { interpolateText } from './interpolation';
import { boxOf } from './layout';
import { fieldConfigOf } from './panel_defaults';
import { DRAWN, SUBSTITUTED } from './panels';
import { ask } from './prometheus';
import type { PanelReport } from './report';
import { rangeFor } from './time_range';

interface Props {
  panel: PanelModel;
  scope: Scope;
  range: TimeRange;
  wholeWidth: number;
  tell: (report: PanelReport) => void;
}

/** Panels that draw without any data. */
const WITHOUT_DATA = new Set(['text', 'row']);

export function Panel({ panel, scope: around, range: wholeRange, wholeWidth, tell }: Props) {
  const theme = useTheme2();
  const box = boxOf(panel.gridPos, wholeWidth);
  const scope = { ...around, ...panel.scope };
  const range = rangeFor(panel, wholeRange);
  const title = interpolateText(panel.title ?? '', scope);
  const [frames, setFrames] = useState<DataFrame[]>();
  const [error, setError] = useState<string>();

  useEffect(() => {
    const report: PanelReport = { title, type: panel.type, state: 'drawn', rows: 0, asked: [] };
    const fail = (problem: unknown) => {
      const text = problem instanceof Error ? problem.message : String(problem);
      setError(text);
      tell({ ...report, state: 'error', error: text });
    };
    const load = async () => {
      if (!DRAWN[panel.type]) {
        throw new Error(`Not drawn here: panel type "${panel.type}" is not published on npm.`);
      }
      const answer = await ask(panel.targets ?? [], range, panel.maxDataPoints ?? box.width, panel.interval, scope);
      report.asked = answer.asked;
      const ready = await readyForPanel(panel, answer.frames, scope, theme);
      report.rows = ready.reduce((rows, frame) => rows + frame.length, 0);
      report.state = report.rows > 0 || WITHOUT_DATA.has(panel.type) ? 'drawn' : 'no data';
      setFrames(ready);
      tell(report);
    };
    load().catch(fail);
  }, []);

  const draw = (width: number, height: number) => {
    if (error !== undefined) {
      return <Message text={error} colour={theme.colors.error.text} />;
    }
    if (frames === undefined) {
      return <></>;
    }
    const empty = frames.every((frame) => frame.length === 0);
    if (empty && !WITHOUT_DATA.has(panel.type) && panel.type !== 'stat') {
      return <Message text={panel.fieldConfig?.defaults.noValue ?? 'No data'} colour={theme.colors.text.secondary} />;
    }
    const fieldConfig = fieldConfigOf(panel);
    const replace = (text: string) => interpolateText(text, scope);
    const options = panel.options ?? {};
    const failed = (problem: Error) =>
      tell({ title, type: panel.type, state: 'error', error: problem.message, rows: 0, asked: [] });
    return (
      <Fence failed={failed}>
        <Drawn
          draw={() => DRAWN[panel.type]({ frames, options, fieldConfig, width, height, range, theme, title, replace })}
        />
      </Fence>
    );
  };

  return (
    <div style={{ position: 'absolute', ...box }}>
      <PanelChrome
        width={box.width}
        height={box.height}
        title={title}
        description={panel.description && interpolateText(panel.description, scope)}
        displayMode={panel.transparent ? 'transparent' : 'default'}
        statusMessage={error}
        titleItems={SUBSTITUTED.has(panel.type) ? <Substitute type={panel.type} /> : undefined}
        padding={panel.type === 'table' ? 'none' : 'md'}
      >
        {(width: number, height: number) => draw(width, height)}
      </PanelChrome>
    </div>
  );
}

/** Draws inside the fence, so that what it raises stays in its panel. */
function Drawn({ draw }: { draw: () => ReactNode }) {
  return draw();
}

/** Shows what a panel's drawing raised, in place of the panel. */
class Fence extends Component<{ failed: (error: Error) => void; children: ReactNode }, { error?: Error }> {
  state: { error?: Error } = {};

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  componentDidCatch(error: Error) {
    this.props.failed(error);
  }

  render() {
    return this.state.error ? <Message text={this.state.error.message} colour="#f2495c" /> : this.props.children;
  }
}

function Message({ text, colour }: { text: string; colour: string }) {
  const style = {
    height: '100%',
    display: 'grid',
    placeItems: 'center',
    color: colour,
    padding: 8,
    overflow: 'hidden',
  } as const;
  return <div style={style}>{text}</div>;
}

function Substitute({ type }: { type: string }) {
  return <span style={{ fontSize: 10, opacity: 0.5 }}>a stand-in for Grafana&apos;s {type}</span>;
}
