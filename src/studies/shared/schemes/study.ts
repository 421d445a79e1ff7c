import type { RunSpecification } from '../../../experiments/schema.js';
import type { Study } from '../../study.js';
import type { StudyTable } from '../table.js';
import { assembleSchemes } from './assemble.js';
import { compareStudy, type StudyComparison } from './compare.js';
import { describing, schemeNotes } from './findings.js';
import type { MeasuredStudy } from './found.js';
import { planSchemes, type SchemeEntry, type SchemesPlan, type SchemesRequest } from './plan.js';
import { sourcesOf } from './sources.js';

/** A study of schemes, or of initialisers. */
export type SchemesStudy<Options> = Study<Options, SchemesPlan, MeasuredStudy>;

/** What one study of schemes has of its own. */
export interface OwnOfSchemes<Options>
  extends Pick<SchemesStudy<Options>, 'name' | 'title' | 'examples' | 'options' | 'figures'>,
    Pick<SchemesRequest, 'dense'> {
  /** What is trained beside each ticket. */
  controls(options: Options): SchemesRequest['controls'];
  /** What is compared, in the order asked for. */
  entries(options: Options, base: RunSpecification): readonly SchemeEntry[];
  /** The question, as a sentence. */
  readonly lead: string;
  findings(comparison: StudyComparison): readonly string[];
  /** Null for a table that has nothing to show. */
  tables(comparison: StudyComparison): readonly (StudyTable | null)[];
}

/** Makes a study that trains schemes beside one another and compares their tickets by trials. */
export function studyOfSchemes<Options extends { readonly densities: readonly number[] }>(
  own: OwnOfSchemes<Options>,
): SchemesStudy<Options> {
  const { name, title, examples, options, figures, dense, lead } = own;
  return {
    name,
    title,
    about:
      'The settings’ own pruning, levels and controls are replaced by those of the study; network, data, training and trials stay. Schemes share their dense networks, and what is in the store already is never trained again.',
    examples,
    options,
    plan: (base, asked, facts) =>
      planSchemes(
        {
          study: name,
          base,
          densities: asked.densities,
          entries: own.entries(asked, base),
          controls: own.controls(asked),
          dense,
        },
        facts,
      ),
    assemble: assembleSchemes,
    report({ found }) {
      const comparison = compareStudy(found);
      return {
        lead,
        findings: describing(found, () => own.findings(comparison)),
        notes: schemeNotes(comparison),
        tables: own.tables(comparison).filter((table) => table !== null),
        sources: sourcesOf(found),
      };
    },
    figures,
  };
}
