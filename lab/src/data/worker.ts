import {
  builtIn,
  builtInNames,
  type Dataset,
  datasetFromIdx,
  datasetFromNpz,
  firstExamples,
  type IdxRole,
  type IdxSource,
  unitLength,
} from 'lottery-lab/data';
import type { RunSpecification } from 'lottery-lab/experiments';
import { InputError } from 'lottery-lab/networks';
import { sharesMemory } from 'lottery-lab/web';
import { Database } from '../keep/database.js';
import { messageOf } from '../parts/message.js';
import { idxRoles, idxSource, mnist, roleOf, setOf } from './idx-files.js';
import type { DataReply, DataRequest, KeptData } from './messages.js';

// Makes data sets beside the page: drawing or unpacking tens of thousands of images takes longer than a page may hang.

type DataSettings = RunSpecification['data'];

/** Files are kept as they were dropped, by the name that settings call them. */
const keyOf = (setting: string, role = 'file') => `data/${setting}/${role}`;

let opened: Promise<Database> | null = null;
const database = (): Promise<Database> => {
  opened ??= Database.open();
  return opened;
};

async function made(data: DataSettings): Promise<Dataset> {
  const dataset = await found(data);
  return shared(data.normalisation === 'unit-length' ? unitLength(dataset) : dataset);
}

async function found(data: DataSettings): Promise<Dataset> {
  const { name, path, train, test, seed } = data;
  if (path !== undefined) {
    const file = await (await database()).get<Blob>('files', keyOf(path));
    if (file === undefined) throw new InputError(`${path} is not in this browser; drop the file on the page.`);
    return whole(await npz(file, path, data), train, test);
  }
  if (name !== undefined && builtInNames.includes(name)) {
    const given = Object.entries({ train, test, seed }).filter(([, value]) => value !== undefined);
    return builtIn(name, Object.fromEntries(given));
  }
  const files = await Promise.all(
    idxRoles.map(
      async (role) => [role, await (await database()).get<Blob>('files', keyOf(name as string, role))] as const,
    ),
  );
  if (files.some(([, file]) => file === undefined)) {
    throw new InputError(
      `${name} is not in this browser, which downloads nothing; drop its four files (train and t10k, images and labels) on the page.`,
    );
  }
  return firstExamples(await idx(new Map(files as [IdxRole, Blob][]), name as string), train, test);
}

const whole = (dataset: Dataset, train: number | undefined, test: number | undefined): Dataset =>
  train === undefined && test === undefined ? dataset : firstExamples(dataset, train, test);

async function npz(
  file: Blob,
  name: string,
  { range, channels, shape, transparency }: DataSettings,
  onNote = (_: string) => {},
) {
  const choices = { range, channels, shape, transparency };
  return datasetFromNpz(new Uint8Array(await file.arrayBuffer()), name, { choices, onNote });
}

function idx(files: ReadonlyMap<IdxRole, Blob>, name: string): Promise<Omit<Dataset, 'digest'>> {
  const sources = Object.fromEntries(
    idxRoles.map((role) => [role, idxSource(files.get(role) as Blob, `${name}: ${role}`)]),
  ) as Record<IdxRole, IdxSource>;
  return datasetFromIdx({ ...mnist, name }, sources);
}

/** Keeps dropped files, once they have been read: what cannot be used is not kept. */
async function kept(files: readonly File[]): Promise<KeptData> {
  const [first] = files;
  if (files.length === 1 && /\.npz$/i.test(first.name)) {
    const notes: string[] = [];
    const dataset = await npz(first, first.name, {}, (note) => notes.push(note));
    await (await database()).write([['files', keyOf(first.name), first]]);
    return { setting: 'data.path', value: first.name, ...factsOf(dataset), notes };
  }
  const byRole = new Map(files.map((file) => [roleOf(file.name), file]));
  const missing = idxRoles.filter((role) => !byRole.has(role));
  if (missing.length > 0 || files.length !== idxRoles.length) {
    throw new InputError(
      `expected one .npz file, or the four IDX files of a set like MNIST; found ${files.map(({ name }) => name).join(', ')}${missing.length < idxRoles.length ? `, without ${missing.join(', ')}` : ''}.`,
    );
  }
  const entry = await setOf(byRole.get('train-images') as File);
  const { name } = entry ?? mnist;
  const dataset = await idx(byRole as unknown as Map<IdxRole, Blob>, name);
  await (await database()).write(idxRoles.map((role) => ['files', keyOf(name, role), byRole.get(role)]));
  const notes =
    entry === null
      ? [
          `These are not the official compressed files of a known set; they are taken for ${name}, and results are known by the digest of these very images.`,
        ]
      : [];
  return { setting: 'data.name', value: name, ...factsOf(dataset), notes };
}

function factsOf({
  train,
  test,
  shape,
  classes,
  ownValidation,
}: Omit<Dataset, 'digest'>): Pick<KeptData, 'train' | 'test' | 'hasValidation' | 'about'> {
  const count = (number: number) => number.toLocaleString('en');
  const size = `${shape.channels === 1 ? '' : `${shape.channels} x `}${shape.height} x ${shape.width}`;
  const about = `${count(train.count)} images to learn from and ${count(test.count)} to test, ${size}, ${classes} classes`;
  return { train: train.count, test: test.count, hasValidation: ownValidation !== undefined, about };
}

/** Where threads can share memory all of them read the same images; elsewhere each gets a copy. */
function shared(dataset: Dataset): Dataset {
  if (!sharesMemory()) return dataset;
  const moved = <Values extends Dataset['train']['images'] | Dataset['train']['labels']>(values: Values): Values => {
    const copy = new (values.constructor as new (buffer: SharedArrayBuffer) => Values)(
      new SharedArrayBuffer(values.byteLength),
    );
    copy.set(values);
    return copy;
  };
  const split = ({ images, labels, count }: Dataset['train']) => ({
    images: moved(images),
    labels: moved(labels),
    count,
  });
  return { ...dataset, train: split(dataset.train), test: split(dataset.test) };
}

async function answer(request: DataRequest): Promise<DataReply> {
  const { id } = request;
  try {
    return request.kind === 'make'
      ? { id, kind: 'dataset', dataset: await made(request.data) }
      : { id, kind: 'kept', kept: await kept(request.files) };
  } catch (error) {
    return { id, kind: 'error', message: messageOf(error) };
  }
}

addEventListener('message', async ({ data }: MessageEvent<DataRequest>) => {
  postMessage(await answer(data));
});
