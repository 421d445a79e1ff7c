/** What is known of a ticket besides how it trains: one entry each. */
export interface Property {
  /** What figures and tables call it. */
  readonly title: string;
  /** Of its numbers; empty where they are plain numbers. */
  readonly unit: string;
  /** What the number is, in a sentence. */
  readonly meaning: string;
  /** Where it is defined, in a paper or here. */
  readonly source: string;
  /** `mask`: known from the mask alone, and so the same before training and after. `weights`: looks at the weights as well. */
  readonly of: 'mask' | 'weights';
}

/**
 * Every property, in the order of tables and figures. A property is one number a ticket; null where it is not defined, such as
 * the paths of a ticket that has none. All weights are prunable ones that survive, unless it says otherwise.
 */
export const ticketProperties = {
  'dead-inputs': {
    title: 'dead inputs',
    unit: 'share',
    meaning: 'The share of inputs that no surviving weight reads.',
    source: 'inputDegree, src/tickets/input-degree.ts',
    of: 'mask',
  },
  'variance-read': {
    title: 'variance that is read',
    unit: 'share',
    meaning: 'Of the variance of all inputs over the examples, the share in inputs that some surviving weight reads.',
    source: 'coverageOf, src/analysis/ticket-properties/coverage.ts',
    of: 'mask',
  },
  'weights-on-varying': {
    title: 'weights on inputs that vary',
    unit: 'share',
    meaning: 'Of the surviving weights that read inputs, the share whose input is not the same in all examples.',
    source: 'coverageOf, src/analysis/ticket-properties/coverage.ts',
    of: 'mask',
  },
  'input-entropy': {
    title: 'evenness over inputs',
    unit: 'share',
    meaning:
      'The entropy of the surviving weights over the inputs that they read, as a share of the most there can be: 1 where every input is read as often.',
    source: 'Shannon 1948; coverageOf, src/analysis/ticket-properties/coverage.ts',
    of: 'mask',
  },
  'dead-units': {
    title: 'dead units',
    unit: 'share',
    meaning:
      'The share of hidden units through which no path of surviving weights leads from an input to an output; a unit is a neuron, or a channel of a convolution.',
    source: 'unitsOf, src/analysis/ticket-properties/units.ts',
    of: 'mask',
  },
  'bottleneck-units': {
    title: 'bottleneck units',
    unit: 'share',
    meaning: 'The share of hidden units that are live and take in, or give to, exactly one surviving weight.',
    source: 'unitsOf, src/analysis/ticket-properties/units.ts',
    of: 'mask',
  },
  'narrowest-layer': {
    title: 'live units of the narrowest layer',
    unit: 'units',
    meaning: 'The number of live units in the hidden layer that has fewest.',
    source: 'unitsOf, src/analysis/ticket-properties/units.ts',
    of: 'mask',
  },
  paths: {
    title: 'paths from input to output',
    unit: 'log10',
    meaning:
      'The decimal logarithm of the number of paths of surviving weights from inputs to outputs. A max-pool passes those of one of its places; an average pool their mean.',
    source: 'Tanaka et al. 2020, equation 2, of the bits of the mask',
    of: 'mask',
  },
  'in-degree-gini': {
    title: 'unevenness of in-degrees',
    unit: 'Gini',
    meaning:
      'How unevenly the surviving weights of a layer are spread over the outputs that they give to: the Gini coefficient, 0 where all have as many, the mean over layers.',
    source: 'Gini 1912; degreesOf, src/analysis/ticket-properties/degrees.ts',
    of: 'mask',
  },
  'out-degree-gini': {
    title: 'unevenness of out-degrees',
    unit: 'Gini',
    meaning: 'Likewise over the inputs of a layer that they take from.',
    source: 'Gini 1912; degreesOf, src/analysis/ticket-properties/degrees.ts',
    of: 'mask',
  },
  'positive-weights': {
    title: 'positive weights',
    unit: 'share',
    meaning: 'The share of surviving weights above zero.',
    source: 'valuesOf, src/analysis/ticket-properties/values.ts',
    of: 'weights',
  },
  magnitude: {
    title: 'magnitude of what survived',
    unit: 'deviations',
    meaning:
      'The mean absolute value of surviving weights, each in standard deviations of what its layer was drawn with, pruned weights included. A Gaussian distribution gives 0.80 on average.',
    source: 'valuesOf, src/analysis/ticket-properties/values.ts',
    of: 'weights',
  },
  'gradient-norm': {
    title: 'gradient norm',
    unit: '',
    meaning:
      'The length of the gradient of the mean loss over the examples, with respect to surviving weights. Its square is the decrease of the loss to first order, per unit of a step of gradient descent.',
    source: 'gradient flow: Wang et al. 2020 (GraSP), equation 4',
    of: 'weights',
  },
  'gradient-spread': {
    title: 'gradient spread over layers',
    unit: 'log10',
    meaning:
      'The decimal logarithm of the largest over the smallest root mean square gradient of a layer: 0 where it reaches all layers alike.',
    source: 'gradientsOf, src/analysis/ticket-properties/gradients.ts',
    of: 'weights',
  },
  'hessian-top': {
    title: 'top Hessian eigenvalue',
    unit: '',
    meaning: 'The largest eigenvalue of the Hessian of that loss with respect to surviving weights.',
    source: "Lanczos's method; curvatureAt, src/analysis/spectra/curvature.ts",
    of: 'weights',
  },
  'hessian-trace': {
    title: 'Hessian trace',
    unit: '',
    meaning: 'The trace of that Hessian, estimated from a few vectors of random signs.',
    source: 'Hutchinson 1989; curvatureAt, src/analysis/spectra/curvature.ts',
    of: 'weights',
  },
  'kernel-trace': {
    title: 'tangent kernel, trace',
    unit: 'per example',
    meaning:
      'The trace of the neural tangent kernel over the number of its examples: the mean squared length of the gradient of a logit.',
    source: 'Jacot, Gabriel and Hongler 2018; tangentKernel, src/analysis/spectra/tangent-kernel.ts',
    of: 'weights',
  },
  'kernel-condition': {
    title: 'tangent kernel, condition',
    unit: 'log10',
    meaning:
      'The decimal logarithm of the largest over the smallest eigenvalue of the neural tangent kernel; not defined where the smallest cannot be distinguished from zero.',
    source: 'Jacot, Gabriel and Hongler 2018; tangentKernel, src/analysis/spectra/tangent-kernel.ts',
    of: 'weights',
  },
} as const satisfies Record<string, Property>;

export type PropertyId = keyof typeof ticketProperties;

export const propertyIds = Object.keys(ticketProperties) as PropertyId[];

/** Properties of one ticket, by id; null where one is not defined, absent where it was not measured. */
export type PropertyValues = Readonly<Partial<Record<PropertyId, number | null>>>;
