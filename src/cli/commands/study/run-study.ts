import { runDigest } from '../../../experiments/assemble.js';
import { canonicalDigest } from '../../../experiments/canonical.js';
import type { DatasetFacts } from '../../../experiments/graph.js';
import { factsOf } from '../../../experiments/run-record.js';
import type { RunSpecification } from '../../../experiments/schema.js';
import { ARITHMETIC_VERSION } from '../../../kernels/arithmetic.js';
import { prunableParameters } from '../../../networks/network.js';
import { FileMeasurements, FileStore } from '../../../node/store/index.js';
import type { Finding } from '../../../studies/shared/finding.js';
import type { StudyPage } from '../../../studies/shared/page.js';
import type { StudyTable } from '../../../studies/shared/schemes/tables.js';
import type { Study, StudyOutcome, StudyStore, StudyWork } from '../../../studies/study.js';
import { openData } from '../../data-sources.js';
import { asUsage, exitCodes } from '../../errors.js';
import { interruptible } from '../../interrupt.js';
import { makeMeasurements, missingText, plannedMeasurementsText } from '../../measuring.js';
import { plannedText } from '../../progress.js';
import { writeStudyPage } from '../../report.js';
import { loadSpecification } from '../../specification.js';
import { paintFor, table, wrap } from '../../terminal.js';
import { lossText, placeFlags, readableStore, trainCells } from '../../training.js';
import { provenance, type StudyFlags, studyWords } from './common.js';

/** A study as a command gives it. */
export interface StudyCommand<Options, Work extends StudyWork, Found> {
  /** The subcommand's name. */
  readonly kind: string;
  readonly study: Study<Options, Work, Found>;
  readonly options: Options;
  /** Words of the study's own options, for the command that makes it again. */
  readonly words: readonly string[];
  /** Loads what draws its page, and the figures' library with it. */
  readonly page: () => Promise<(outcome: StudyOutcome<Found>, document: Document) => StudyPage>;
}

/**
 * Trains and measures what a study asks for, reports it, and says how it ended.
 *
 * @returns the exit code
 */
export async function runStudy<Options, Work extends StudyWork, Found>(
  command: StudyCommand<Options, Work, Found>,
  target: string,
  flags: StudyFlags,
  storeGiven: boolean,
): Promise<number> {
  const { kind, study, options, words, page } = command;
  const base = loadSpecification(target, flags);
  const told = studyWords(kind, target, words, flags);
  const files = await FileStore.open(flags.store, { write: !flags.dryRun });
  return interruptible(async (signal) => {
    const dataset = await openData(base.data, { folder: flags.data, output: process.stderr, signal });
    const facts = factsOf(dataset);
    const work = asUsage(() => study.plan(base, options, facts));
    const measurements = new FileMeasurements(flags.store);
    if (flags.dryRun) {
      await printPlan(kind, work, studyStore(files, measurements), flags);
      return exitCodes.done;
    }
    const again = [told, ...placeFlags(flags, storeGiven)].join(' ');
    const started = new Date().toISOString();
    const trained = await trainCells({
      cells: work.cells,
      dataset,
      store: files,
      flags,
      again,
      oneCell: null,
      signal,
    });
    if (trained.kind === 'ended') return trained.code;
    const store = studyStore(readableStore(files, trained.outcome), measurements);
    const measured = await makeMeasurements({
      measurements: work.measurements,
      dataset,
      store,
      flags,
      again,
      signal,
    });
    if (measured.kind === 'ended') return measured.code;

    const found = await study.assemble(work, store, facts);
    const outcome = await outcomeOf(command, { base, told, started, facts, work, store, found });
    const folder = `${outcome.name}-${folderDigest(work)}`;
    const { report, shown } = await writeStudyPage(flags.store, folder, outcome, await page());
    tell(outcome, shown, report, flags);

    const troubles: string[] = [];
    const { failed, blocked } = trained.outcome;
    if (failed.length + blocked.length > 0) troubles.push(lossText(trained.outcome, work.cells.length));
    if (measured.outcome.failed.length + measured.outcome.blocked.length > 0) {
      troubles.push(missingText(measured.outcome, work.measurements.length));
    }
    for (const trouble of troubles) {
      process.stderr.write(`${paintFor(process.stderr)('red', 'error:')} ${trouble}\n`);
    }
    return troubles.length > 0 ? exitCodes.failed : exitCodes.done;
  });
}

/** Cells and measurements as a study reads them. */
function studyStore(
  cells: Pick<StudyStore, 'has' | 'read' | 'readSummary' | 'readHistory'>,
  made: FileMeasurements,
): StudyStore {
  return {
    has: (id) => cells.has(id),
    read: (id) => cells.read(id),
    readSummary: (id) => cells.readSummary(id),
    readHistory: (id) => cells.readHistory(id),
    hasMeasurement: (id) => made.hasMeasurement(id),
    readMeasurement: (id) => made.readMeasurement(id),
  };
}

/** Eight digits of the hash of all that a study trains and measures. */
function folderDigest({ cells, measurements }: StudyWork): string {
  return canonicalDigest([...cells, ...measurements].map(({ id }) => id).sort()).slice(0, 8);
}

interface Made<Work, Found> {
  readonly base: RunSpecification;
  readonly told: string;
  readonly started: string;
  readonly facts: DatasetFacts;
  readonly work: Work;
  readonly store: StudyStore;
  readonly found: Found;
}

async function outcomeOf<Work extends StudyWork, Found>(
  { kind }: { readonly kind: string },
  { base, told, started, facts, work, store, found }: Made<Work, Found>,
): Promise<StudyOutcome<Found>> {
  const digests: { id: string; digest: string }[] = [];
  let [diverged, cellSeconds] = [0, 0];
  for (const { id } of work.cells) {
    if (!(await store.has(id))) continue;
    const summary = await store.readSummary(id);
    digests.push({ id, digest: summary.digests.cell });
    if (summary.status === 'diverged') diverged++;
    cellSeconds += summary.provenance.seconds;
  }
  const measured: { id: string; digest: string }[] = [];
  for (const { id } of work.measurements) {
    if (await store.hasMeasurement(id)) {
      measured.push({ id, digest: canonicalDigest(await store.readMeasurement(id)) });
    }
  }
  const isMeasured = measured.length > 0 && measured.length === work.measurements.length;
  const { channels, height, width } = facts.shape;
  return {
    study: kind,
    name: `${base.name}-${kind}`,
    command: told,
    specification: structuredClone(work.base) as unknown as Record<string, unknown>,
    dataset: { name: facts.name, digest: facts.digest, shape: [channels, height, width], classes: facts.classes },
    network: {
      name: work.network.name,
      weights: prunableParameters(work.network).reduce((sum, { size }) => sum + size, 0),
    },
    trials: work.base.trials,
    digest: digests.length === work.cells.length ? runDigest(digests) : null,
    provenance: { ...provenance(started), arithmetic: ARITHMETIC_VERSION, cellSeconds },
    cells: { planned: work.cells.length, finished: digests.length, diverged },
    measurements: {
      planned: work.measurements.length,
      finished: measured.length,
      digest: isMeasured ? runDigest(measured) : null,
    },
    found,
  };
}

function tell(outcome: StudyOutcome<unknown>, page: StudyPage, report: string, { json }: StudyFlags): void {
  const { findings, notes, tables } = page;
  if (json) {
    process.stdout.write(`${JSON.stringify({ ...outcome, findings, notes, report }, null, 2)}\n`);
    return;
  }
  const width = Math.min(process.stdout.columns ?? 100, 120);
  const digests = [
    ...(outcome.digest === null ? [] : [`Digest: ${outcome.digest}`]),
    ...(outcome.measurements.digest === null ? [] : [`Digest of measurements: ${outcome.measurements.digest}`]),
  ];
  const lines = [
    ...tables.map(tableText),
    findings.map((finding) => wrap(findingText(finding), width)).join('\n'),
    ...(notes.length > 0 ? [wrap(notes.join(' '), width)] : []),
    `Report: ${report}`,
    ...(digests.length > 0 ? [digests.join('\n')] : []),
  ];
  process.stdout.write(`\n${lines.join('\n\n')}\n`);
}

function tableText({ title, head, rows }: StudyTable): string {
  const paint = paintFor(process.stdout);
  const alignment = head.map((_, column) => (column === 0 ? 'l' : 'r')).join('');
  return `${paint('bold', title)}\n${table(head, rows, alignment, paint)}`;
}

const marks = { supported: '✓', contradicted: '✗', undecided: '~' } as const;

function findingText({ outcome, text }: Finding): string {
  return outcome === null ? text : `${marks[outcome]} ${text}`;
}

/** What a study would do, for `--dry-run`. */
async function printPlan(
  kind: string,
  { cells, measurements }: StudyWork,
  store: StudyStore,
  { json }: StudyFlags,
): Promise<void> {
  const present = new Set<string>();
  for (const { id } of cells) if (await store.has(id)) present.add(id);
  const made = new Set<string>();
  for (const { id } of measurements) if (await store.hasMeasurement(id)) made.add(id);
  if (json) {
    const marked = <Part extends { readonly id: string }>(parts: readonly Part[], there: ReadonlySet<string>) =>
      parts.map((part) => ({ ...part, present: there.has(part.id) }));
    const plan = { study: kind, cells: marked(cells, present), measurements: marked(measurements, made) };
    process.stdout.write(`${JSON.stringify(plan, null, 2)}\n`);
    return;
  }
  const counts = new Map<string, [all: number, there: number]>();
  for (const { id, condition } of cells) {
    const [all, there] = counts.get(condition) ?? [0, 0];
    counts.set(condition, [all + 1, there + (present.has(id) ? 1 : 0)]);
  }
  const rows = [...counts].map(([condition, [all, there]]) => [condition, String(all), String(there)]);
  const ahead = cells.reduce((sum, { id, cost }) => sum + (present.has(id) ? 0 : cost), 0);
  const lines = [
    table(['condition', 'cells', 'in the store'], rows, 'lrr', paintFor(process.stdout)),
    '',
    plannedText(cells.length, present.size),
    ...(measurements.length > 0 ? [plannedMeasurementsText(measurements.length, made.size)] : []),
    `Work ahead: about that of ${ahead.toFixed(1)} trainings of a dense network.`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
