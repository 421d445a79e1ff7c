import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import type { StudyOutcome } from '../../study.js';
import { renderStudyPage } from '../page.js';
import type { MeasuredStudy } from './found.js';
import { fixtureStudy, type StudyFixtureOptions } from './made.fixture.js';
import type { SchemesStudy } from './study.js';

export const reportOf = <Options>(study: SchemesStudy<Options>, found: MeasuredStudy) =>
  study.report({ found } as StudyOutcome<MeasuredStudy>);

export const findingsOf = <Options>(study: SchemesStudy<Options>, found: MeasuredStudy): string[] =>
  reportOf(study, found).findings.map(({ text }) => text);

/** Made-up results of a study, its figures and its page. */
export async function makePage<Options>(study: SchemesStudy<Options>, options: StudyFixtureOptions) {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const results = fixtureStudy(options);
  const outcome: StudyOutcome<MeasuredStudy> = { ...results, found: results };
  const figures = (await study.figures())(outcome, document as unknown as Document);
  return { results, figures, html: renderStudyPage(outcome, study.report(outcome), figures) };
}

export const visibleTexts = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);

const cases: Readonly<Record<string, StudyFixtureOptions>> = {
  'the whole study': {},
  'one trial': { trials: 1, schemes: 6 },
  'one density': { densities: [0.1], schemes: 6 },
  'nine densities': { densities: [0.5, 0.3, 0.2, 0.1, 0.05, 0.03, 0.02, 0.01, 0.005], schemes: 3 },
  'one scheme': { schemes: 1 },
  'two draws': { draws: 2, schemes: 4 },
  'no controls': { controls: [], schemes: 4 },
  'no dense network': { missing: ({ condition }) => condition === 'dense', schemes: 4 },
  'only dense networks': { missing: ({ condition }) => condition !== 'dense' },
  'nothing finished': { missing: () => true },
  'an unfinished study': { missing: ({ trial, scheme }) => trial === 2 && scheme.length > 5 },
  'diverged tickets': { diverged: ({ condition, density }) => condition === 'ticket' && density < 0.03 },
  'everything diverged': { diverged: () => true, schemes: 4 },
};

/** Describes what must hold of the page of any study of schemes. */
export function describePage<Options>(study: SchemesStudy<Options>, usual: StudyFixtureOptions): void {
  const make = (options: StudyFixtureOptions) => makePage(study, { ...usual, ...options });

  describe(`figures and report of ${study.name}`, () => {
    it.each(Object.entries(cases))('hold what they should: %s', async (_name, options) => {
      const { figures, html } = await make(options);
      for (const text of [html.replace(/data:text\/csv[^"]*/g, ''), ...figures.map(({ svg }) => svg)]) {
        expect(text).not.toMatch(/\bNaN\b|undefined|Infinity|\bnull\b/);
      }
      for (const { svg, csv } of figures) {
        expect(csv).not.toMatch(/NaN|undefined|Infinity/);
        const [header, ...rows] = csv.trimEnd().split('\n');
        for (const row of rows) expect(row.replace(/"[^"]*"/g, '').split(',').length).toBe(header.split(',').length);
        for (const text of visibleTexts(svg)) {
          for (const [number] of text.matchAll(/\d[\d,]*(\.\d+)?/g)) {
            const digits = number.replace(/[,.]/g, '').replace(/^0+/, '').replace(/0+$/, '');
            expect(digits.length, text).toBeLessThanOrEqual(4);
          }
        }
      }
      expect(html).not.toMatch(/<(link|script|img)\b|url\(https?:/);
    });

    it('escape what comes from outside', async () => {
      const { html } = await make({ name: '<script>alert("1")</script>&', schemes: 1 });
      expect(html).not.toContain('<script>');
      expect(html).toContain('&lt;script&gt;');
    });

    it('say how much is finished and what diverged', async () => {
      const { html } = await make({
        schemes: 3,
        missing: ({ trial, condition }) => trial === 2 && condition === 'ticket',
        diverged: ({ trial, condition, density }) => trial === 1 && condition === 'ticket' && density === 0.05,
      });
      expect(html).toMatch(/\d+ of \d+ trainings are finished\./);
      expect(html).toMatch(/3 diverged and are in no mean: .*, ticket at 5\.0%, trial 2/);
      expect(html).toMatch(/Trials not finished: .*ticket at 20\.0% \(2 of 3\)/);
    });

    it('have as many texts a row of their tables as heads', () => {
      const results = fixtureStudy({
        ...usual,
        missing: ({ trial, scheme }) => trial === 2 && scheme.startsWith('s'),
        draws: 2,
      });
      const { tables } = reportOf(study, results);
      expect(tables).toHaveLength(2);
      for (const { head, rows } of tables) {
        for (const row of rows) {
          expect(row).toHaveLength(head.length);
          for (const text of row) expect(text).not.toMatch(/NaN|undefined|null|Infinity|\d{6}/);
        }
      }
    });
  });
}
