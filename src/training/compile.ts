import type { Kernels } from '../kernels/kernels.js';
import { type Program, ProgramBuilder } from '../kernels/program.js';
import { stateLayout } from '../kernels/state.js';
import { stream } from '../random/stream.js';
import { BackwardPass } from './backward.js';
import { addGather, addLoss, type BatchSource } from './batch.js';
import { allocateSlots, BufferPool, batchSize, type PlacedMap } from './buffers.js';
import { Choices } from './choices.js';
import { addEvaluation, SetEvaluation } from './evaluation.js';
import { addNode } from './forward.js';
import { layOut } from './layout.js';
import { learnedOf } from './learned.js';
import { finishStep, type Pass } from './pass.js';
import { checkShapes, placeNormalisation, residentDataset } from './resident.js';
import { constantRate, learningRates } from './schedule.js';
import { type NetworkStorage, storeNetwork } from './storage.js';
import type { LearnedMask, TrainingPlan } from './types.js';
import { addUpdate, type OptimiserTensor } from './update.js';

/** The programs of a training plan and what they work on, all of it in the arena. */
export interface CompiledTraining {
  readonly storage: NetworkStorage;
  readonly optimiser: readonly OptimiserTensor[];
  readonly learned: LearnedMask | undefined;
  /** Byte offset of the state of `step` and `probe`. */
  readonly state: number;
  /** Byte offset of the places in the training set in the order of this epoch, int32. */
  readonly indices: number;
  /** One training step. */
  readonly step: Program;
  /** Floating-point operations of a step up to its loss. */
  readonly forwardFlops: number;
  /** Evaluates the batch that is due. */
  readonly probe: Program;
  /** Chooses the weights for evaluation, where the mask is learned. */
  readonly choose: Program | undefined;
  readonly validation: SetEvaluation;
  readonly test: SetEvaluation;
  /** Bytes of the arena that all of this occupies, the data set excluded. */
  readonly bytes: number;
}

/**
 * Compiles a training plan. Everything in the arena but the data set is discarded.
 *
 * @throws RangeError when shapes do not agree
 * @throws InputError when a mask cannot be learned as the plan says
 */
export function compileTraining(kernels: Kernels, plan: TrainingPlan): CompiledTraining {
  const { network, dataset, normalisation, batch, trainIndices, validationIndices } = plan;
  checkShapes(network, dataset, normalisation);
  if (batch < 1 || batch > trainIndices.length) {
    throw new RangeError(`batch is ${batch}; expected 1 to ${trainIndices.length}, the number of training examples.`);
  }
  const resident = residentDataset(kernels, dataset);
  const bottom = kernels.mark();
  const learned = learnedOf(plan);
  const layout = layOut(network);
  const storage = storeNetwork(kernels, network, layout, plan.mask, plan.storage, learned ? 'learned' : plan.pruned);

  const common = placeNormalisation(kernels, normalisation, dataset);
  const indices = kernels.allocate(trainIndices.byteLength);
  const training: BatchSource = { ...common, images: resident.trainImages, labels: resident.trainLabels, indices };
  const source = kernels.place(trainIndices);
  const state = kernels.allocate(stateLayout.bytes);
  const values = allocateSlots(kernels, layout, batchSize(batch));
  const { key, lane } = stream(plan.orderSeed, 'order');
  /** A program that begins with the order of the examples. */
  const begin = (): Pass => {
    const builder = new ProgramBuilder().add(
      'order',
      { state, source, indices, count: trainIndices.length, batch, key0: key[0], key1: key[1], lane0: lane[0] },
      { shape: `${batch} of ${trainIndices.length}`, flops: 0, bytes: 0 },
    );
    const dropoutStream: Pass['dropoutStream'] = (place) => stream(plan.orderSeed, 'dropout', place);
    return { builder, layout, storage, state, size: batchSize(batch), dropoutStream };
  };

  const choices = learned && new Choices(kernels, learned);
  const { step, optimiser } = compileStep(kernels, plan, { pass: begin(), training, values, choices });
  const loss = step.lines.findIndex(({ operation }) => operation === 'cross_entropy');
  const forwardFlops = step.lines.slice(0, loss + 1).reduce((sum, { flops }) => sum + flops, 0);

  const chosen = new ProgramBuilder();
  choices?.addEvaluation({ builder: chosen, storage });
  const choose = choices && chosen.build(kernels);

  const probing = begin();
  addEvaluation(probing, training, network.classes, values);
  const probe = probing.builder.build(kernels);

  const pool = new BufferPool(kernels);
  const placed = { layout, storage, classes: network.classes };
  const validation = new SetEvaluation(
    kernels,
    placed,
    { ...training, indices: kernels.place(validationIndices) },
    validationIndices.length,
    pool,
  );
  const { testImages: images, testLabels: labels, testIndices } = resident;
  const tested = { ...common, images, labels, indices: testIndices };
  const test = new SetEvaluation(kernels, placed, tested, dataset.test.count, pool);

  const bytes = kernels.mark() - bottom;
  const programs = { step, forwardFlops, probe, choose, validation, test };
  return { storage, optimiser, learned, state, indices, ...programs, bytes };
}

interface StepParts {
  /** Begun with the order of the examples. */
  readonly pass: Pass;
  readonly training: BatchSource;
  /** A buffer for the values of every slot. */
  readonly values: readonly PlacedMap[];
  readonly choices: Choices | undefined;
}

/** Images, weights of a learned mask, forward pass, loss, backward pass, update. */
function compileStep(
  kernels: Kernels,
  plan: TrainingPlan,
  { pass, training, values, choices }: StepParts,
): { readonly step: Program; readonly optimiser: readonly OptimiserTensor[] } {
  const { network, augmentation, orderSeed, labelSmoothing = 0 } = plan;
  const { nodes } = pass.layout;
  const augmented = augmentation
    ? { ...training, augmentation: { settings: augmentation, stream: stream(orderSeed, 'augment') } }
    : training;
  addGather(pass, augmented, values[0]);
  choices?.addStep(pass, (place) => stream(orderSeed, 'supermask', place));
  nodes.forEach((_, place) => {
    addNode(pass, place, values, 'training');
  });
  const backward = new BackwardPass(kernels, pass, values);
  const logits = values[nodes[nodes.length - 1].slot].first;
  addLoss(pass, training, network.classes, logits, backward.logits.first, labelSmoothing);
  backward.add();
  choices?.addGradients(pass);
  const { schedule = constantRate, decayOn = 'all', clipNorm, optimiser, iterations } = plan;
  const rates = kernels.place(learningRates(schedule, optimiser.lr, iterations));
  const tensors = addUpdate(kernels, pass, { optimiser, rates, decayOn, clipNorm });
  return { step: finishStep(pass, kernels), optimiser: tensors };
}
