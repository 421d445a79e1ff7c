import type { Kernels } from '../kernels/kernels.js';
import type { ConvolutionLayer } from '../networks/network.js';
import { type CompressedRows, rowStarts, tiledStarts, tileWidth } from './compressed-rows.js';
import {
  backwardIndex,
  cachedChannels,
  compressedClass,
  forwardOffsets,
  forwardRegions,
  type PlaceClass,
  placeClasses,
  type Region,
  regionTables,
} from './convolution-tables.js';
import { type MapLayout, pitchesOf } from './maps.js';

/** A region of places with the tables of its dense terms; index is 0 where all weights of a row are taken in order. */
export interface RegionTables {
  readonly at: Region;
  readonly terms: number;
  readonly offset: number;
  readonly index: number;
}

/** One class of an input's places with its terms, dense or compressed. */
export interface ClassTables {
  readonly at: PlaceClass;
  readonly terms: number;
  /** Room for the weights in the order in which they are read. */
  readonly turned: number;
  /** Dense: where the weights stand, and the regions. */
  readonly index: number;
  readonly regions: readonly RegionTables[];
  readonly rows?: CompressedRows;
}

/** The tables of a convolution: offsets of its terms, the regions of its output, and the classes of its input's places. */
export interface ConvolutionTables {
  readonly offset: number;
  readonly regions: readonly RegionTables[];
  readonly classes: readonly ClassTables[];
  /** Sparse: rows of the output, and where each begins whatever the tiles, for the gradient of the weights. */
  readonly rows?: CompressedRows;
  readonly rowStarts: number;
}

/** Survivors that a row should have in a tile of channels, so that its sums, which wait in memory meanwhile, are worth it. */
const TILE_SURVIVORS = 12;

/** The starts of rows in tiles of channels whose windows stay in the cache. */
function placeTiles(
  kernels: Kernels,
  starts: Int32Array,
  { channels, fitting, channelOf }: { channels: number; fitting: number; channelOf: (term: number) => number },
): { readonly starts: number; readonly tiles: number } {
  const rows = starts.length - 1;
  const width = tileWidth(channels, fitting, starts[rows], rows, TILE_SURVIVORS);
  const tiles = Math.ceil(channels / width);
  return { starts: kernels.place(tiledStarts(starts, tiles, (k) => Math.floor(channelOf(k) / width))), tiles };
}

/** What a convolution reads and writes. */
export interface ConvolutionMaps {
  readonly input: MapLayout;
  readonly output: MapLayout;
  /** Whether a gradient must reach the input. */
  readonly needsGradient: boolean;
}

/**
 * Places the tables of a convolution.
 *
 * @param positions places in `[outputs][inputs][rows][columns]` of the surviving weights, ascending; absent where all are stored
 */
export function placeConvolutionTables(
  kernels: Kernels,
  layer: ConvolutionLayer,
  { input, output, needsGradient }: ConvolutionMaps,
  positions: Int32Array | undefined,
): ConvolutionTables {
  const offsets = forwardOffsets(layer, input);
  const terms = offsets.length;
  const placed = (regions: readonly Region[], channels: number, pitch: number, all: PlaceClass['taps']) =>
    regions.map((at): RegionTables => {
      const { offset, index } = regionTables(at, channels, pitch, all);
      return {
        at,
        terms: offset.length,
        offset: kernels.place(offset),
        index: index ? kernels.place(index) : 0,
      };
    });
  const reached = needsGradient ? placeClasses(layer, input, output) : [];
  const classes = reached.map((at): ClassTables => {
    if (positions) {
      const { starts, offset, channel, place } = compressedClass(layer, at, output, positions);
      const fitting = cachedChannels(layer.kernel, at.columns, 1);
      const rows = {
        ...placeTiles(kernels, starts, { channels: layer.outputs, fitting, channelOf: (k) => channel[k] }),
        offset: kernels.place(offset),
        place: kernels.place(place),
      };
      return { at, terms: place.length, index: 0, turned: kernels.allocate(place.length * 4), regions: [], rows };
    }
    const index = backwardIndex(layer, at);
    return {
      at,
      terms: index.length,
      index: kernels.place(index),
      turned: kernels.allocate(index.length * layer.inputs * 4),
      regions: placed(at.regions, layer.outputs, pitchesOf(output).channel, at.taps),
    };
  });
  const area = Array.from({ length: layer.kernel[0] * layer.kernel[1] }, (_, place) => ({ place, offset: 0 }));
  const regions = positions
    ? []
    : placed(forwardRegions(layer, input, output), layer.inputs, pitchesOf(input).channel, area);
  const tables = { offset: kernels.place(offsets), regions, classes };
  if (!positions) return { ...tables, rowStarts: 0 };
  const starts = rowStarts(positions, layer.outputs, terms);
  const rows = {
    ...placeTiles(kernels, starts, {
      channels: layer.inputs,
      fitting: cachedChannels(layer.kernel, output.shape.width, layer.stride),
      channelOf: (k) => Math.floor((positions[k] % terms) / area.length),
    }),
    offset: kernels.place(positions.map((position) => offsets[position % terms])),
  };
  return { ...tables, rows, rowStarts: kernels.place(starts) };
}
