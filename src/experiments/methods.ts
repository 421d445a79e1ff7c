import type { RunSpecification } from './schema.js';
import { withHessian } from './score-settings.js';

type Pruning = RunSpecification['pruning'];
type Group = 'earlyBird' | 'dynamic' | 'learned';

/** The group of settings of a schedule that carries a method's name, and what decides how close to its authors' way it is. */
interface Method {
  readonly group: Group;
  /** The authors' way, which a specification has by default. */
  readonly authors: object;
  /** What a specification meant that was resolved before there was a choice. */
  readonly earlier: object;
}

const methods: Partial<Record<Pruning['schedule'], Method>> = {
  'early-bird': {
    group: 'earlyBird',
    authors: { distance: 'relative' },
    earlier: { distance: 'absolute' },
  },
  set: {
    group: 'dynamic',
    authors: { drop: 'by-sign', grow: 'anywhere' },
    earlier: { drop: 'by-magnitude', grow: 'elsewhere' },
  },
  rigl: { group: 'dynamic', authors: { atChange: 'hold' }, earlier: { atChange: 'step' } },
  // Zhou et al. 2019: SGD with the momentum 0.9 that is the default of their train_supermask.py, and its example's rate.
  supermask: {
    group: 'learned',
    authors: { optimiser: sgd(100, 0), initialisation: 'run' },
    earlier: { optimiser: 'run', initialisation: 'run' },
  },
  // Ramanujan et al. 2020: their settings of small networks on MNIST and CIFAR-10.
  'edge-popup': {
    group: 'learned',
    authors: {
      optimiser: { ...sgd(0.1, 1e-4), schedule: { warmup: 0, cosine: { floor: 0 } } },
      initialisation: 'he-signed-constant',
    },
    earlier: { optimiser: 'run', initialisation: 'run' },
  },
};

/** How GraSP computed its product before there was a choice. */
const EARLIER_HESSIAN = 'finite-difference';

function sgd(lr: number, weightDecay: number) {
  return { name: 'sgd', lr, momentum: 0.9, nesterov: false, weightDecay, decayOn: 'all' } as const;
}

function methodOf({ schedule }: Pruning): Method | undefined {
  return Object.hasOwn(methods, schedule) ? methods[schedule] : undefined;
}

/** Settings of pruning with those of a method written out, where nothing is said of them. */
function filled(pruning: Pruning, way: 'authors' | 'earlier'): Pruning {
  const method = methodOf(pruning);
  if (method === undefined) return pruning;
  const given: Record<string, unknown> = { ...pruning[method.group] };
  const said = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  // A rate alone is one of the run's own optimiser.
  const own = method.group === 'learned' && said.lr !== undefined ? { optimiser: 'run' } : {};
  return { ...pruning, [method.group]: { ...method[way], ...own, ...said } };
}

/**
 * A specification whose method's settings are all written out: by default those of the method's authors. A record therefore says
 * which way it means.
 */
export function withMethods(specification: RunSpecification): RunSpecification {
  return { ...specification, pruning: withHessian(filled(specification.pruning, 'authors')) };
}

/** A specification as a record holds it, which means the earlier way where it does not say. */
export function asRecorded(specification: object): object {
  const { pruning } = specification as { readonly pruning?: unknown };
  if (typeof pruning !== 'object' || pruning === null) return specification;
  const way = filled(pruning as Pruning, 'earlier');
  // GraSP's product was of finite differences.
  const hessian = way.score === 'grasp' ? { hessian: way.hessian ?? EARLIER_HESSIAN } : {};
  return { ...specification, pruning: { ...way, ...hessian } };
}

/** Settings of pruning without what says the earlier way, so that runs keep the folders they have. */
export function withoutEarlier({ hessian, ...others }: Pruning): Pruning {
  const pruning = hessian === undefined || hessian === EARLIER_HESSIAN ? others : { ...others, hessian };
  const method = methodOf(pruning);
  const given = method && pruning[method.group];
  if (method === undefined || given === undefined) return pruning;
  const earlier = method.earlier as Record<string, unknown>;
  const left = Object.entries(given).filter(([name, value]) => earlier[name] !== value);
  const { [method.group]: _all, ...rest } = pruning;
  return left.length === 0 ? rest : { ...rest, [method.group]: Object.fromEntries(left) };
}
