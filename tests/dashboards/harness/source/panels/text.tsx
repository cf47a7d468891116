/** Markdown or HTML, through Grafana's own renderer, which makes it harmless. */

import { renderTextPanelMarkdown, textUtil } from '@grafana/data';
import type { Draw } from './drawing';

export const drawText: Draw = ({ options, replace, height }) => {
  const content = replace(options.content ?? '');
  const html = options.mode === 'html' ? textUtil.sanitizeTextPanelContent(content) : renderTextPanelMarkdown(content);
  return (
    <div className="markdown-html" style={{ height, overflow: 'auto' }} dangerouslySetInnerHTML={{ __html: html }} />
  );
};
