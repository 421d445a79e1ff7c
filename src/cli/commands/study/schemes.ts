import type { Command } from 'commander';
import { canonicalDigest } from '../../../experiments/canonical.js';
import { factsOf } from '../../../experiments/run-record.js';
import { FileStore } from '../../../node/store/index.js';
import { assembleStudy } from '../../../studies/shared/schemes/assemble.js';
import { studyFindings } from '../../../studies/shared/schemes/findings.js';
import type { StudyKind } from '../../../studies/shared/schemes/found.js';
import { planStudy, type StudyPlan, studyKinds } from '../../../studies/shared/schemes/plan.js';
import type { StudyResults } from '../../../studies/shared/schemes/results.js';
import { studyTables } from '../../../studies/shared/schemes/tables.js';
import { openData } from '../../data-sources.js';
import { asUsage, exitCodes } from '../../errors.js';
import { interruptible } from '../../interrupt.js';
import { plannedText } from '../../progress.js';
import { writeStudyReport } from '../../report.js';
import { loadSpecification } from '../../specification.js';
import { grouped, paintFor, percent, table, wrap } from '../../terminal.js';
import { lossText, placeFlags, readableStore, trainCells } from '../../training.js';
import {
  densitiesOption,
  provenance,
  type StudyFlags,
  studyBase,
  studyWords,
  withCommonOptions,
  words,
} from './common.js';

interface SchemeFlags extends StudyFlags {
  readonly densities: readonly number[];
  readonly only?: readonly string[];
}

/** `lottery study frontier|schemes|initialisations`: ways to draw a ticket, or initialisers, beside one another. */
export function schemeStudies(setExitCode: (code: number) => void): Command[] {
  return (Object.keys(studyKinds) as StudyKind[]).map((kind) => {
    const command = studyBase(kind, studyKinds[kind].title)
      .addOption(densitiesOption())
      .option(
        '--only <names>',
        kind === 'initialisations'
          ? 'initialisers, with commas between (lottery list initialisations)'
          : 'schemes, with commas between (lottery list schemes)',
        words,
      );
    return withCommonOptions(command)
      .addHelpText('after', `\n${notes}\n\nExample:\n  $ ${examples[kind]}`)
      .action(async (target: string, flags: SchemeFlags, self: Command) => {
        setExitCode(await study(kind, target, flags, self.getOptionValueSource('store') === 'cli'));
      });
  });
}

const notes =
  'The settings’ own pruning, levels and controls give way to those of the study; network, data, training and trials stay.\nSchemes share their dense networks, and what is in the store already is never trained again.';

const examples: Readonly<Record<StudyKind, string>> = {
  frontier: 'lottery study frontier lenet-mnist --trials 3 --set iterations=12000',
  schemes: 'lottery study schemes --only imp,snip,synflow,random --densities 0.2,0.02',
  initialisations: 'lottery study initialisations lenet-mnist --quick --densities 0.2',
};

/** The command that makes a study again, without what decides no result. */
function commandOf(kind: StudyKind, target: string, flags: SchemeFlags): string {
  const only = flags.only === undefined ? [] : ['--only', flags.only.join(',')];
  return studyWords(kind, target, ['--densities', flags.densities.join(','), ...only], flags);
}

async function study(kind: StudyKind, target: string, flags: SchemeFlags, storeGiven: boolean): Promise<number> {
  const base = loadSpecification(target, flags);
  const command = commandOf(kind, target, flags);
  const store = await FileStore.open(flags.store, { write: !flags.dryRun });
  return interruptible(async (signal) => {
    const dataset = await openData(base.data, { folder: flags.data, output: process.stderr, signal });
    const facts = factsOf(dataset);
    const plan = asUsage(() => planStudy({ kind, base, densities: flags.densities, names: flags.only }, facts));
    if (flags.dryRun) {
      await printPlan(plan, store, flags);
      return exitCodes.done;
    }
    const again = [command, ...placeFlags(flags, storeGiven)].join(' ');
    const started = new Date().toISOString();
    const trained = await trainCells({ cells: plan.cells, dataset, store, flags, again, oneCell: null, signal });
    if (trained.kind === 'ended') return trained.code;
    const { outcome } = trained;
    const record = { name: `${base.name}-${kind}`, command, dataset: facts, provenance: provenance(started) };
    const results = await assembleStudy(plan, record, readableStore(store, outcome));
    const report =
      results.points.length > 0 ? await writeStudyReport(flags.store, folderOf(plan, results), results) : null;
    tell(results, report, flags);
    if (outcome.failed.length + outcome.blocked.length > 0) {
      process.stderr.write(`${paintFor(process.stderr)('red', 'error:')} ${lossText(outcome, plan.cells.length)}\n`);
      return exitCodes.failed;
    }
    return exitCodes.done;
  });
}

/** The study's folder name: its name, and eight digits of the hash of its cells. */
function folderOf({ cells }: StudyPlan, { name }: StudyResults): string {
  return `${name}-${canonicalDigest(cells.map(({ id }) => id).sort()).slice(0, 8)}`;
}

function tell(results: StudyResults, report: string | null, { json }: SchemeFlags): void {
  const findings = studyFindings(results);
  if (json) {
    process.stdout.write(`${JSON.stringify({ ...results, findings, report }, null, 2)}\n`);
    return;
  }
  const paint = paintFor(process.stdout);
  const width = Math.min(process.stdout.columns ?? 100, 120);
  const tables = studyTables(results).map(({ title, head, rows }) => {
    const alignment = head.map((_, column) => (column === 0 ? 'l' : 'r')).join('');
    return `${paint('bold', title)}\n${table(head, rows, alignment, paint)}`;
  });
  const lines = [
    ...tables,
    findings.map((finding) => wrap(finding, width)).join('\n'),
    ...(report === null ? [] : [`Report: ${report}`]),
    ...(results.digest === null ? [] : [`Digest: ${results.digest}`]),
  ];
  process.stdout.write(`\n${lines.join('\n\n')}\n`);
}

/** What a study would do, for `--dry-run`. */
async function printPlan(plan: StudyPlan, store: FileStore, { json }: SchemeFlags): Promise<void> {
  const present = new Set<string>();
  for (const { id } of plan.cells) if (await store.has(id)) present.add(id);
  if (json) {
    const cells = plan.cells.map((cell) => ({ ...cell, present: present.has(cell.id) }));
    process.stdout.write(`${JSON.stringify({ kind: plan.kind, densities: plan.densities, cells }, null, 2)}\n`);
    return;
  }
  const rows = plan.schemes.map(({ name, title, graph }) => {
    const ids = new Set(graph.cells.map(({ id }) => id));
    const own = plan.cells.filter(({ id }) => ids.has(id));
    return [name, title, grouped(own.length), grouped(own.filter(({ id }) => present.has(id)).length)];
  });
  const work = plan.cells.reduce((sum, { id, cost }) => sum + (present.has(id) ? 0 : cost), 0);
  process.stdout.write(
    `${table(['scheme', '', 'cells', 'in the store'], rows, 'llrr', paintFor(process.stdout))}\n\n${plannedText(plan.cells.length, present.size)}\nDensities: ${plan.densities.map((density) => percent(density)).join(', ')}. Work ahead: about that of ${work.toFixed(1)} trainings of a dense network.\n`,
  );
}
