/** One file of a data set as its authors distribute it. */
export interface CatalogueFile {
  readonly name: string;
  /** What it holds. */
  readonly role: 'train-images' | 'train-labels' | 'test-images' | 'test-labels' | 'archive';
  /** Of the compressed file; null where the authors publish none that could be checked. */
  readonly sha256: string | null;
  readonly md5: string | null;
}

/** The files of a CIFAR set in their order, and the folder they lie in inside the archive. */
export interface CifarLayout {
  readonly folder: string;
  readonly labelBytes: 1 | 2;
  readonly train: readonly string[];
  readonly test: readonly string[];
}

/** A data set that the laboratory knows by name. */
export interface CatalogueEntry {
  readonly name: string;
  readonly description: string;
  readonly classes: number;
  readonly classNames: readonly string[];
  /** Mean and deviation of pixels scaled to 0 .. 1, a channel each. */
  readonly normalisation: { readonly mean: readonly number[]; readonly deviation: readonly number[] };
  /** Empty for a set that is drawn by rule. */
  readonly files: readonly CatalogueFile[];
  /** For CIFAR's binary form: what the archive holds. The same files may lie in a folder, compressed or not. */
  readonly cifar?: CifarLayout;
  /** Addresses that a file's name is appended to, tried in order. */
  readonly mirrors: readonly string[];
  readonly citation: string;
}

const digits = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

const file = (name: string, role: CatalogueFile['role'], sha256: string | null, md5: string | null): CatalogueFile => ({
  name,
  role,
  sha256,
  md5,
});

export const catalogue: readonly CatalogueEntry[] = [
  {
    name: 'strokes',
    description: 'ten digits drawn by rule; needs no download, any number of examples',
    classes: 10,
    classNames: digits,
    normalisation: { mean: [0.1343], deviation: [0.273] },
    files: [],
    mirrors: [],
    citation: 'Made by Lottery Lab.',
  },
  {
    name: 'binary-12',
    description: 'all 4,096 patterns of 12 bits on a sphere, 3,482 to train and 614 to test; made by rule',
    classes: 2,
    classNames: ['0', '1'],
    normalisation: { mean: [0.5], deviation: [0.5] },
    files: [],
    mirrors: [],
    citation:
      'Made by Lottery Lab after Shwartz-Ziv, Tishby, "Opening the black box of deep neural networks via information", 2017.',
  },
  {
    name: 'mnist',
    description: 'handwritten digits, 60,000 to train and 10,000 to test, 28 x 28 grey',
    classes: 10,
    classNames: digits,
    normalisation: { mean: [0.1307], deviation: [0.3081] },
    files: [
      file(
        'train-images-idx3-ubyte.gz',
        'train-images',
        '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609',
        'f68b3c2dcbeaaa9fbdd348bbdeb94873',
      ),
      file(
        'train-labels-idx1-ubyte.gz',
        'train-labels',
        '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c',
        'd53e105ee54ea40749a09fcbcd1e9432',
      ),
      file(
        't10k-images-idx3-ubyte.gz',
        'test-images',
        '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6',
        '9fb629c4189551a2d022fa330f9573f3',
      ),
      file(
        't10k-labels-idx1-ubyte.gz',
        'test-labels',
        'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6',
        'ec29112dd5afa0611ce80d1b7f02629c',
      ),
    ],
    mirrors: ['https://ossci-datasets.s3.amazonaws.com/mnist/', 'https://storage.googleapis.com/cvdf-datasets/mnist/'],
    citation: 'LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to document recognition", 1998.',
  },
  {
    name: 'fashion-mnist',
    description: 'articles of clothing in the layout of MNIST',
    classes: 10,
    classNames: ['T-shirt', 'trouser', 'pullover', 'dress', 'coat', 'sandal', 'shirt', 'sneaker', 'bag', 'ankle boot'],
    normalisation: { mean: [0.286], deviation: [0.353] },
    files: [
      file('train-images-idx3-ubyte.gz', 'train-images', null, '8d4fb7e6c68d591d4c3dfef9ec88bf0d'),
      file('train-labels-idx1-ubyte.gz', 'train-labels', null, '25c81989df183df01b3e8a0aad5dffbe'),
      file('t10k-images-idx3-ubyte.gz', 'test-images', null, 'bef4ecab320f06d8554ea6380940ec79'),
      file('t10k-labels-idx1-ubyte.gz', 'test-labels', null, 'bb300cfdad3c16e7a12a480ee83cd310'),
    ],
    mirrors: ['http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/'],
    citation:
      'Xiao, Rasul, Vollgraf, "Fashion-MNIST: a novel image dataset for benchmarking machine learning algorithms", 2017.',
  },
  {
    name: 'cifar-10',
    description: 'photographs of ten kinds of thing, 50,000 to train and 10,000 to test, 32 x 32 in colour',
    classes: 10,
    classNames: ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'],
    normalisation: { mean: [0.4914, 0.4822, 0.4465], deviation: [0.247, 0.2435, 0.2616] },
    files: [file('cifar-10-binary.tar.gz', 'archive', null, 'c32a1d4ab5d03f1284b67883e8d87530')],
    cifar: {
      folder: 'cifar-10-batches-bin',
      labelBytes: 1,
      train: [1, 2, 3, 4, 5].map((number) => `data_batch_${number}.bin`),
      test: ['test_batch.bin'],
    },
    mirrors: ['https://www.cs.toronto.edu/~kriz/'],
    citation: 'Krizhevsky, "Learning multiple layers of features from tiny images", 2009.',
  },
  {
    name: 'cifar-100',
    description: 'photographs of a hundred kinds of thing, in the layout of CIFAR-10; classes are the fine labels',
    classes: 100,
    classNames: Array.from({ length: 100 }, (_, i) => `${i}`),
    normalisation: { mean: [0.5071, 0.4865, 0.4409], deviation: [0.2673, 0.2564, 0.2762] },
    files: [file('cifar-100-binary.tar.gz', 'archive', null, '03b5dce01913d631647c71ecec9e9cb8')],
    cifar: { folder: 'cifar-100-binary', labelBytes: 2, train: ['train.bin'], test: ['test.bin'] },
    mirrors: ['https://www.cs.toronto.edu/~kriz/'],
    citation: 'Krizhevsky, "Learning multiple layers of features from tiny images", 2009.',
  },
];

/** The entry of a name, if there is one. */
export function catalogueEntry(name: string): CatalogueEntry | undefined {
  return catalogue.find((entry) => entry.name === name);
}
