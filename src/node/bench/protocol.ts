/**
 * What the benchmark and an engine say to each other: one JSON object a line, requests on the engine's standard input,
 * answers on its standard output. An engine is a process of its own that prepares one case and then runs short blocks of
 * it whenever it is asked, so that engines can take turns step by step. It ends when its input does.
 *
 *     <- {"version":"PyTorch 2.1.0"}
 *     -> {"prepare":{"network":"conv-2","kind":"dense",...},"threads":1}
 *     <- {"parts":[{"name":"step"}]}
 *     -> {"run":0,"times":3}
 *     <- {"wall":412.5,"cpu":411.9}
 *
 * A line that does not begin with `{` is not part of it: libraries greet on standard output.
 */

/** Networks that the benchmark trains; `stack` is a fully connected one with the hidden layers that a test gives. */
export type NetworkName = 'lenet-300-100' | 'stack' | 'conv-2' | 'resnet-20' | 'vgg-16';

/**
 * What is done with a network. Lottery Lab's own: a training `step`, its `operations` one by one, a `ladder` of trainings
 * and prunings, a run of independent `cells`. A peer's: a `dense` step, one whose images lie `channels-last`, one with a
 * mask `masked` into the weights, one whose weights are a library's `sparse` matrices, and the `ladder`.
 */
export type TestKind = 'step' | 'operations' | 'ladder' | 'cells' | 'dense' | 'channels-last' | 'masked' | 'sparse';

/** One network at one density, batch and optimiser, and what is done with it. */
export interface Test {
  readonly network: NetworkName;
  readonly kind: TestKind;
  /** Units of each hidden layer of a fully connected network. */
  readonly hidden?: readonly number[];
  /** Examples in a batch. */
  readonly batch: number;
  readonly optimiser: 'adam' | 'momentum';
  /** Share of weights kept, the same in every layer. */
  readonly density: number;
  /** Trainings of a ladder, the dense one included. */
  readonly levels?: number;
  /** Iterations of each training of a ladder. */
  readonly iterations?: number;
}

/** What an engine runs by itself: a step, an operation, or a level of a ladder. */
export interface Part {
  readonly name: string;
  /** Floating-point operations of one repetition, where they are counted. */
  readonly flops?: number;
}

/** Answer to `prepare`. */
export interface Prepared {
  readonly parts: readonly Part[];
  /** Share of weights that the case trains. */
  readonly density?: number;
  /** Bytes held for training, the data excluded. */
  readonly bytes?: number;
}

/** Answer to `run`: milliseconds of the whole block. */
export interface Timing {
  readonly wall: number;
  /** Of all threads of the process together, as the operating system counted them. */
  readonly cpu: number;
  /** Most bytes that one worker held, where the block ran workers. */
  readonly bytes?: number;
}

export type Request =
  | { readonly prepare: Test; readonly threads: number }
  | { readonly run: number; readonly times: number };

export type Answer = { readonly version: string } | { readonly error: string } | Prepared | Timing;
