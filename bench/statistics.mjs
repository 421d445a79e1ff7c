// Medians and interquartile ranges of samples.

const sorted = (values) => [...values].sort((a, b) => a - b);

export function quantile(values, share) {
  const all = sorted(values);
  const place = share * (all.length - 1);
  const low = Math.floor(place);
  return all[low] + (place - low) * ((all[low + 1] ?? all[low]) - all[low]);
}

export const median = (values) => quantile(values, 0.5);

/** "1.09 (1.06 to 1.17)": median and interquartile range of the samples. */
export function spread(values, digits = 3) {
  const text = (value) => Number(value.toPrecision(digits)).toLocaleString('en-US');
  return `${text(median(values))} (${text(quantile(values, 0.25))} to ${text(quantile(values, 0.75))})`;
}
