import { buildGraph, type DatasetFacts, type PlannedCell, type RunGraph } from '../../../experiments/graph.js';
import type { RunSpecification } from '../../../experiments/schema.js';
import { didYouMean } from '../../../experiments/suggest.js';
import { InputError } from '../../../networks/errors.js';
import { type InitialiserName, initialiserNames, initialisers } from '../../../tickets/index.js';
import { askedFor, specifyScheme } from '../ladder.js';
import type { StudyKind } from './found.js';
import { type Scheme, sanitySchemes, schemeNames, schemes } from './table.js';

/** What a study asks for. */
export interface StudyRequest {
  readonly kind: StudyKind;
  /** Network, data, training and trials. Its own pruning, levels and controls are replaced by those of the study. */
  readonly base: RunSpecification;
  /** Shares of weights kept, falling. */
  readonly densities: readonly number[];
  /** Names of schemes, or of initialisers in a study of those; the study's usual ones unless given. */
  readonly names?: readonly string[] | undefined;
}

/** One scheme, or one initialiser, of a study. */
export interface PlannedScheme {
  readonly name: string;
  readonly title: string;
  readonly source: string;
  readonly reference: 'imp' | null;
  readonly specification: RunSpecification;
  readonly graph: RunGraph;
}

export interface StudyPlan extends Required<StudyRequest> {
  readonly schemes: readonly PlannedScheme[];
  /** Every cell of all schemes once, parents before children: schemes share their dense networks. */
  readonly cells: readonly PlannedCell[];
}

/** What each kind of study is for, its usual schemes, and whether tickets are trained beside controls. */
export const studyKinds: Readonly<
  Record<
    StudyKind,
    { readonly title: string; readonly names: readonly string[]; readonly controls: RunSpecification['controls'] }
  >
> = {
  frontier: {
    title: 'quality against the cost of finding the ticket, for every scheme',
    names: schemeNames,
    controls: { reinitialise: 0, randomMask: 0 },
  },
  schemes: {
    title: 'schemes by densities, each ticket beside its mask shuffled and its weights drawn again',
    names: sanitySchemes,
    controls: { reinitialise: 1, randomMask: 1 },
  },
  initialisations: {
    title: 'initialisers by densities, for tickets and their re-initialisations',
    names: [
      'glorot-normal',
      'he-normal',
      'lecun-normal',
      'glorot-uniform',
      'glorot-signed-constant',
      'orthogonal',
      'sparse',
      'lsuv',
    ],
    controls: { reinitialise: 1, randomMask: 0 },
  },
};

const specify = (
  { kind, base, densities }: StudyRequest,
  scheme: Pick<Scheme, 'inRounds' | 'pruning'>,
  over: Partial<RunSpecification> = {},
): RunSpecification => specifyScheme({ kind, base, densities, controls: studyKinds[kind].controls }, scheme, over);

function known(name: string, names: readonly string[], what: string): void {
  if (names.includes(name)) return;
  throw new InputError(`${name} is no ${what}${didYouMean(name, names) || `; expected some of ${names.join(', ')}.`}`);
}

/**
 * The cells of a study.
 *
 * @throws InputError when a name is unknown, densities do not fall, or a scheme does not fit the network
 */
export function planStudy(request: StudyRequest, facts: DatasetFacts): StudyPlan {
  const { kind } = request;
  const names = [...new Set(request.names ?? studyKinds[kind].names)];
  const planned = names.map((name): PlannedScheme => {
    if (kind === 'initialisations') {
      known(name, initialiserNames, 'initialiser');
      const { title, source } = initialisers[name as InitialiserName];
      const initialisation = { ...request.base.initialisation, name: name as InitialiserName };
      const specification = specify(request, schemes.imp, { initialisation });
      // Figures have room for a name; what it means stands where the sources are.
      return {
        name,
        title: name,
        source: `${title} (${source})`,
        reference: null,
        specification,
        graph: buildGraph(specification, facts),
      };
    }
    known(name, schemeNames, 'scheme');
    const scheme: Scheme = schemes[name as keyof typeof schemes];
    const specification = specify(request, scheme);
    const { title, source, reference = null } = scheme;
    return { name, title, source, reference, specification, graph: buildGraph(specification, facts) };
  });
  const cells = new Map<string, PlannedCell>();
  for (const scheme of planned) {
    for (const cell of wantedCells(scheme, request.densities)) cells.set(cell.id, cell);
  }
  return { ...request, names, schemes: planned, cells: [...cells.values()] };
}

/** Cells without the controls of levels that are only passed through. */
export function wantedCells({ specification, graph }: PlannedScheme, densities: readonly number[]): PlannedCell[] {
  const through = new Set(['dense', 'ticket', 'search']);
  return graph.cells.filter(
    (cell) => through.has(cell.condition) || askedFor(specification, cell, densities) !== undefined,
  );
}
