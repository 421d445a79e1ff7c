import type { DatasetFacts } from '../../../experiments/dataset-facts.js';
import { buildGraph, networkFor, type PlannedCell, type RunGraph } from '../../../experiments/graph.js';
import type { RunSpecification } from '../../../experiments/schema.js';
import { hasScaledChannels } from '../../../tickets/index.js';
import type { StudyPlan } from '../../study.js';
import { askedFor, specifyScheme } from '../ladder.js';
import type { MeasuredStudy } from './found.js';
import type { Scheme } from './table.js';

/** One scheme of a study, or one initialiser: settings over those of the study. */
export interface SchemeEntry extends Pick<Scheme, 'inRounds' | 'pruning' | 'channels'> {
  readonly name: string;
  readonly title: string;
  readonly source: string;
  readonly reference: 'imp' | null;
  /** Settings besides those of pruning. */
  readonly over?: Partial<RunSpecification>;
}

/** What a study of schemes asks for. */
export interface SchemesRequest {
  /** The study's name, for messages. */
  readonly study: string;
  /** Network, data, training and trials. Its own pruning, levels and controls are replaced by those of the study. */
  readonly base: RunSpecification;
  /** Shares of weights kept, falling. */
  readonly densities: readonly number[];
  readonly entries: readonly SchemeEntry[];
  /** Trained beside each ticket. */
  readonly controls: RunSpecification['controls'];
  readonly dense: MeasuredStudy['dense'];
}

/** One scheme, or one initialiser, of a study. */
export interface PlannedScheme extends SchemeEntry {
  readonly specification: RunSpecification;
  readonly graph: RunGraph;
}

export interface SchemesPlan extends StudyPlan {
  readonly densities: readonly number[];
  readonly dense: MeasuredStudy['dense'];
  readonly schemes: readonly PlannedScheme[];
}

/**
 * The cells of a study of schemes: all cells of each, once by name, so that schemes share their dense networks.
 *
 * @throws InputError when densities do not fall, or a scheme does not fit the network
 */
export function planSchemes(
  { study, base, densities, entries, controls, dense }: SchemesRequest,
  facts: DatasetFacts,
): SchemesPlan {
  const hasChannels = hasScaledChannels(networkFor(base, facts));
  const schemes = entries.map((entry): PlannedScheme => {
    const pruning = (hasChannels && entry.channels) || entry.pruning;
    const specification = specifyScheme({ kind: study, base, densities, controls }, { ...entry, pruning }, entry.over);
    return { ...entry, specification, graph: buildGraph(specification, facts) };
  });
  const wanted = schemes.map((scheme) => wantedCells(scheme, densities));
  const cells = new Map(wanted.flat().map((cell) => [cell.id, cell]));
  return {
    base,
    network: schemes[0].graph.network,
    cells: [...cells.values()],
    measurements: [],
    parts: schemes.map(({ name, title }, index) => ({
      name,
      title,
      cells: new Set(wanted[index].map(({ id }) => id)),
    })),
    densities,
    dense,
    schemes,
  };
}

/** Cells without the controls of levels that are only passed through. */
function wantedCells(
  { specification, graph }: Pick<PlannedScheme, 'specification' | 'graph'>,
  densities: readonly number[],
): PlannedCell[] {
  const through = new Set(['dense', 'ticket', 'search']);
  return graph.cells.filter(
    (cell) => through.has(cell.condition) || askedFor(specification, cell, densities) !== undefined,
  );
}
