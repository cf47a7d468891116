/** Stat and bar gauge: every field reduced to one value. */

import {
  getDisplayValueAlignmentFactors,
  getFieldDisplayValues,
  VizOrientation,
  type DisplayProcessor,
  type FieldDisplay,
} from '@grafana/data';
import { BarGauge, BigValue, BigValueGraphMode, BigValueTextMode, VizRepeater } from '@grafana/ui';
import type { ReactElement } from 'react';
import type { Draw, Drawing } from './drawing';

type One = {
  value: FieldDisplay;
  width: number;
  height: number;
  alignmentFactors: any;
  orientation: VizOrientation;
  count: number;
};

type Options = Record<string, any>;

/** The panel's own defaults, which a saved dashboard may leave out. */
const STAT: Options = {
  colorMode: 'value',
  graphMode: 'area',
  justifyMode: 'auto',
  textMode: 'auto',
  wideLayout: true,
};
const BAR_GAUGE: Options = {
  displayMode: 'gradient',
  showUnfilled: true,
  valueMode: 'color',
  namePlacement: 'auto',
};

/** How small and large a bar may be, unless the dashboard says that it sets these sizes itself. */
const AUTOMATIC_SIZES: Options = { minVizWidth: 8, minVizHeight: 16, maxVizHeight: 300 };

export const drawStat: Draw = (drawing) => {
  const options = { ...STAT, ...drawing.options };
  const named = options.textMode === 'auto' && (drawing.fieldConfig.defaults.displayName || !drawing.title);
  return repeater(drawing, options, valuesOf(drawing, options.graphMode !== BigValueGraphMode.None), 3, (one) => {
    const sparkline = one.value.sparkline && { ...one.value.sparkline, timeRange: drawing.range };
    return (
      <BigValue
        value={one.value.display}
        count={one.count}
        sparkline={sparkline}
        colorMode={options.colorMode}
        graphMode={options.graphMode}
        justifyMode={options.justifyMode}
        textMode={named ? BigValueTextMode.ValueAndName : options.textMode}
        percentChangeColorMode={options.percentChangeColorMode}
        text={options.text}
        disableWideLayout={!options.wideLayout}
        alignmentFactors={one.alignmentFactors}
        width={one.width}
        height={one.height}
        theme={drawing.theme}
      />
    );
  });
};

export const drawBarGauge: Draw = (drawing) => {
  const sizes = drawing.options.sizing === 'manual' ? {} : AUTOMATIC_SIZES;
  const options = { ...BAR_GAUGE, ...drawing.options, ...sizes };
  const spacing = options.displayMode === 'lcd' ? 2 : 10;
  return repeater(drawing, options, valuesOf(drawing, false), spacing, (one) => (
    <BarGauge
      value={one.value.display}
      field={one.value.field}
      display={processorOf(one.value)}
      orientation={one.orientation}
      displayMode={options.displayMode}
      showUnfilled={options.showUnfilled}
      valueDisplayMode={options.valueMode}
      namePlacement={options.namePlacement}
      text={options.text}
      itemSpacing={spacing}
      alignmentFactors={one.alignmentFactors}
      width={one.width}
      height={one.height}
      theme={drawing.theme}
    />
  ));
};

function valuesOf(drawing: Drawing, sparkline: boolean): FieldDisplay[] {
  return getFieldDisplayValues({
    data: drawing.frames,
    fieldConfig: drawing.fieldConfig,
    reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false, ...drawing.options.reduceOptions },
    percentChange: drawing.options.showPercentChange ?? false,
    replaceVariables: drawing.replace,
    theme: drawing.theme,
    timeZone: 'utc',
    sparkline,
  });
}

function processorOf({ view, colIndex }: FieldDisplay): DisplayProcessor | undefined {
  return view && colIndex !== undefined ? view.getFieldDisplayProcessor(colIndex) : undefined;
}

function repeater(
  drawing: Drawing,
  options: Options,
  values: FieldDisplay[],
  spacing: number,
  draw: (one: One) => ReactElement,
) {
  return (
    <VizRepeater
      source={drawing.frames}
      getValues={() => values}
      getAlignmentFactors={(all: FieldDisplay[]) => getDisplayValueAlignmentFactors(all)}
      renderValue={(one) => draw(one as One)}
      renderCounter={0}
      orientation={options.orientation ?? VizOrientation.Auto}
      itemSpacing={spacing}
      autoGrid
      minVizWidth={options.minVizWidth}
      minVizHeight={options.minVizHeight}
      maxVizHeight={options.maxVizHeight}
      width={drawing.width}
      height={drawing.height}
    />
  );
}
