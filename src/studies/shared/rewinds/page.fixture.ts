import { parseHTML } from 'linkedom';
import { expect } from 'vitest';
import type { Figure } from '../../../figures/figure.js';
import type { StudyReport } from '../../study.js';

/** What a page says and shows. */
export type StudyPage = StudyReport & { readonly figures: readonly Figure[] };

export const page = parseHTML('<!doctype html><html><body></body></html>').document as unknown as Document;

export const figureOf = ({ figures }: StudyPage, id: string) => {
  const found = figures.find((figure) => figure.id === id);
  if (found === undefined) throw new Error(`no figure ${id}`);
  return found;
};
export const rowsOf = (csv: string) => csv.trim().split('\n').slice(1);

/** Every number of every figure is one, and every row of its numbers as long as its head. */
export function checkFigures({ figures }: StudyPage): void {
  for (const { id, svg, csv, caption } of figures) {
    expect(svg, id).not.toMatch(/NaN|undefined|Infinity/);
    expect(caption, id).not.toMatch(/NaN|undefined|Infinity/);
    const [head, ...rows] = csv.trim().split('\n');
    expect(rows.length, id).toBeGreaterThan(0);
    for (const row of rows) expect(row.split(','), id).toHaveLength(head.split(',').length);
  }
}
