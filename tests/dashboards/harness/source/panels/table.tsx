/** A table, by the component that Grafana's table panel is made of. */

import { TableNG } from '@grafana/ui/unstable';
import type { Draw } from './drawing';

export const drawTable: Draw = ({ frames, options, fieldConfig, width, height, range }) => {
  if (frames.length > 1 && options.frameIndex === undefined) {
    throw new Error(`${frames.length} frames for one table: Grafana would show the first and a choice of the others.`);
  }
  return (
    <TableNG
      data={frames[options.frameIndex ?? 0]}
      width={width}
      height={height}
      noHeader={options.showHeader === false}
      showTypeIcons={options.showTypeIcons}
      sortBy={options.sortBy}
      cellHeight={options.cellHeight}
      frozenColumns={options.frozenColumns?.left}
      enablePagination={options.enablePagination ?? options.footer?.enablePagination}
      maxRowHeight={options.maxRowHeight}
      fieldConfig={fieldConfig}
      timeRange={range}
      structureRev={1}
      resizable
    />
  );
};
